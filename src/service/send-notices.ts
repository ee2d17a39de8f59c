import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { LONGEST_SENDING_MS, NOTICE_CLAIM_MS, noticeIdOf } from "../app/notices/notices.ts";
import { type NoticeParts, type NoticeRenderer, sendNotice } from "../app/notices/send-notice.ts";
import { messageOf } from "../domain/errors.ts";
import type { Log } from "../domain/log.ts";
import type { ReportNotice, NoticeRequest } from "../domain/notice.ts";
import type { ServiceMetrics } from "./metrics.ts";

/** Milliseconds between reads when nothing is due. */
const IDLE_MS = 2_000;
/** Milliseconds after an error of the store. */
const RETRY_MS = 5_000;

/** How long what is being sent may take once the process is to end, milliseconds. */
const DRAIN_MS = 5_000;

/** `render`: null if this process sends nothing. */
export type NoticeLoopParts = NoticeParts & {
  render: NoticeRenderer | null;
  metrics: Pick<ServiceMetrics, "messages">;
  log: Log;
};

/** `poke`: something may be due. `stop`: starts nothing more, and leaves to others what takes too long. */
export type NoticeLoop = { poke(): void; stop(): Promise<void> };

/** What is to be sent when an analysis ends. */
export const automaticNotices = (
  places: NoticeParts["places"],
  analysisId: string,
): readonly (NoticeRequest & { id: string })[] =>
  places
    .filter(({ automatic }) => automatic)
    .map(({ name: place }) => {
      const request = { analysisId, place, ticket: null, pullRequest: false };
      return { ...request, id: noticeIdOf(request) };
    });

/**
 * Sends the messages that are due, one after the other, until it is stopped. Many processes may do so: each message is
 * claimed by one. What a process leaves is due again when its claim lapses.
 */
export function startNotices(parts: NoticeLoopParts): NoticeLoop {
  const { render, places, log } = parts;
  if (render === null || !places.some(({ automatic }) => automatic))
    return { poke: () => undefined, stop: async () => undefined };
  // a counter that begins with its first event shows no increase
  for (const result of ["sent", "retried", "failed", "skipped"]) parts.metrics.messages.inc({ result }, 0);
  const ending = new AbortController();
  const cut = new AbortController();
  let wake = new AbortController();
  const owner = randomUUID();
  const run = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      const waitMs = await sendNext(parts, { owner, render, signal: cut.signal }).catch((error: unknown) => {
        if (!cut.signal.aborted) log.warn({ err: error }, `messages could not be sent: ${messageOf(error)}`);
        return RETRY_MS;
      });
      const woken = AbortSignal.any([wake.signal, ending.signal]);
      if (waitMs > 0) await sleep(waitMs, undefined, { signal: woken }).catch(() => undefined);
    }
  };
  const running = run();
  return {
    poke() {
      wake.abort();
      wake = new AbortController();
    },
    async stop() {
      ending.abort();
      const late = setTimeout(() => cut.abort(), DRAIN_MS);
      await running;
      clearTimeout(late);
    },
  };
}

/** @returns how long to wait before the next one, milliseconds. */
async function sendNext(
  parts: NoticeLoopParts,
  { owner, render, signal }: { owner: string; render: NoticeRenderer; signal: AbortSignal },
): Promise<number> {
  const { notices, places, now } = parts;
  const claim = { owner, untilMs: now() + NOTICE_CLAIM_MS };
  const names = places.map(({ name }) => name);
  const [notice] = await notices.takeNotices(names, claim, { nowMs: now(), limit: 1 });
  if (notice === undefined) return IDLE_MS;
  const limit = AbortSignal.timeout(LONGEST_SENDING_MS);
  try {
    const { end } = await sendNotice(parts, notice, {
      owner,
      render,
      again: false,
      retries: true,
      signal: AbortSignal.any([signal, limit]),
    });
    report(parts, notice, end);
  } catch (error) {
    if (!limit.aborted || signal.aborted) throw error;
    parts.log.warn({ messageId: notice.id }, `sending took more than ${LONGEST_SENDING_MS} ms; it is tried again`);
  }
  return 0;
}

function report(
  { metrics, log }: NoticeLoopParts,
  { id: messageId, analysisId, place, attempts }: ReportNotice,
  { state, why }: { state: ReportNotice["state"]; why: string | null },
): void {
  metrics.messages.inc({ result: state === "waiting" ? "retried" : state });
  const facts = { messageId, analysisId, place, attempts };
  if (state === "sent") log.info(facts, "message sent");
  else if (state === "failed") log.error(facts, `message given up (causeway send --failed): ${why ?? ""}`);
  else log.info(facts, `message ${state === "skipped" ? "skipped" : "not sent yet"}: ${why ?? ""}`);
}

import { IncidentError, isPassing, nullIfNotFound } from "../domain/errors.ts";
import type { ChatThread } from "../domain/chat-thread.ts";
import type { AnalysisDetail } from "../domain/service.ts";
import { card, type Message } from "../render/slack/card.ts";
import { trouble } from "../render/slack/messages.ts";
import { progress } from "../render/slack/progress.ts";
import type { Desk, Turn } from "./desk.ts";
import { postPicture } from "./picture.ts";
import { sayOnce } from "./say-once.ts";

/** What a thread's message says now that its analysis is over. */
function cardOf(
  { now }: Pick<Desk, "now">,
  thread: Pick<ChatThread, "isShadow">,
  { report, actions }: AnalysisDetail,
  furtherAlerts: number,
): Message | null {
  if (report === null) return null;
  const decisions = actions.flatMap(({ decision }) => decision ?? []);
  return card(report, { review: { decisions, nowMs: now() }, isShadow: thread.isShadow, furtherAlerts });
}

/** Alerts of the incident after the first. An incident that nobody knows any more has none. */
async function furtherAlerts({ service }: Desk, incidentId: string): Promise<number> {
  const incident = await service.getIncident(incidentId).catch(nullIfNotFound);
  return Math.max(0, (incident?.alertCount ?? 0) - 1);
}

/**
 * Works on an incident in its thread: one message that tells how far the analysis is, and then what it found. Every step is noted before
 * the next, so that whoever takes over goes on with the same message and the same analysis.
 */
export async function triage(desk: Desk, thread: ChatThread, turn: Turn, { by }: { by: string }): Promise<void> {
  const begun = await begin(desk, thread, turn);
  const asked = begun.analysisId === null ? await askFor(desk, begun, by) : begun;
  if (asked === null) return;
  const { messageTs, analysisId, channel } = asked;
  if (messageTs === null || analysisId === null) return;

  const done: string[] = [];
  let waits = true;
  const tell = (): void => {
    desk.outbox
      .edit(channel, messageTs, async () =>
        progress({
          incidentId: thread.incidentId,
          title: thread.title,
          done,
          waits,
          furtherAlerts: await furtherAlerts(desk, thread.incidentId),
        }),
      )
      .catch((error: unknown) => desk.log.warn({ thread: thread.id }, `progress was not shown: ${String(error)}`));
  };
  for await (const event of desk.service.progress(analysisId, { afterId: 0, signal: desk.signal })) {
    if (event.type === "node_started") {
      waits = false;
      const { node } = event.data;
      if (typeof node === "string" && done.at(-1) !== node) done.push(node);
      tell();
    }
  }
  desk.signal.throwIfAborted();
  await conclude(desk, asked);
}

/** Has the incident analysed anew and tells about it below what was said before. `key` names the wish: repeated, it is one. */
export async function rerun(desk: Desk, thread: ChatThread, key: string, turn: Turn, by: string): Promise<void> {
  const { analysisId } = await desk.service.submitAnalysis(thread.incidentId, {
    idempotencyKey: `slack:${key}`,
    by,
    force: true,
  });
  const next = await desk.threads.changeThread(thread.id, (now) =>
    now.analysisId === analysisId ? now : { ...now, analysisId, messageTs: null },
  );
  await triage(desk, next ?? thread, turn, { by });
}

/** Posts the message that is edited from now on, and notes which one it is. */
async function begin(desk: Desk, thread: ChatThread, turn: Turn): Promise<ChatThread> {
  if (thread.messageTs !== null) return thread;
  const first = progress({
    incidentId: thread.incidentId,
    title: thread.title,
    done: [],
    waits: true,
    furtherAlerts: 0,
  });
  const messageTs = await sayOnce(
    desk,
    thread,
    `thread:${thread.id}:${thread.begunBy}:${thread.analysisId ?? ""}`,
    first,
    turn,
  );
  return (
    (await desk.threads.changeThread(thread.id, (now) => ({
      ...now,
      messageTs: now.messageTs ?? messageTs,
      threadTs: now.threadTs ?? messageTs,
    }))) ?? thread
  );
}

/** Has the incident analysed; says so where that is not possible. */
async function askFor(desk: Desk, thread: ChatThread, by: string): Promise<ChatThread | null> {
  const { service, threads, outbox } = desk;
  try {
    const { analysisId } = await service.submitAnalysis(thread.incidentId, { idempotencyKey: null, by });
    return await threads.changeThread(thread.id, (now) => ({ ...now, analysisId: now.analysisId ?? analysisId }));
  } catch (error) {
    if (!(error instanceof IncidentError) || isPassing(error)) throw error;
    if (thread.messageTs !== null)
      await outbox.edit(thread.channel, thread.messageTs, async () => trouble(error.message, error.hint));
    return null;
  }
}

/** Puts what was found in place of the progress, or why nothing was. */
async function conclude(desk: Desk, thread: ChatThread): Promise<void> {
  const { service, outbox } = desk;
  const { messageTs, analysisId, channel } = thread;
  if (messageTs === null || analysisId === null) return;
  const detail = await service.getAnalysis(analysisId);
  const { report } = detail;
  if (report === null) {
    await outbox.edit(channel, messageTs, async () =>
      trouble(
        `The analysis ${detail.status === "failed" ? "failed" : "ended without a report"}: ${detail.why ?? "nothing says why"}`,
        `Ask again with “re-run”, or see \`causeway show ${analysisId}\`.`,
      ),
    );
    return;
  }
  const more = await furtherAlerts(desk, thread.incidentId);
  await outbox.edit(channel, messageTs, async () => {
    const message = cardOf(desk, thread, await service.getAnalysis(analysisId), more);
    return message && { ...message, broadcast: thread.isBroadcast };
  });
  await postPicture(desk, thread, report);
}

/** Shows what changed since in every thread of an incident: a decision, or more alerts. */
export async function refresh(desk: Desk, incidentId: string): Promise<void> {
  const threads = await desk.threads.findThreads({ incidentId });
  await Promise.all(
    threads.map(({ messageTs, channel, analysisId }) =>
      messageTs === null || analysisId === null ? null : refreshCard(desk, { channel, ts: messageTs }, analysisId),
    ),
  );
}

/** The same for one card, which may be that of an earlier analysis. */
export async function refreshCard(
  desk: Desk,
  at: { channel: string; ts: string } | null,
  analysisId: string,
): Promise<void> {
  if (at === null) return;
  await desk.outbox.edit(at.channel, at.ts, async () => {
    const detail = await desk.service.getAnalysis(analysisId);
    const [thread] = await desk.threads.findThreads({ channel: at.channel, messageTs: at.ts });
    return cardOf(desk, { isShadow: thread?.isShadow ?? false }, detail, await furtherAlerts(desk, detail.incidentId));
  });
}

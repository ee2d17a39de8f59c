import { IncidentError, isPassing, nullIfNotFound } from "../domain/errors.ts";
import type { ChatThread } from "../domain/chat-thread.ts";
import type { AnalysisDetail } from "../domain/service.ts";
import { card, type Message } from "../render/slack/card.ts";
import { trouble } from "../render/slack/messages.ts";
import { progress } from "../render/slack/progress.ts";
import type { SlackContext, Turn } from "./slack-context.ts";
import { postPicture } from "./picture.ts";
import { postOnce } from "./post-once.ts";

/** The card of a thread after its analysis. */
function cardOf(
  { now }: Pick<SlackContext, "now">,
  thread: Pick<ChatThread, "isShadow">,
  { report, actions }: AnalysisDetail,
  furtherAlerts: number,
): Message | null {
  if (report === null) return null;
  const decisions = actions.flatMap(({ decision }) => decision ?? []);
  return card(report, { review: { decisions, nowMs: now() }, isShadow: thread.isShadow, furtherAlerts });
}

/** The number of alerts after the first; 0 for an unknown incident. */
async function furtherAlerts({ service }: SlackContext, incidentId: string): Promise<number> {
  const incident = await service.getIncident(incidentId).catch(nullIfNotFound);
  return Math.max(0, (incident?.alertCount ?? 0) - 1);
}

/**
 * Analyzes an incident in its thread, with one message: first the progress, then the result. Records each step before
 * the next, so that a process that takes over continues with the same message and the same analysis.
 */
export async function triage(
  context: SlackContext,
  thread: ChatThread,
  turn: Turn,
  { by }: { by: string },
): Promise<void> {
  const begun = await begin(context, thread, turn);
  const analyzed = begun.analysisId === null ? await requestAnalysis(context, begun, by) : begun;
  if (analyzed === null) return;
  const { messageTs, analysisId, channel } = analyzed;
  if (messageTs === null || analysisId === null) return;

  const done: string[] = [];
  let waits = true;
  let note: string | null = null;
  const showProgress = (): void => {
    context.outbox
      .edit(channel, messageTs, async () =>
        progress({
          incidentId: thread.incidentId,
          title: thread.title,
          done,
          note,
          waits,
          furtherAlerts: await furtherAlerts(context, thread.incidentId),
        }),
      )
      .catch((error: unknown) => context.log.warn({ thread: thread.id }, `could not show progress: ${String(error)}`));
  };
  for await (const event of context.service.progress(analysisId, { afterId: 0, signal: context.signal })) {
    if (event.type === "node_started") {
      waits = false;
      const { node } = event.data;
      if (typeof node === "string" && done.at(-1) !== node) done.push(node);
      note = null;
      showProgress();
    }
    if (event.type === "investigation") {
      note = typeof event.data.step === "string" ? event.data.step : null;
      showProgress();
    }
  }
  context.signal.throwIfAborted();
  await conclude(context, analyzed);
}

/** Analyzes the incident again, in a new message of the thread. A repeated `key` is one request. */
export async function rerun(
  context: SlackContext,
  thread: ChatThread,
  key: string,
  turn: Turn,
  by: string,
): Promise<void> {
  const { analysisId } = await context.service.submitAnalysis(thread.incidentId, {
    idempotencyKey: `slack:${key}`,
    by,
    force: true,
  });
  const next = await context.threads.changeThread(thread.id, (now) =>
    now.analysisId === analysisId ? now : { ...now, analysisId, messageTs: null },
  );
  await triage(context, next ?? thread, turn, { by });
}

/** Posts the message that later edits change, and records it. */
async function begin(context: SlackContext, thread: ChatThread, turn: Turn): Promise<ChatThread> {
  if (thread.messageTs !== null) return thread;
  const first = progress({
    incidentId: thread.incidentId,
    title: thread.title,
    done: [],
    waits: true,
    furtherAlerts: 0,
  });
  const messageTs = await postOnce(
    context,
    thread,
    `thread:${thread.id}:${thread.begunBy}:${thread.analysisId ?? ""}`,
    first,
    turn,
  );
  return (
    (await context.threads.changeThread(thread.id, (now) => ({
      ...now,
      messageTs: now.messageTs ?? messageTs,
      threadTs: now.threadTs ?? messageTs,
    }))) ?? thread
  );
}

/** Who an analysis that alerts start is recorded as requested by. */
export const ALERTS = "slack alerts";

/**
 * The analysis that the service started for these alerts, or the last one, which they join. Null if there is none.
 * Only people start an analysis beside it.
 */
async function joinedAnalysis({ service }: SlackContext, incidentId: string): Promise<string | null> {
  const { analyses } = await service.getIncident(incidentId);
  return analyses.find(({ status }) => status !== "failed")?.id ?? null;
}

/** Requests the analysis, and shows the error when that is not possible. */
async function requestAnalysis(context: SlackContext, thread: ChatThread, by: string): Promise<ChatThread | null> {
  const { service, threads, outbox } = context;
  try {
    const joined = by === ALERTS ? await joinedAnalysis(context, thread.incidentId) : null;
    const analysisId =
      joined ?? (await service.submitAnalysis(thread.incidentId, { idempotencyKey: null, by })).analysisId;
    return await threads.changeThread(thread.id, (now) => ({ ...now, analysisId: now.analysisId ?? analysisId }));
  } catch (error) {
    if (!(error instanceof IncidentError) || isPassing(error)) throw error;
    if (thread.messageTs !== null)
      await outbox.edit(thread.channel, thread.messageTs, async () => trouble(error.message, error.hint));
    return null;
  }
}

/** True for a thread that an alert began; a person who asked a question sees the answer in full. */
const isOfAlert = ({ id }: ChatThread): boolean => /^(?:alert|shadow):/.test(id);

/** Replaces the progress by the result, or by the reason why there is none. */
async function conclude(context: SlackContext, thread: ChatThread): Promise<void> {
  const { service, outbox } = context;
  const { messageTs, analysisId, channel } = thread;
  if (messageTs === null || analysisId === null) return;
  const detail = await service.getAnalysis(analysisId);
  const { report } = detail;
  if (report === null) {
    const end = detail.status === "failed" ? "failed" : "ended without a report";
    await outbox.edit(channel, messageTs, async () =>
      trouble(
        `The analysis ${end}: ${detail.why ?? "no reason known"}`,
        `Write “re-run” to try again, or see \`causeway show ${analysisId}\`.`,
      ),
    );
    return;
  }
  const more = await furtherAlerts(context, thread.incidentId);
  const isQuiet = context.config.quiet && report.verdict === "inconclusive" && isOfAlert(thread);
  await outbox.edit(channel, messageTs, async () => {
    const message = cardOf(context, thread, await service.getAnalysis(analysisId), more);
    return message && { ...message, broadcast: thread.isBroadcast && !isQuiet };
  });
  if (!isQuiet) await postPicture(context, thread, report);
}

/** Updates every thread of an incident after a decision or more alerts. */
export async function refresh(context: SlackContext, incidentId: string): Promise<void> {
  const threads = await context.threads.findThreads({ incidentId });
  await Promise.all(
    threads.map(({ messageTs, channel, analysisId }) =>
      messageTs === null || analysisId === null ? null : refreshCard(context, { channel, ts: messageTs }, analysisId),
    ),
  );
}

/** Updates one card, which may belong to an earlier analysis. */
export async function refreshCard(
  context: SlackContext,
  at: { channel: string; ts: string } | null,
  analysisId: string,
): Promise<void> {
  if (at === null) return;
  await context.outbox.edit(at.channel, at.ts, async () => {
    const detail = await context.service.getAnalysis(analysisId);
    const [thread] = await context.threads.findThreads({ channel: at.channel, messageTs: at.ts });
    return cardOf(
      context,
      { isShadow: thread?.isShadow ?? false },
      detail,
      await furtherAlerts(context, detail.incidentId),
    );
  });
}

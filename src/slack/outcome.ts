import { IncidentError, nullIfNotFound } from "../domain/errors.ts";
import type { ChatThread } from "../domain/chat-thread.ts";
import type { Feedback } from "../domain/service.ts";
import type { Message } from "../render/slack/card.ts";
import { outcomeQuestion, statement } from "../render/slack/messages.ts";
import type { SlackContext, Turn } from "./slack-context.ts";
import { postOnce } from "./post-once.ts";

/** Closes the threads of a resolved incident. */
export async function closeThreads(context: SlackContext, incidentId: string, turn: Turn): Promise<void> {
  for (const thread of await context.threads.findThreads({ incidentId }))
    if (thread.status === "open" || turn.isRepeat) await closeThread(context, thread, turn);
}

/**
 * Asks in the thread if the analysis was right, then marks the thread closed. In this order: a closed thread is never
 * asked again.
 */
async function closeThread(context: SlackContext, thread: ChatThread, turn: Turn): Promise<void> {
  if ((thread.threadTs ?? thread.messageTs) !== null)
    await postOnce(context, thread, `closed:${thread.id}:${thread.begunBy}`, await closing(context, thread), turn);
  await context.threads.changeThread(thread.id, (now) =>
    now.begunBy === thread.begunBy ? { ...now, status: "closed" } : now,
  ); // it may have fired again
}

async function closing(
  { service }: Pick<SlackContext, "service">,
  { incidentId, analysisId, isShadow }: ChatThread,
): Promise<Message> {
  const { report } = analysisId === null ? { report: null } : await service.getAnalysis(analysisId);
  return report === null || isShadow
    ? statement(`Resolved: incident ${incidentId}.`)
    : outcomeQuestion(report, incidentId);
}

/** True when an incident is closed. A merged incident is closed when its target is. */
async function isOver({ service }: Pick<SlackContext, "service">, incidentId: string): Promise<boolean> {
  const { status, mergedInto } = await service.getIncident(incidentId);
  return mergedInto === null ? status === "closed" : isOver({ service }, mergedInto);
}

/** Closes threads whose incidents ended outside Slack: through a webhook, or merged into another incident. */
export async function closeEndedIncidents(context: SlackContext): Promise<void> {
  const open = await context.threads.findThreads({ status: "open" });
  for (const incidentId of new Set(open.map((thread) => thread.incidentId))) {
    const over = await isOver(context, incidentId).catch(nullIfNotFound); // null: a recording that no longer exists
    if (over !== true) continue;
    for (const thread of open.filter((one) => one.incidentId === incidentId))
      // an earlier process may have posted and died before it marked the thread
      await closeThread(context, thread, { isRepeat: true });
  }
}

/** Passes feedback to the memory. Repeated feedback counts once. */
export async function remember(
  { service }: Pick<SlackContext, "service">,
  feedback: Omit<Feedback, "atMs">,
): Promise<void> {
  await service.feedback(feedback);
}

export const wasFalseAlarm = (context: Pick<SlackContext, "service">, analysisId: string, by: string): Promise<void> =>
  remember(context, { analysisId, outcome: "wrong", entity: null, cause: null, note: "false alarm", by });

/** Records the true cause: a candidate by its index in the report, or none of them. */
export async function correct(
  context: Pick<SlackContext, "service">,
  analysisId: string,
  choice: string,
  by: string,
  note: string | null,
): Promise<void> {
  if (choice === "false-alarm")
    return remember(context, {
      analysisId,
      outcome: "wrong",
      entity: null,
      cause: null,
      note: note === null ? "false alarm" : `false alarm: ${note}`,
      by,
    });
  const { report } = await context.service.getAnalysis(analysisId);
  const picked = /^\d+$/.test(choice) ? report?.hypotheses[Number(choice)] : undefined;
  if (choice !== "none" && picked === undefined)
    throw new IncidentError("BAD_INPUT", `the report has no candidate ${choice}`, {
      hint: "Choose a candidate from the list.",
    });
  await remember(
    context,
    picked === undefined
      ? { analysisId, outcome: "wrong", entity: null, cause: null, note, by }
      : { analysisId, outcome: "corrected", entity: picked.entity, cause: picked.category, note, by },
  );
}

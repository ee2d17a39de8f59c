import { IncidentError, nullIfNotFound } from "../domain/errors.ts";
import type { ChatThread } from "../domain/chat-thread.ts";
import type { Feedback } from "../domain/service.ts";
import type { Message } from "../render/slack/card.ts";
import { outcomeQuestion, statement } from "../render/slack/messages.ts";
import type { Desk, Turn } from "./desk.ts";
import { sayOnce } from "./say-once.ts";

/** Closes the threads of an incident that is over. */
export async function closeThreads(desk: Desk, incidentId: string, turn: Turn): Promise<void> {
  for (const thread of await desk.threads.findThreads({ incidentId }))
    if (thread.status === "open" || turn.isRepeat) await closeThread(desk, thread, turn);
}

/** Asks in the thread whether the analysis was right, and notes that it is closed. In this order: what is noted nobody says again. */
async function closeThread(desk: Desk, thread: ChatThread, turn: Turn): Promise<void> {
  if ((thread.threadTs ?? thread.messageTs) !== null)
    await sayOnce(desk, thread, `closed:${thread.id}:${thread.begunBy}`, await closing(desk, thread), turn);
  await desk.threads.changeThread(thread.id, (now) =>
    now.begunBy === thread.begunBy ? { ...now, status: "closed" } : now,
  ); // it may have fired again meanwhile
}

async function closing(
  { service }: Pick<Desk, "service">,
  { incidentId, analysisId, isShadow }: ChatThread,
): Promise<Message> {
  const { report } = analysisId === null ? { report: null } : await service.getAnalysis(analysisId);
  return report === null || isShadow
    ? statement(`Resolved: incident ${incidentId} is over.`)
    : outcomeQuestion(report, incidentId);
}

/** Whether an incident is over; one that turned out to be another's, when that one is. */
async function isOver({ service }: Pick<Desk, "service">, incidentId: string): Promise<boolean> {
  const { status, mergedInto } = await service.getIncident(incidentId);
  return mergedInto === null ? status === "closed" : isOver({ service }, mergedInto);
}

/** Closes the threads whose incidents ended without Slack being told: by a webhook, or as a part of another. */
export async function closeWhatIsOver(desk: Desk): Promise<void> {
  const open = await desk.threads.findThreads({ status: "open" });
  for (const incidentId of new Set(open.map((thread) => thread.incidentId))) {
    const over = await isOver(desk, incidentId).catch(nullIfNotFound); // null: a recording that was taken away
    if (over !== true) continue;
    for (const thread of open.filter((one) => one.incidentId === incidentId))
      await closeThread(desk, thread, { isRepeat: true }); // whoever looked before may have been killed between word and note
  }
}

/** Hands what a person said on to the memory. Said twice, it is one. */
export async function remember({ service }: Pick<Desk, "service">, feedback: Omit<Feedback, "atMs">): Promise<void> {
  await service.feedback(feedback);
}

export const wasFalseAlarm = (desk: Pick<Desk, "service">, analysisId: string, by: string): Promise<void> =>
  remember(desk, { analysisId, outcome: "wrong", entity: null, cause: null, note: "false alarm", by });

/** What it really was: one of the candidates, by its place in the report, or none of them. */
export async function correct(
  desk: Pick<Desk, "service">,
  analysisId: string,
  choice: string,
  by: string,
  note: string | null,
): Promise<void> {
  if (choice === "false-alarm")
    return remember(desk, {
      analysisId,
      outcome: "wrong",
      entity: null,
      cause: null,
      note: note === null ? "false alarm" : `false alarm: ${note}`,
      by,
    });
  const { report } = await desk.service.getAnalysis(analysisId);
  const picked = /^\d+$/.test(choice) ? report?.hypotheses[Number(choice)] : undefined;
  if (choice !== "none" && picked === undefined)
    throw new IncidentError("BAD_INPUT", `the report holds no candidate ${choice}`, {
      hint: "Choose one of the list.",
    });
  await remember(
    desk,
    picked === undefined
      ? { analysisId, outcome: "wrong", entity: null, cause: null, note, by }
      : { analysisId, outcome: "corrected", entity: picked.entity, cause: picked.category, note, by },
  );
}

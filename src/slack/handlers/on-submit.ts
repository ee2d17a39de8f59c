import { z } from "zod";
import { IncidentError, isPassing } from "../../domain/errors.ts";
import type { Decision } from "../../domain/action.ts";
import { FIELD, MODAL } from "../../render/slack/ids.ts";
import { decided } from "../../render/slack/messages.ts";
import { notice } from "../../render/slack/modals.ts";
import { mayDecide, nameOf } from "../approvers.ts";
import type { Desk, Turn } from "../desk.ts";
import { correct } from "../outcome.ts";
import { sayOnce } from "../say-once.ts";
import { refresh, refreshCard } from "../triage.ts";
import { analysisOf, Deciding } from "./on-press.ts";

const Value = z.looseObject({
  value: z.string().nullish(),
  selected_option: z.object({ value: z.string() }).nullish(),
});
/** A modal that was submitted, as far as it is read. */
const Submitted = z.object({
  user: z.object({ id: z.string() }),
  view: z.looseObject({
    id: z.string(),
    callback_id: z.string(),
    private_metadata: z.string(),
    state: z.object({ values: z.record(z.string(), z.record(z.string(), Value)) }),
  }),
});
type Submitted = z.infer<typeof Submitted>;
const Correcting = z.object({ analysisId: z.string() });

/** What Slack shows in place of the modal at once, before anything is done. */
export const awaiting = (body: unknown): ReturnType<typeof notice> | null =>
  Submitted.parse(body).view.callback_id === MODAL.decide
    ? notice("One moment", "The decision is being recorded.")
    : null;

/** Does what a modal asked for. */
export async function onSubmit(desk: Desk, body: unknown, turn: Turn): Promise<void> {
  const submitted = Submitted.parse(body);
  const told: unknown = JSON.parse(submitted.view.private_metadata);
  if (submitted.view.callback_id === MODAL.decide) return decideHere(desk, submitted, Deciding.parse(told), turn);
  if (submitted.view.callback_id !== MODAL.correct) return;
  const choice = fieldOf(submitted, FIELD.cause)?.selected_option?.value ?? "none";
  await correct(
    desk,
    Correcting.parse(told).analysisId,
    choice,
    await nameOf(desk, submitted.user.id),
    noteOf(submitted),
  );
}

const fieldOf = ({ view }: Submitted, field: string) => view.state.values[field]?.[field];
const noteOf = (submitted: Submitted): string | null => {
  const note = fieldOf(submitted, FIELD.note)?.value?.trim() ?? "";
  return note === "" ? null : note;
};

/**
 * Records a decision under the same checks as anywhere else: whoever decides must be allowed to now, and the script must be the one that
 * they were shown. Everybody in the threads of the incident is told.
 */
async function decideHere(
  desk: Desk,
  submitted: Submitted,
  { actionId, decision, sha256, card }: z.infer<typeof Deciding>,
  turn: Turn,
): Promise<void> {
  const userId = submitted.user.id;
  const show = (title: string, text: string) =>
    desk.web
      .call("views.update", { view_id: submitted.view.id, view: notice(title, text) })
      .catch((error: unknown) =>
        desk.log.warn({ actionId }, `the modal was closed before it could be answered: ${String(error)}`),
      );
  try {
    const allowed = await mayDecide(desk, userId);
    if (!allowed.ok) return void (await show("Not allowed", allowed.why));
    const record = await recordOnce(
      desk,
      { actionId, decision, by: await nameOf(desk, userId), note: noteOf(submitted), presentedSha256: sha256 },
      turn,
    );
    await notifyThreads(desk, actionId, record, userId, turn);
    await refreshCard(desk, card, analysisOf(actionId));
    await show(
      decision === "approved" ? "Approved" : "Rejected",
      decision === "approved"
        ? `The script is exported to ${record.scriptPath ?? "the folder of approved scripts"}. Nothing was run.`
        : "The rejection is recorded.",
    );
  } catch (error) {
    if (!(error instanceof IncidentError) || isPassing(error)) throw error;
    desk.log.warn({ actionId, code: error.code }, `a decision was refused: ${error.message}`);
    await show("Refused", `${error.message}. ${error.hint}`);
    await refreshCard(desk, card, analysisOf(actionId));
  }
}

type Recorded = { decision: Decision; title: string; incidentId: string; scriptPath: string | null };

/** Decides; where this very decision was recorded by a process that was killed before it could say so, that is its outcome. */
async function recordOnce(
  { service }: Desk,
  request: Parameters<Desk["service"]["decide"]>[0],
  { isRepeat }: Turn,
): Promise<Recorded> {
  try {
    const { decision, action, scriptPath } = await service.decide(request);
    return { decision, title: action.title, incidentId: action.incidentId, scriptPath };
  } catch (error) {
    const { actions } = await service.getAnalysis(analysisOf(request.actionId));
    const found = actions.find(({ action: { id } }) => id === request.actionId);
    const isOurs = isRepeat && found?.decision?.by === request.by && found.decision.decision === request.decision;
    if (!found?.decision || !isOurs) throw error;
    return {
      decision: found.decision,
      title: found.action.title,
      incidentId: found.action.incidentId,
      scriptPath: null,
    };
  }
}

/** Everybody who works on the incident is told, whichever of its analyses the action is of. */
async function notifyThreads(
  desk: Desk,
  actionId: string,
  { decision, title, incidentId, scriptPath }: Recorded,
  userId: string,
  turn: Turn,
): Promise<void> {
  const threads = (await desk.threads.findThreads({ incidentId })).filter(
    ({ isShadow, threadTs }) => !isShadow && threadTs !== null,
  );
  for (const thread of threads)
    await sayOnce(desk, thread, `decided:${actionId}`, decided(decision, title, userId, scriptPath), turn);
  await refresh(desk, incidentId);
}

import { z } from "zod";
import { IncidentError, isPassing } from "../../domain/errors.ts";
import { type Decision, RejectionReason } from "../../domain/action.ts";
import { FIELD, MODAL } from "../../render/slack/ids.ts";
import type { Message } from "../../render/slack/card.ts";
import { approvedByOne, decided } from "../../render/slack/messages.ts";
import { notice } from "../../render/slack/modals.ts";
import { mayDecide, nameOf } from "../approvers.ts";
import type { SlackContext, Turn } from "../slack-context.ts";
import { correct } from "../outcome.ts";
import { postOnce } from "../post-once.ts";
import { refresh, refreshCard } from "../triage.ts";
import { analysisOf, DecisionState } from "./on-press.ts";

const Value = z.looseObject({
  value: z.string().nullish(),
  selected_option: z.object({ value: z.string() }).nullish(),
});
/** The fields of a submitted modal. */
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
const CorrectionState = z.object({ analysisId: z.string() });

/** The modal while Causeway works. */
export const awaiting = (body: unknown): ReturnType<typeof notice> | null =>
  Submitted.parse(body).view.callback_id === MODAL.decide ? notice("One moment", "Recording the decision.") : null;

/** Handles a submitted modal. */
export async function onSubmit(context: SlackContext, body: unknown, turn: Turn): Promise<void> {
  const submitted = Submitted.parse(body);
  const state: unknown = JSON.parse(submitted.view.private_metadata);
  if (submitted.view.callback_id === MODAL.decide)
    return decideHere(context, submitted, DecisionState.parse(state), turn);
  if (submitted.view.callback_id !== MODAL.correct) return;
  const choice = fieldOf(submitted, FIELD.cause)?.selected_option?.value ?? "none";
  await correct(
    context,
    CorrectionState.parse(state).analysisId,
    choice,
    await nameOf(context, submitted.user.id),
    noteOf(submitted),
  );
}

const fieldOf = ({ view }: Submitted, field: string) => view.state.values[field]?.[field];
const noteOf = (submitted: Submitted): string | null => {
  const note = fieldOf(submitted, FIELD.note)?.value?.trim() ?? "";
  return note === "" ? null : note;
};

/**
 * Records a decision with the usual checks: the decider must be allowed now, and the script must be the one
 * that they saw. Posts the decision in all threads of the incident.
 */
async function decideHere(
  context: SlackContext,
  submitted: Submitted,
  { actionId, decision, sha256, card }: z.infer<typeof DecisionState>,
  turn: Turn,
): Promise<void> {
  const userId = submitted.user.id;
  const show = (title: string, text: string) =>
    context.web
      .call("views.update", { view_id: submitted.view.id, view: notice(title, text) })
      .catch((error: unknown) =>
        context.log.warn({ actionId }, `the modal was closed before the answer: ${String(error)}`),
      );
  try {
    const allowed = await mayDecide(context, userId);
    if (!allowed.ok) return void (await show("Not allowed", allowed.why));
    const record = await recordOnce(
      context,
      {
        actionId,
        decision,
        by: await nameOf(context, userId),
        reason: RejectionReason.safeParse(fieldOf(submitted, FIELD.reason)?.selected_option?.value).data,
        note: noteOf(submitted),
        presentedSha256: sha256,
      },
      userId,
      turn,
    );
    if (record.missing > 0) {
      const message = approvedByOne(record.title, userId);
      await notifyThreads(context, record.incidentId, { key: `approved:${actionId}:${userId}`, message }, turn);
      return void (await show(
        "1 of 2 approvals",
        "Causeway recorded your approval. The policy demands another person's before the script is exported.",
      ));
    }
    const message = decided(record.decision, record.title, userId, record.scriptPath, record.hasStarted);
    await notifyThreads(context, record.incidentId, { key: `decided:${actionId}`, message }, turn);
    await refreshCard(context, card, analysisOf(actionId));
    const where = record.scriptPath ?? "the folder of approved scripts";
    await show(
      decision === "approved" ? "Approved" : "Rejected",
      decision === "approved"
        ? `Causeway exported the script to ${where}${record.hasStarted ? ". Its execution has started." : " and ran nothing."}`
        : "Causeway recorded the rejection.",
    );
  } catch (error) {
    if (!(error instanceof IncidentError) || isPassing(error)) throw error;
    context.log.warn({ actionId, code: error.code }, `decision refused: ${error.message}`);
    await show("Refused", `${error.message}. ${error.hint}`);
    await refreshCard(context, card, analysisOf(actionId));
  }
}

type Recorded = {
  decision: Decision;
  title: string;
  incidentId: string;
  scriptPath: string | null;
  missing: number;
  hasStarted: boolean;
};

/** Decides. If a process recorded this same decision and died before it posted it, returns that decision. */
async function recordOnce(
  { service }: SlackContext,
  request: Parameters<SlackContext["service"]["decide"]>[0],
  userId: string,
  { isRepeat }: Turn,
): Promise<Recorded> {
  try {
    const approver = { surface: "slack", id: userId, name: request.by } as const;
    const { decision, action, scriptPath, missing, execution } = await service.decide({ ...request, approver });
    const { title, incidentId } = action;
    return { decision, title, incidentId, scriptPath, missing, hasStarted: execution !== undefined };
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
      missing: 0,
      hasStarted: (await service.listExecutions({ limit: 100, analysisId: found.action.analysisId })).some(
        ({ actionId }) => actionId === request.actionId,
      ),
    };
  }
}

/** Posts a message once in every thread of the incident, whichever analysis its action is from. */
async function notifyThreads(
  context: SlackContext,
  incidentId: string,
  { key, message }: { key: string; message: Message },
  turn: Turn,
): Promise<void> {
  const threads = (await context.threads.findThreads({ incidentId })).filter(
    ({ isShadow, threadTs }) => !isShadow && threadTs !== null,
  );
  for (const thread of threads) await postOnce(context, thread, key, message, turn);
  await refresh(context, incidentId);
}

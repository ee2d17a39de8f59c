import { z } from "zod";
import { IncidentError, isPassing } from "../../domain/errors.ts";
import type { ChatThread } from "../../domain/chat-thread.ts";
import type { AnalysisDetail } from "../../domain/service.ts";
import { type DecisionPrompt, decideModal } from "../../render/slack/decide-modal.ts";
import { inspectBlock, MODAL, PRESS } from "../../render/slack/ids.ts";
import { statement, trouble } from "../../render/slack/messages.ts";
import { correctModal, evidenceModal, notice, similarModal, whyNotModal } from "../../render/slack/modals.ts";
import { mayDecide, nameOf } from "../approvers.ts";
import type { SlackContext, Turn } from "../slack-context.ts";
import { remember } from "../outcome.ts";
import { rerun } from "../triage.ts";
import { workOn } from "./on-question.ts";

/** The fields of a button press in a message or a modal. */
const Press = z.object({
  trigger_id: z.string(),
  user: z.object({ id: z.string() }),
  channel: z.object({ id: z.string() }).optional(),
  message: z.looseObject({ ts: z.string(), thread_ts: z.string().optional() }).optional(),
  view: z
    .looseObject({ id: z.string(), hash: z.string(), callback_id: z.string(), private_metadata: z.string() })
    .optional(),
  actions: z
    .array(
      z.looseObject({
        action_id: z.string(),
        block_id: z.string(),
        value: z.string().optional(),
        selected_option: z.object({ value: z.string() }).nullish(),
      }),
    )
    .min(1),
});
type Press = z.infer<typeof Press>;
const Page = z.object({ analysisId: z.string(), page: z.number() });
/** The state of the decision modal. */
export const DecisionState = z.object({
  actionId: z.string(),
  decision: z.enum(["approved", "rejected"]),
  sha256: z.string(),
  page: z.number(),
  card: z.object({ channel: z.string(), ts: z.string() }).nullable(),
});

export const analysisOf = (actionId: string): string => actionId.replace(/-a\d+$/, "");

/** Handles a button: opens a modal, runs again, or records feedback. No button decides an action by itself. */
export async function onPress(context: SlackContext, body: unknown, turn: Turn): Promise<void> {
  const press = Press.parse(body);
  const [{ action_id: id, value = "" } = { action_id: "" }] = press.actions;
  try {
    if (press.view !== undefined) return await turnPage(context, press, Number(value));
    if (id === PRESS.evidence) return await show(context, press, value, (detail) => evidenceModal(reportOf(detail), 0));
    if (id === PRESS.similar) return await show(context, press, value, (detail) => similarModal(reportOf(detail)));
    if (id === PRESS.whyNot) return await whyNot(context, press);
    if (id === PRESS.outcome) return await show(context, press, value, (detail) => correctModal(reportOf(detail)));
    if (id === PRESS.approve || id === PRESS.reject)
      return await askToDecide(context, press, value, id === PRESS.approve ? "approved" : "rejected");
    if (id === PRESS.right || id === PRESS.wrong)
      return await judge(context, press, value, id === PRESS.right ? "confirmed" : "wrong");
    if (id === PRESS.rerun) return await again(context, press, value, turn);
    if (id.startsWith(PRESS.pick)) return await pick(context, press, value, turn);
  } catch (error) {
    if (!(error instanceof IncidentError) || isPassing(error)) throw error;
    context.log.warn({ code: error.code, press: id }, `button failed: ${error.message}`);
    await whisper(context, press, trouble(error.message, error.hint));
  }
}

function reportOf({ report, id }: AnalysisDetail) {
  if (report !== null) return report;
  throw new IncidentError("NOT_FOUND", `analysis ${id} has no report yet`, {
    hint: "Wait until the analysis is finished.",
  });
}

async function show(
  { service, web }: SlackContext,
  { trigger_id: trigger }: Press,
  analysisId: string,
  view: (detail: AnalysisDetail) => object,
): Promise<void> {
  await web.call("views.open", { trigger_id: trigger, view: view(await service.getAnalysis(analysisId)) });
}

async function whyNot(context: SlackContext, press: Press): Promise<void> {
  const [pressed] = press.actions;
  const analysisId = inspectBlock.read(pressed?.block_id ?? "");
  if (analysisId !== null)
    await show(context, press, analysisId, (detail) =>
      whyNotModal(reportOf(detail), Number(pressed?.selected_option?.value ?? -1)),
    );
}

/** Turns the page of an open modal. The hash keeps two quick presses from crossing. */
async function turnPage({ service, web }: SlackContext, { view }: Press, page: number): Promise<void> {
  if (view === undefined || !Number.isInteger(page)) return;
  const state: unknown = JSON.parse(view.private_metadata);
  const update = (next: object) => web.call("views.update", { view_id: view.id, hash: view.hash, view: next });
  if (view.callback_id === MODAL.evidence) {
    const { analysisId } = Page.parse(state);
    await update(evidenceModal(reportOf(await service.getAnalysis(analysisId)), page));
  } else if (view.callback_id === MODAL.decide) {
    const { actionId, decision, card }: DecisionPrompt = DecisionState.parse(state);
    const report = reportOf(await service.getAnalysis(analysisOf(actionId)));
    const action = report.actions.find(({ id }) => id === actionId);
    if (action) await update(decideModal(report, action, decision, page, card));
  }
}

/** Shows the decision modal to approvers, and to anybody else why they may not decide. */
async function askToDecide(
  context: SlackContext,
  press: Press,
  actionId: string,
  decision: DecisionPrompt["decision"],
): Promise<void> {
  const allowed = await mayDecide(context, press.user.id);
  if (!allowed.ok)
    return whisper(
      context,
      press,
      trouble(`You cannot ${decision === "approved" ? "approve" : "reject"} this action.`, allowed.why),
    );
  const { service, web } = context;
  const { channel, message } = press;
  const card = channel === undefined || message === undefined ? null : { channel: channel.id, ts: message.ts };
  const detail = await service.getAnalysis(analysisOf(actionId));
  const report = reportOf(detail);
  const action = report.actions.find(({ id }) => id === actionId);
  const decided = detail.actions.find(({ action: { id } }) => id === actionId)?.decision ?? null;
  const view =
    action === undefined
      ? notice("Not found", `The report has no action ${actionId}.`)
      : decided !== null
        ? notice("Already decided", `${decided.by} ${decided.decision} ${actionId}. A decision is final.`)
        : decideModal(report, action, decision, 0, card);
  await web.call("views.open", { trigger_id: press.trigger_id, view });
}

async function judge(
  context: SlackContext,
  press: Press,
  analysisId: string,
  outcome: "confirmed" | "wrong",
): Promise<void> {
  await remember(context, {
    analysisId,
    outcome,
    by: await nameOf(context, press.user.id),
    entity: null,
    cause: null,
    note: null,
  });
  await whisper(
    context,
    press,
    statement(
      outcome === "confirmed"
        ? "Thank you. Causeway recorded that the analysis was right."
        : "Thank you. Causeway recorded that the analysis was wrong. You can name the true cause later.",
    ),
  );
}

async function again(context: SlackContext, press: Press, analysisId: string, turn: Turn): Promise<void> {
  const thread = await threadOf(context, press);
  if (thread === null)
    return whisper(
      context,
      press,
      trouble(
        "Causeway no longer has this message on record.",
        `Mention the app with the incident's id, or run \`causeway show ${analysisId}\`.`,
      ),
    );
  await rerun(context, thread, press.trigger_id, turn, await nameOf(context, press.user.id));
}

async function threadOf({ threads }: SlackContext, { channel, message }: Press): Promise<ChatThread | null> {
  if (channel === undefined || message === undefined) return null;
  const [exact] = await threads.findThreads({ channel: channel.id, messageTs: message.ts });
  return (
    exact ??
    (await threads.findThreads({ channel: channel.id, threadTs: message.thread_ts ?? message.ts })).at(-1) ??
    null
  );
}

async function pick(context: SlackContext, press: Press, incidentId: string, turn: Turn): Promise<void> {
  const { channel, message, user, trigger_id: key } = press;
  if (channel === undefined || message === undefined) return;
  await workOn(
    context,
    { incidentId, channel: channel.id, threadTs: message.thread_ts ?? message.ts, userId: user.id, key },
    turn,
  );
}

const whisper = async (
  { outbox }: SlackContext,
  { channel, user, message }: Press,
  text: Parameters<SlackContext["outbox"]["whisper"]>[2],
): Promise<void> => {
  if (channel !== undefined) await outbox.whisper(channel.id, user.id, text, message?.thread_ts ?? null);
};

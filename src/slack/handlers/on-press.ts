import { z } from "zod";
import { IncidentError, isPassing } from "../../domain/errors.ts";
import type { ChatThread } from "../../domain/chat-thread.ts";
import type { AnalysisDetail } from "../../domain/service.ts";
import { type DecisionRequest, decideModal } from "../../render/slack/decide-modal.ts";
import { inspectBlock, MODAL, PRESS } from "../../render/slack/ids.ts";
import { statement, trouble } from "../../render/slack/messages.ts";
import { correctModal, evidenceModal, notice, similarModal, whyNotModal } from "../../render/slack/modals.ts";
import { mayDecide, nameOf } from "../approvers.ts";
import type { Desk, Turn } from "../desk.ts";
import { remember } from "../outcome.ts";
import { rerun } from "../triage.ts";
import { workOn } from "./on-asked.ts";

/** A press on a message or in a modal, as far as it is read. */
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
/** What the dialogue of a decision handed back. */
export const Deciding = z.object({
  actionId: z.string(),
  decision: z.enum(["approved", "rejected"]),
  sha256: z.string(),
  page: z.number(),
  card: z.object({ channel: z.string(), ts: z.string() }).nullable(),
});

export const analysisOf = (actionId: string): string => actionId.replace(/-a\d+$/, "");

/** What follows from a press: a modal, a new run, a word of thanks. Nothing is decided by a press alone. */
export async function onPress(desk: Desk, body: unknown, turn: Turn): Promise<void> {
  const press = Press.parse(body);
  const [{ action_id: id, value = "" } = { action_id: "" }] = press.actions;
  try {
    if (press.view !== undefined) return await turnPage(desk, press, Number(value));
    if (id === PRESS.evidence) return await show(desk, press, value, (detail) => evidenceModal(reportOf(detail), 0));
    if (id === PRESS.similar) return await show(desk, press, value, (detail) => similarModal(reportOf(detail)));
    if (id === PRESS.whyNot) return await whyNot(desk, press);
    if (id === PRESS.outcome) return await show(desk, press, value, (detail) => correctModal(reportOf(detail)));
    if (id === PRESS.approve || id === PRESS.reject)
      return await askToDecide(desk, press, value, id === PRESS.approve ? "approved" : "rejected");
    if (id === PRESS.right || id === PRESS.wrong)
      return await judge(desk, press, value, id === PRESS.right ? "confirmed" : "wrong");
    if (id === PRESS.rerun) return await again(desk, press, value, turn);
    if (id.startsWith(PRESS.pick)) return await pick(desk, press, value, turn);
  } catch (error) {
    if (!(error instanceof IncidentError) || isPassing(error)) throw error;
    desk.log.warn({ code: error.code, press: id }, `a press came to nothing: ${error.message}`);
    await whisper(desk, press, trouble(error.message, error.hint));
  }
}

function reportOf({ report, id }: AnalysisDetail) {
  if (report !== null) return report;
  throw new IncidentError("NOT_FOUND", `analysis ${id} has no report yet`, { hint: "Wait until it is done." });
}

async function show(
  { service, web }: Desk,
  { trigger_id: trigger }: Press,
  analysisId: string,
  view: (detail: AnalysisDetail) => object,
): Promise<void> {
  await web.call("views.open", { trigger_id: trigger, view: view(await service.getAnalysis(analysisId)) });
}

async function whyNot(desk: Desk, press: Press): Promise<void> {
  const [pressed] = press.actions;
  const analysisId = inspectBlock.read(pressed?.block_id ?? "");
  if (analysisId !== null)
    await show(desk, press, analysisId, (detail) =>
      whyNotModal(reportOf(detail), Number(pressed?.selected_option?.value ?? -1)),
    );
}

/** The next or the last page of a modal that is open; the hash keeps two quick presses from crossing. */
async function turnPage({ service, web }: Desk, { view }: Press, page: number): Promise<void> {
  if (view === undefined || !Number.isInteger(page)) return;
  const told: unknown = JSON.parse(view.private_metadata);
  const update = (next: object) => web.call("views.update", { view_id: view.id, hash: view.hash, view: next });
  if (view.callback_id === MODAL.evidence) {
    const { analysisId } = Page.parse(told);
    await update(evidenceModal(reportOf(await service.getAnalysis(analysisId)), page));
  } else if (view.callback_id === MODAL.decide) {
    const { actionId, decision, card }: DecisionRequest = Deciding.parse(told);
    const report = reportOf(await service.getAnalysis(analysisOf(actionId)));
    const action = report.actions.find(({ id }) => id === actionId);
    if (action) await update(decideModal(report, action, decision, page, card));
  }
}

/** Shows exactly what is to be decided, to those who may; to anybody else, why not. */
async function askToDecide(
  desk: Desk,
  press: Press,
  actionId: string,
  decision: DecisionRequest["decision"],
): Promise<void> {
  const allowed = await mayDecide(desk, press.user.id);
  if (!allowed.ok) return whisper(desk, press, trouble(`Nothing was ${decision}.`, allowed.why));
  const { service, web } = desk;
  const { channel, message } = press;
  const card = channel === undefined || message === undefined ? null : { channel: channel.id, ts: message.ts };
  const detail = await service.getAnalysis(analysisOf(actionId));
  const report = reportOf(detail);
  const action = report.actions.find(({ id }) => id === actionId);
  const decided = detail.actions.find(({ action: { id } }) => id === actionId)?.decision ?? null;
  const view =
    action === undefined
      ? notice("Not there", `The report holds no action ${actionId}.`)
      : decided !== null
        ? notice("Decided already", `${actionId} was ${decided.decision} by ${decided.by}. A decision is made once.`)
        : decideModal(report, action, decision, 0, card);
  await web.call("views.open", { trigger_id: press.trigger_id, view });
}

async function judge(desk: Desk, press: Press, analysisId: string, outcome: "confirmed" | "wrong"): Promise<void> {
  await remember(desk, {
    analysisId,
    outcome,
    by: await nameOf(desk, press.user.id),
    entity: null,
    cause: null,
    note: null,
  });
  await whisper(
    desk,
    press,
    statement(
      outcome === "confirmed"
        ? "Thank you. It is remembered that this was right."
        : "Thank you. It is remembered that this was wrong; what it really was helps even more: “No, it was something else”.",
    ),
  );
}

async function again(desk: Desk, press: Press, analysisId: string, turn: Turn): Promise<void> {
  const thread = await threadOf(desk, press);
  if (thread === null)
    return whisper(
      desk,
      press,
      trouble(
        "This message is not on record any more.",
        `Ask anew: mention the app with the incident's id, or run \`causeway show ${analysisId}\`.`,
      ),
    );
  await rerun(desk, thread, press.trigger_id, turn, await nameOf(desk, press.user.id));
}

async function threadOf({ threads }: Desk, { channel, message }: Press): Promise<ChatThread | null> {
  if (channel === undefined || message === undefined) return null;
  const [exact] = await threads.findThreads({ channel: channel.id, messageTs: message.ts });
  return (
    exact ??
    (await threads.findThreads({ channel: channel.id, threadTs: message.thread_ts ?? message.ts })).at(-1) ??
    null
  );
}

async function pick(desk: Desk, press: Press, incidentId: string, turn: Turn): Promise<void> {
  const { channel, message, user, trigger_id: key } = press;
  if (channel === undefined || message === undefined) return;
  await workOn(
    desk,
    { incidentId, channel: channel.id, threadTs: message.thread_ts ?? message.ts, userId: user.id, key },
    turn,
  );
}

const whisper = async (
  { outbox }: Desk,
  { channel, user, message }: Press,
  text: Parameters<Desk["outbox"]["whisper"]>[2],
): Promise<void> => {
  if (channel !== undefined) await outbox.whisper(channel.id, user.id, text, message?.thread_ts ?? null);
};

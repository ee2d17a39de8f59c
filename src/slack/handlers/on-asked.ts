import { nullIfNotFound } from "../../domain/errors.ts";
import type { ChatThread } from "../../domain/chat-thread.ts";
import type { AnalysisDetail } from "../../domain/service.ts";
import { choices, evidenceText, help, statement, similarText, whyNotText } from "../../render/slack/messages.ts";
import { type Askable, type Asked, matchIncidents, readAsked } from "../commands.ts";
import type { Desk, Turn } from "../desk.ts";
import { nameOf } from "../approvers.ts";
import { wasFalseAlarm } from "../outcome.ts";
import { rerun, triage } from "../triage.ts";

/** Where something was asked, and by whom. `threadTs`: null where the answer begins a thread. `key` names the question, once. */
export type Question = { text: string; userId: string; channel: string; threadTs: string | null; key: string };

const MOST_KNOWN = 200;
const MOST_CHOICES = 5;
/** Of the newest, those whose alerts are read for the names of what is ill. */
const MOST_ASKED_AFTER = 20;

/** Answers what a person asked: about the incident of this thread, or one that they name. */
export async function onAsked(desk: Desk, question: Question, turn: Turn): Promise<void> {
  const asked = readAsked(question.text, desk.me.userId);
  const thread = question.threadTs === null ? null : await threadHere(desk, question.channel, question.threadTs);
  if (asked.kind === "help") return tell(desk, question, help());
  if (asked.kind === "incident" && asked.text !== "") return lookUp(desk, question, asked.text, turn);
  if (thread === null)
    return tell(
      desk,
      question,
      statement("Ask that in the thread of an incident, or name one first: give its id, or a few words of it."),
    );
  await inThread(desk, question, asked, thread, turn);
}

/** The newest incident of this Slack thread: where it has several, the last one asked about. */
const threadHere = async ({ threads }: Desk, channel: string, threadTs: string): Promise<ChatThread | null> =>
  (await threads.findThreads({ channel, threadTs })).at(-1) ?? null;

const tell = async (
  { outbox }: Pick<Desk, "outbox">,
  { channel, threadTs }: Question,
  message: Parameters<Desk["outbox"]["post"]>[1],
): Promise<void> => void (await outbox.post(channel, message, { threadTs }));

async function inThread(desk: Desk, question: Question, asked: Asked, thread: ChatThread, turn: Turn): Promise<void> {
  const { service, threads, now } = desk;
  const by = await nameOf(desk, question.userId);
  if (asked.kind === "note") {
    await threads.addNote({ id: question.key, incidentId: thread.incidentId, by, text: asked.text, atMs: now() });
    return tell(
      desk,
      question,
      statement(`Noted as evidence on incident ${thread.incidentId}. The next analysis reads it: ask for “re-run”.`),
    );
  }
  if (asked.kind === "incident")
    return asked.again ? rerun(desk, thread, question.key, turn, by) : again(desk, thread, turn, by);
  const detail = thread.analysisId === null ? null : await service.getAnalysis(thread.analysisId);
  const { report } = detail ?? { report: null };
  if (report === null)
    return tell(desk, question, statement("The analysis of this incident has not come that far yet."));
  if (asked.kind === "evidence") return tell(desk, question, evidenceText(report, asked.id));
  if (asked.kind === "similar") return tell(desk, question, similarText(report));
  if (asked.kind === "why-not") return tell(desk, question, whyNotText(report, asked.entity));
  if (asked.kind === "false-alarm") await falseAlarm(desk, question, thread, detail, by);
}

async function falseAlarm(
  desk: Desk,
  question: Question,
  thread: ChatThread,
  detail: AnalysisDetail | null,
  by: string,
): Promise<void> {
  if (detail?.report == null) return;
  await wasFalseAlarm(desk, detail.id, by);
  await tell(desk, question, statement(`Remembered: incident ${thread.incidentId} was a false alarm, as ${by} says.`));
}

/** The card once more, at the end of the thread. */
async function again(desk: Desk, thread: ChatThread, turn: Turn, by: string): Promise<void> {
  const moved = await desk.threads.changeThread(thread.id, (now) => ({ ...now, messageTs: null }));
  await triage(desk, moved ?? thread, turn, { by });
}

/** Finds the incident that is meant and works on it here; asks back where several may be. */
async function lookUp(desk: Desk, question: Question, text: string, turn: Turn): Promise<void> {
  const found = matchIncidents(text, await knownIncidents(desk, text));
  const [first, second] = found;
  if (first === undefined)
    return tell(
      desk,
      question,
      statement(
        `No incident is known by “${text}”. Give the id of one, or words of its title; \`causeway incidents\` lists them.`,
      ),
    );
  if (second !== undefined && !(first.isOpen && !second.isOpen))
    return tell(desk, question, choices(text, found.slice(0, MOST_CHOICES)));
  await workOn(desk, { incidentId: first.id, ...question }, turn);
}

/** The newest incidents, and the one that is named by its id, wherever it lies. */
async function knownIncidents({ service }: Desk, text: string): Promise<Askable[]> {
  const { items } = await service.listIncidents({ limit: MOST_KNOWN, cursor: null });
  const isId = /^[\w.:@-]{1,200}$/.test(text.trim());
  const named =
    isId && !items.some(({ id }) => id === text.trim())
      ? await service.getIncident(text.trim()).catch(nullIfNotFound)
      : null;
  const details = await Promise.all(
    items
      .filter(({ origin }) => origin === "alerts")
      .slice(0, MOST_ASKED_AFTER)
      .map(({ id }) => service.getIncident(id).catch(nullIfNotFound)),
  );
  const ill = new Map(
    details.flatMap((detail) =>
      detail === null ? [] : [[detail.id, detail.alerts.map(({ entity }) => entity)] as const],
    ),
  );
  return [...(named === null ? [] : [named]), ...items].map(({ id, title, system, status }) => ({
    id,
    title,
    system,
    entities: ill.get(id) ?? [],
    isOpen: status === "open",
  }));
}

/** Begins a thread for an incident where somebody asked about it. One that no alert will end has nothing to be closed by. */
export async function workOn(
  desk: Desk,
  { incidentId, channel, threadTs, key, userId }: Omit<Question, "text"> & { incidentId: string },
  turn: Turn,
): Promise<void> {
  const { title, origin, status } = await desk.service.getIncident(incidentId);
  const thread = await desk.threads.openThread({
    id: threadTs === null ? `ask:${key}` : `ask:${channel}:${threadTs}:${incidentId}`,
    incidentId,
    title,
    begunBy: key,
    channel,
    threadTs,
    messageTs: null,
    analysisId: null,
    isShadow: false,
    isBroadcast: false,
    picturedId: null,
    status: origin === "alerts" ? status : "closed",
  });
  await triage(desk, thread, turn, { by: await nameOf(desk, userId) });
}

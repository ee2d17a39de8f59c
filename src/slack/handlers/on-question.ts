import { IncidentError, isPassing, nullIfNotFound } from "../../domain/errors.ts";
import type { ChatThread } from "../../domain/chat-thread.ts";
import type { AnalysisDetail } from "../../domain/service.ts";
import { looksLikePlan } from "../../app/questions/ask-analysis.ts";
import { readQuestion } from "../../app/questions/read-question.ts";
import { answerMessage } from "../../render/slack/answer.ts";
import { choices, evidenceText, help, statement, similarText, trouble } from "../../render/slack/messages.ts";
import { type IncidentCandidate, type ChatCommand, matchIncidents, readCommand } from "../commands.ts";
import type { SlackContext, Turn } from "../slack-context.ts";
import { nameOf } from "../approvers.ts";
import { wasFalseAlarm } from "../outcome.ts";
import { rerun, triage } from "../triage.ts";

/**
 * A question: its text, author and place. `threadTs`: null when the answer starts a thread. `key`: unique to the
 * question.
 */
export type Question = { text: string; userId: string; channel: string; threadTs: string | null; key: string };

const MAX_KNOWN = 200;
const MAX_CHOICES = 5;
/** Newest incidents whose alerts are read for entity names. */
const MAX_DETAILED = 20;

/** Answers a question about the incident of this thread, or about an incident that it names. */
export async function onQuestion(context: SlackContext, question: Question, turn: Turn): Promise<void> {
  const command = readCommand(question.text, context.me.userId);
  const thread = question.threadTs === null ? null : await threadHere(context, question.channel, question.threadTs);
  if (command.kind === "help") return reply(context, question, help());
  if (command.kind === "incident" && command.text !== "" && (thread === null || !isAboutThread(command.text)))
    return lookUp(context, question, command.text, turn);
  if (thread === null)
    return reply(
      context,
      question,
      statement(
        "Ask this in the thread of an incident, or name an incident first by its id or some words of its title.",
      ),
    );
  await inThread(context, question, command, thread, turn);
}

/** A question about the analysis of this thread. Any other text looks for an incident, as outside of a thread. */
function isAboutThread(text: string): boolean {
  if (looksLikePlan(text)) return true;
  const read = readQuestion(text);
  return read.kind !== "unknown" && read.kind !== "why" && (read.kind !== "candidate" || read.isHint);
}

/** The newest incident of this Slack thread: where it has several, the last one asked about. */
const threadHere = async ({ threads }: SlackContext, channel: string, threadTs: string): Promise<ChatThread | null> =>
  (await threads.findThreads({ channel, threadTs })).at(-1) ?? null;

const reply = async (
  { outbox }: Pick<SlackContext, "outbox">,
  { channel, threadTs }: Question,
  message: Parameters<SlackContext["outbox"]["post"]>[1],
): Promise<void> => void (await outbox.post(channel, message, { threadTs }));

async function inThread(
  context: SlackContext,
  question: Question,
  command: ChatCommand,
  thread: ChatThread,
  turn: Turn,
): Promise<void> {
  const { service, threads, now } = context;
  const by = await nameOf(context, question.userId);
  if (command.kind === "note") {
    await threads.addNote({ id: question.key, incidentId: thread.incidentId, by, text: command.text, atMs: now() });
    return reply(
      context,
      question,
      statement(`Added to the evidence of incident ${thread.incidentId}. Write “re-run” to analyze with it.`),
    );
  }
  if (command.kind === "incident" && command.text === "")
    return command.again ? rerun(context, thread, question.key, turn, by) : again(context, thread, turn, by);
  const detail = thread.analysisId === null ? null : await service.getAnalysis(thread.analysisId);
  const { report } = detail ?? { report: null };
  if (report === null) return reply(context, question, statement("The analysis of this incident is not finished yet."));
  if (command.kind === "evidence") return reply(context, question, evidenceText(report, command.id));
  if (command.kind === "similar") return reply(context, question, similarText(report));
  if (command.kind === "why-not") return answerHere(context, question, thread, `why not ${command.entity}?`, by);
  if (command.kind === "incident") return answerHere(context, question, thread, command.text, by);
  if (command.kind === "false-alarm") await falseAlarm(context, question, thread, detail, by);
}

/**
 * Answers from the stored analysis. Anybody in the channel may write: the words are data, and nothing here decides,
 * runs or changes anything.
 */
async function answerHere(
  context: SlackContext,
  question: Question,
  { analysisId }: ChatThread,
  text: string,
  by: string,
): Promise<void> {
  if (analysisId === null) return;
  try {
    const { answer } = await context.service.ask(analysisId, {
      question: text,
      by,
      via: "slack",
      id: `slack:${question.key}`,
    });
    await reply(context, question, answerMessage(answer));
  } catch (error) {
    if (!(error instanceof IncidentError) || isPassing(error)) throw error;
    await reply(context, question, trouble(error.message, error.hint));
  }
}

async function falseAlarm(
  context: SlackContext,
  question: Question,
  thread: ChatThread,
  detail: AnalysisDetail | null,
  by: string,
): Promise<void> {
  if (detail?.report == null) return;
  await wasFalseAlarm(context, detail.id, by);
  await reply(context, question, statement(`Recorded: ${by} marked incident ${thread.incidentId} as a false alarm.`));
}

/** Shows the card again, at the end of the thread. */
async function again(context: SlackContext, thread: ChatThread, turn: Turn, by: string): Promise<void> {
  const moved = await context.threads.changeThread(thread.id, (now) => ({ ...now, messageTs: null }));
  await triage(context, moved ?? thread, turn, { by });
}

/** Finds the incident that a question means and analyzes it here; asks back when several match. */
async function lookUp(context: SlackContext, question: Question, text: string, turn: Turn): Promise<void> {
  const found = matchIncidents(text, await knownIncidents(context, text));
  const [first, second] = found;
  if (first === undefined)
    return reply(
      context,
      question,
      statement(`No incident matches “${text}”. Give an id or title words; see \`causeway incidents\`.`),
    );
  if (second !== undefined && !(first.isOpen && !second.isOpen))
    return reply(context, question, choices(text, found.slice(0, MAX_CHOICES)));
  await workOn(context, { incidentId: first.id, ...question }, turn);
}

/** The newest incidents, and the one with the given id, however old. */
async function knownIncidents({ service }: SlackContext, text: string): Promise<IncidentCandidate[]> {
  const { items } = await service.listIncidents({ limit: MAX_KNOWN, cursor: null });
  const isId = /^[\w.:@-]{1,200}$/.test(text.trim());
  const named =
    isId && !items.some(({ id }) => id === text.trim())
      ? await service.getIncident(text.trim()).catch(nullIfNotFound)
      : null;
  const details = await Promise.all(
    items
      .filter(({ origin }) => origin === "alerts")
      .slice(0, MAX_DETAILED)
      .map(({ id }) => service.getIncident(id).catch(nullIfNotFound)),
  );
  const entitiesOf = new Map(
    details.flatMap((detail) =>
      detail === null ? [] : [[detail.id, detail.alerts.map(({ entity }) => entity)] as const],
    ),
  );
  return [...(named === null ? [] : [named]), ...items].map(({ id, title, system, status }) => ({
    id,
    title,
    system,
    entities: entitiesOf.get(id) ?? [],
    isOpen: status === "open",
  }));
}

/** Starts a thread for an incident where somebody asked. Without alerts nothing can close it, so it starts closed. */
export async function workOn(
  context: SlackContext,
  { incidentId, channel, threadTs, key, userId }: Omit<Question, "text"> & { incidentId: string },
  turn: Turn,
): Promise<void> {
  const { title, origin, status } = await context.service.getIncident(incidentId);
  const thread = await context.threads.openThread({
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
  await triage(context, thread, turn, { by: await nameOf(context, userId) });
}

import { findArtifact, citedFindings } from "../../agent/artifacts.ts";
import { answerPlan, type AskSession, askSession } from "../../ask/ask-session.ts";
import { guessPlan } from "../../ask/guess-plan.ts";
import { planText } from "../../ask/plan-text.ts";
import { looksLikePlan, readPlan } from "../../ask/read-plan.ts";
import { AskAnswer, emptyAnswer } from "../../domain/ask-answer.ts";
import type { AskPlan } from "../../domain/ask-plan.ts";
import type { HumanNote } from "../../domain/chat-thread.ts";
import type { ModelRoutes } from "../../domain/chat-model.ts";
import type { Exchange } from "../../domain/conversation.ts";
import { IncidentError, nullIfNotFound } from "../../domain/errors.ts";
import type { AnalysisStore, IncidentStore } from "../../domain/ports.ts";
import { type Masker, maskerOf } from "../../domain/redact-values.ts";
import { isoTime } from "../../domain/time.ts";
import { workloadOfPod } from "../../domain/pod-names.ts";
import { openHandle } from "../../telemetry/handle.ts";
import type { HoldLease } from "../hold-lease.ts";
import { newQuestionId } from "../new-ids.ts";
import { answerFromReport, type StoredAnalysis } from "./answer-from-report.ts";
import { answerWithModel } from "./answer-with-model.ts";
import { addExchange } from "./conversation.ts";
import { incidentSource } from "./incident-source.ts";
import { readQuestion } from "./read-question.ts";

export { looksLikePlan } from "../../ask/read-plan.ts";

const PLAIN = maskerOf();

export const MAX_QUESTION_CHARS = 2_000;

/**
 * `question`: in words, or a plan as it is typed; null if `plan` is given. `id`: the same for a repeated request. `isOwner`: true
 * for the person at the terminal. `withModel`: false keeps the model out. `isExplained`: only the plan.
 */
export type AskRequest = {
  question: string | null;
  plan?: AskPlan | null;
  by: string;
  via: Exchange["via"];
  id?: string | undefined;
  isOwner?: boolean;
  withModel?: boolean;
  isExplained?: boolean;
  signal?: AbortSignal | undefined;
};
export type AskParts = {
  store: AnalysisStore;
  incidents: Pick<IncidentStore, "openTelemetry" | "getIncident">;
  holdLease: HoldLease;
  /** The configured models; null for none. */
  routes: ModelRoutes | null;
  /** Masks secrets in questions and answers; absent: with marks that are the same everywhere. */
  masker?: Masker | undefined;
  /** Keeps the words of people for the next analysis. */
  notes: { addNote(note: HumanNote): Promise<void> };
  /** Unix milliseconds. */
  now: () => number;
};

/**
 * Answers a question about an analysis, and keeps both. A question in words is answered from the stored report, or by
 * a model whose sentences pass the citation check; a plan is run over the incident's telemetry. A guess of a person
 * ("could it be the cache?") is also kept as a note for the next analysis: its words are data, and change no rank.
 *
 * @throws {IncidentError} NOT_FOUND for an unknown analysis, or one without a report; BAD_INPUT for an empty or too long
 *   question, and a plan that cannot be read.
 */
export async function askAnalysis(parts: AskParts, analysisId: string, request: AskRequest): Promise<Exchange> {
  const question = request.question?.trim() ?? null;
  refuseUnusable(question, request.plan ?? null);
  const { store, now } = parts;
  const stored = await storedAnalysis(store, analysisId);
  const id = request.id ?? newQuestionId();
  const session = await sessionOf(parts, stored.report.incident_id, request.signal);
  const typed = request.plan ?? (question !== null && looksLikePlan(question) ? readPlan(question) : null);
  const answer =
    typed === null
      ? await inWords(parts, { analysisId, question: question ?? "", stored, session, id }, request)
      : await byPlan(session, typed, request.plan == null ? question : null, request.isExplained === true);
  const exchange: Exchange = {
    id,
    at: isoTime(now()),
    by: request.by,
    via: request.via,
    answer: AskAnswer.parse((parts.masker ?? PLAIN).values(answer)),
  };
  if (request.isExplained !== true) await addExchange(parts, analysisId, exchange);
  return exchange;
}

function refuseUnusable(question: string | null, plan: AskPlan | null): void {
  if (plan === null && (question === null || question === ""))
    throw new IncidentError("BAD_INPUT", "there is no question", { hint: "Give a question in words, or a plan." });
  if (question !== null && question.length > MAX_QUESTION_CHARS)
    throw new IncidentError("BAD_INPUT", `the question is longer than ${MAX_QUESTION_CHARS} characters`, {
      hint: "Ask in fewer words.",
    });
}

async function storedAnalysis(store: AnalysisStore, analysisId: string): Promise<StoredAnalysis> {
  const report = await store.getReport(analysisId).catch(async (error: unknown) => {
    await store.getAnalysis(analysisId); // an unknown analysis says so itself
    return nullIfNotFound(error);
  });
  if (report === null)
    throw new IncidentError("NOT_FOUND", `analysis ${analysisId.slice(0, 80)} has no report yet`, {
      hint: "Wait until it is done, then ask again.",
    });
  const topology = (await findArtifact(store, analysisId, "topology")) ?? { nodes: [], edges: [] };
  const incident = await findArtifact(store, analysisId, "incident");
  const named = [
    ...report.hypotheses.flatMap(({ entity, path }) => [entity, ...path]),
    ...topology.nodes.map(({ id }) => id),
    ...topology.edges.flatMap(({ from, to }) => [from, to]),
    ...report.evidence.flatMap(({ entity, peer, kind }) =>
      kind === "human.note" ? [] : [entity, ...(peer === null ? [] : [peer])],
    ),
    ...(incident?.entry == null ? [] : [incident.entry]),
  ];
  return { report, topology, entities: [...new Set(named.flatMap((id) => [id, workloadOfPod(id) ?? id]))] };
}

/** The incident's telemetry. Its sources are asked only by a plan. */
async function sessionOf(
  { incidents, now }: AskParts,
  incidentId: string,
  signal: AbortSignal | undefined,
): Promise<() => Promise<AskSession>> {
  let opened: Promise<AskSession> | null = null;
  const open = async (): Promise<AskSession> => {
    const incident = await incidents.getIncident(incidentId);
    const handle = openHandle(await incidents.openTelemetry(incidentId), now());
    return askSession(incidentSource(handle, incident), signal);
  };
  return () => (opened ??= open());
}

async function byPlan(
  session: () => Promise<AskSession>,
  plan: AskPlan,
  question: string | null,
  isExplained: boolean,
): Promise<AskAnswer> {
  const answered = await answerPlan(await session(), plan, { isExplained });
  return { ...emptyAnswer(question), planned_by: "person", ...answered };
}

type InWords = {
  analysisId: string;
  question: string;
  stored: StoredAnalysis;
  session: () => Promise<AskSession>;
  id: string;
};

async function inWords(parts: AskParts, words: InWords, request: AskRequest): Promise<AskAnswer> {
  const { analysisId, question, stored, session, id } = words;
  const read = readQuestion(question);
  const isHint = read.kind === "candidate" && read.isHint;
  const incidentId = stored.report.incident_id;
  if (isHint) {
    const text = (parts.masker ?? PLAIN).text(question).slice(0, 4_000);
    await parts.notes.addNote({ id: `question:${id}`, incidentId, by: request.by, text, atMs: parts.now() });
  }
  const limits: string[] = [];
  const models = request.withModel === false ? [] : (parts.routes?.modelsFor("ask", { analysisId, incidentId }) ?? []);
  if (models.length > 0) {
    const findings = await citedFindings(
      parts.store,
      analysisId,
      (await findArtifact(parts.store, analysisId, "findings")) ?? [],
    );
    const answer = await answerWithModel({
      question,
      isOwner: request.isOwner === true,
      stored,
      findings,
      session: await session(),
      models,
      judge: parts.routes?.judge,
      signal: request.signal,
      now: () => performance.now(),
    });
    await parts.routes?.judge?.(answer.callId, answer.judgement);
    if (answer.claims.length > 0)
      return {
        ...emptyAnswer(question),
        claims: answer.claims,
        dropped_claims: answer.dropped_claims,
        observations: answer.observations,
        written_by: answer.model ?? "a model",
        noted: isHint,
      };
    limits.push(`${answer.why.charAt(0).toUpperCase()}${answer.why.slice(1)}. Code answers instead.`);
  }
  const { understood, claims, canAsk } = answerFromReport(read, stored);
  if (understood) return { ...emptyAnswer(question), claims, noted: isHint, limits };
  const guessed = await guessFor(question, await session());
  return {
    ...emptyAnswer(question),
    refusal: {
      why:
        models.length > 0
          ? "code does not know this kind of question"
          : "without a model, code answers only some kinds of question",
      misfits: [],
      nearest: guessed,
      nearest_text: guessed === null ? null : planText(guessed),
    },
    can_ask: canAsk,
    limits,
  };
}

/** The plan that the words of a question probably mean, over the selection that they name; null if they mean none. */
async function guessFor(question: string, session: AskSession): Promise<AskPlan | null> {
  const text = question.toLowerCase();
  const select = /\b(?:spans?|traces?)\b/.test(text)
    ? "spans"
    : /\bmetrics?\b|\bcpu\b|\bmemory\b/.test(text)
      ? "metrics"
      : /\balerts?\b/.test(text)
        ? "alerts"
        : "logs";
  const catalogue = await session.catalogue(select).catch((error: unknown) => {
    if (error instanceof IncidentError) return null; // the source cannot be asked: then nothing is proposed
    throw error;
  });
  const plan = catalogue === null ? null : guessPlan(question, catalogue);
  const fit = plan === null ? null : await session.fit(plan);
  return fit !== null && "fitted" in fit ? fit.fitted.plan : null;
}

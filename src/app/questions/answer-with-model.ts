import { z } from "zod";
import { answerPlan, type AskSession } from "../../ask/ask-session.ts";
import { catalogueData, namesIn, restoredPlan } from "../../ask/catalogue-data.ts";
import { planTool, refusedPlan } from "../../ask/plan-question.ts";
import type { AskCatalogue } from "../../ask/catalogue.ts";
import type { AskAnswer, AskObservation } from "../../domain/ask-answer.ts";
import { ASK_SELECTIONS } from "../../domain/ask-plan.ts";
import type { ChatModel, ModelRoutes } from "../../domain/chat-model.ts";
import type { CitedFinding } from "../../domain/finding.ts";
import type { ModelJudgement } from "../../domain/model-verdict.ts";
import { type LoopBudget, stopWords } from "../../llm/loop-budget.ts";
import type { LoopTool } from "../../llm/loop-tool.ts";
import { ASK_INCIDENT } from "../../llm/prompts/ask-incident.ts";
import { quotedJson, quotedText } from "../../llm/quoted-data.ts";
import { nameBook } from "../../llm/quoting/names.ts";
import { runToolLoop } from "../../llm/tool-loop.ts";
import { answerFromReport, type StoredAnalysis } from "./answer-from-report.ts";
import { checkSentence } from "./check-sentence.ts";
import { observationData, tableFacts } from "./observations.ts";
import { questionOpening } from "./question-opening.ts";

/** Plans of one question, and what it may cost. The caps of the configuration hold beside it. */
export const ASK_BUDGET: LoopBudget = { steps: 8, tokens: 60_000, usd: null, ms: 120_000 };
const MOST = { observations: 8, claims: 6 };

/** `isOwner`: the person at the terminal, whose words a model sees as they are. `nowMs`: for durations. */
export type ModelQuestion = {
  question: string;
  isOwner: boolean;
  stored: StoredAnalysis;
  findings: readonly CitedFinding[];
  session: AskSession;
  models: readonly ChatModel[];
  /** Gets a verdict on each answer but the last. */
  judge?: ModelRoutes["judge"];
  signal?: AbortSignal | undefined;
  now: () => number;
};
/** `claims`: passed the citation check; empty if none did. `why`: why there is none. */
export type AnswerByModel = Pick<AskAnswer, "claims" | "dropped_claims" | "observations"> & {
  model: string | null;
  why: string;
  callId: string | undefined;
  judgement: ModelJudgement;
};

const Claims = z.strictObject({
  claims: z.array(z.strictObject({ text: z.string().max(1_000), evidenceIds: z.array(z.string()).max(20) })).max(12),
});
const Words = z.strictObject({ words: z.string().max(200) });
const Selection = z.strictObject({ select: z.enum(ASK_SELECTIONS) });
const schemaOf = (schema: z.ZodType) => z.toJSONSchema(schema) as Readonly<Record<string, unknown>>;

/**
 * Lets a model answer a question about an analysis: it runs plans over the telemetry, reads the report, and writes
 * sentences. Each sentence must cite findings or observations that hold its numbers and names, and is dropped
 * otherwise. Nothing that a model writes changes a rank, and no tool here writes anything.
 */
export async function answerWithModel(input: ModelQuestion): Promise<AnswerByModel> {
  const { question, isOwner, stored, findings, session, models, signal, now } = input;
  const known = new Set(stored.entities);
  const names = new Set(known);
  const observations: AskObservation[] = [];
  const kept: AskAnswer["claims"] = [];
  let [dropped, offered] = [0, 0];

  const observe = (one: Omit<AskObservation, "id">): AskObservation => {
    const observation = { id: `O${observations.length + 1}`, ...one };
    observations.push(observation);
    return observation;
  };
  const isFull = (): boolean => observations.length >= MOST.observations;
  const full = {
    text: quotedJson({ refused: "There are enough observations. Answer now." }),
    step: "asked for too much",
    ok: false,
  };

  const runPlan = planTool(async (shown) => {
    if (isFull()) return full;
    const plan = restoredPlan(shown, names);
    const answered = await answerPlan(session, plan);
    if (answered.refusal !== null) return refusedPlan(answered.refusal.misfits);
    const { table, plan: fitted, plan_text: text } = answered;
    const service = fitted?.where.find(
      ({ field, op }) => (field === "service" || field === "entity") && op === "=",
    )?.value;
    const observation = observe({
      summary: text ?? "",
      entity: service === undefined ? stored.report.incident_id : String(service),
      facts: tableFacts({ table }),
      plan: fitted,
      plan_text: text,
      table,
    });
    return { text: quotedJson(observationData(observation, names)), step: `ran ${text ?? "a plan"}`, ok: true };
  });
  const fields = tool(
    "list_fields",
    "Lists the fields and names of one kind of records.",
    Selection,
    async ({ select }) => {
      const catalogue: AskCatalogue | null = await session.catalogue(select, true);
      if (catalogue === null) return { text: quotedJson({ refused: `there are no ${select} here` }), ok: false };
      for (const name of namesIn([catalogue])) names.add(name);
      return { text: quotedJson(catalogueData(catalogue, names)), ok: true };
    },
  );
  const candidate = tool(
    "about_candidate",
    "What the analysis knows of an entity or a cause: its rank, the evidence for and against it.",
    Words,
    async ({ words }) => {
      if (isFull()) return full;
      const about = nameBook(known).idOf(words) ?? words;
      const { claims } = answerFromReport({ kind: "candidate", about, isHint: false }, stored);
      const observation = observe({
        summary: `what the report says about ${about}`,
        entity: known.has(about) ? about : stored.report.incident_id,
        facts: Object.fromEntries(claims.map(({ text }, at) => [`sentence ${at + 1}`, text])),
        plan: null,
        plan_text: null,
        table: null,
      });
      return {
        text: quotedJson({
          ...(observationData(observation, names) as object),
          cites: [...new Set(claims.flatMap((one) => one.evidence_ids))],
        }),
        ok: true,
      };
    },
  );
  const concluding = tool(
    "answer",
    "Gives the answer: at most 6 short sentences, each with the ids that support it.",
    Claims,
    async ({ claims }) => {
      offered = claims.length;
      const checked = claims.map((claim) => checkSentence(claim, { findings, observations, known, stored }));
      dropped = checked.filter(({ why }) => why !== null).length;
      kept.push(...checked.flatMap(({ kept: one }) => one ?? []).slice(0, MOST.claims));
      if (kept.length > 0 || claims.length === 0) return { text: "accepted", ok: kept.length > 0 };
      return { text: quotedJson({ refused: checked.map(({ why }) => quotedText(why ?? "", 200, names)) }), ok: false };
    },
  );

  const result = await runToolLoop({
    task: "ask",
    models,
    prompt: ASK_INCIDENT,
    tools: [runPlan, fields, candidate],
    concluding,
    opening: questionOpening(question, isOwner, stored, findings, session, names),
    budget: ASK_BUDGET,
    now,
    judge: input.judge,
    signal,
  });
  const cited = new Set(kept.flatMap(({ evidence_ids: ids }) => ids));
  const verdict =
    kept.length > 0
      ? dropped > 0
        ? "partial"
        : "accepted"
      : result.failure !== null
        ? "failed"
        : offered > 0
          ? "unsupported"
          : result.lastAnswer === "refused"
            ? "refused"
            : "malformed";
  return {
    claims: kept,
    dropped_claims: dropped,
    observations: observations.filter(({ id }) => cited.has(id)),
    model: result.model,
    why:
      result.failure !== null
        ? `the model did not answer: ${result.failure.message}`
        : offered > 0
          ? "no sentence of the model was supported by its evidence"
          : `the model gave no answer: ${stopWords(result.stop)}`,
    callId: result.callIds.at(-1),
    judgement: { verdict, claims: offered, unsupportedClaims: dropped },
  };
}

/** A tool that checks its input, and says what was wrong with it. */
const tool = <T>(
  name: string,
  description: string,
  schema: z.ZodType<T>,
  run: (input: T) => Promise<{ text: string; ok: boolean }>,
): LoopTool => ({
  definition: { name, description, input: schemaOf(schema) },
  async run(input) {
    const parsed = schema.safeParse(input);
    if (!parsed.success)
      return {
        text: quotedJson({ refused: quotedText(z.prettifyError(parsed.error), 400) }),
        step: `called ${name} wrongly`,
        ok: false,
      };
    return { ...(await run(parsed.data)), step: `called ${name}` };
  },
});

import type { Claim } from "../../domain/ports.ts";
import type { ModelInvestigation } from "../../domain/model-investigation.ts";
import type { ModelJudgement } from "../../domain/model-verdict.ts";
import { checkCitations } from "../../llm/check-citations.ts";
import type { LoopBudget } from "../../llm/loop-budget.ts";
import { INVESTIGATE } from "../../llm/prompts/investigate.ts";
import { nameBook } from "../../llm/quoting/names.ts";
import { type LoopResult, runToolLoop } from "../../llm/tool-loop.ts";
import { getArtifact, putArtifact } from "../artifacts.ts";
import type { AgentDeps } from "../deps.ts";
import { conclude } from "../investigation/conclude.ts";
import { openContext } from "../investigation/open-context.ts";
import { openingOf } from "../investigation/opening.ts";
import { INVESTIGATION_BUDGET, stopSentence } from "../investigation/stop-sentence.ts";
import { investigationTools } from "../investigation/tools.ts";
import type { LogMiner } from "../mined-logs.ts";
import { sumOfUse } from "../model-use.ts";
import { MAX_INVESTIGATIONS } from "../routing.ts";
import type { AnalysisState, CoverageGap } from "../state.ts";
import { explainFailure, type NodeStep, timed } from "../step.ts";

/** Share of the node's time that an investigation may take, so that the node itself never times out. */
const TIME_SHARE = 0.8;

/**
 * Lets a model ask further questions of the telemetry. Code measures again what it points at; the causes are then
 * ranked again. Whatever the model does, the analysis goes on.
 */
export const investigate = (deps: AgentDeps, minedLogs: LogMiner): NodeStep =>
  timed(deps, "investigate", async (state, { signal, writer }) => {
    const { store, models, now } = deps;
    const { analysisId, incidentId, doubt, investigations } = state;
    const routes = models?.modelsFor("investigate", { analysisId, incidentId }) ?? [];
    if (models == null || doubt === null || routes.length === 0) return { investigations: MAX_INVESTIGATIONS };
    const { context, added } = await openContext(deps, state, minedLogs, await deps.telemetry.handleOf(state));
    const ranking = await getArtifact(store, analysisId, "ranking");
    const budget = within(deps);
    const spentBefore = (await models.spendOf?.(analysisId))?.usd ?? 0;
    const names = nameBook(
      context.findings.flatMap(({ entity, peer }) => (peer === null ? [entity.id] : [entity.id, peer])),
    );
    let claim: Claim | null = null;
    const result = await runToolLoop({
      task: "investigate",
      models: routes,
      prompt: INVESTIGATE,
      tools: investigationTools(context, () => routes[0]?.name ?? null),
      concluding: conclude(({ text, evidenceIds }) => (claim = { text: names.restored(text), evidenceIds })),
      opening: openingOf({ incident: context.incident, ranking, findings: context.findings, doubt }, budget),
      budget,
      now,
      judge: models.judge,
      usdOf: async () => {
        const usd = (await models.spendOf?.(analysisId))?.usd ?? null;
        return usd === null ? null : Math.max(0, usd - spentBefore);
      },
      signal,
      traceTool: deps.traceTool,
      onStep: ({ step }) => writer?.({ node: "investigate", text: step }),
    });
    const path = (await context.rankAgain())[0]?.path ?? [];
    const kept = claim === null ? [] : checkCitations([claim], context.findings, path).kept;
    await models.judge?.(result.callIds.at(-1), judgementOf(result, claim, kept.length));
    const why = stopSentence(result, budget);
    const investigation: ModelInvestigation = {
      model: result.model,
      prompt: { name: INVESTIGATE.name, version: INVESTIGATE.version },
      doubt,
      stoppedBy: result.stop,
      failure: why,
      steps: result.steps,
      foundKeys: added.refs.map(({ key }) => key),
      readings: added.readings,
      conclusion: kept[0] ?? null,
      use: {
        inputTokens: result.use.inputTokens,
        outputTokens: result.use.outputTokens,
        usd: models.spendOf === undefined ? null : result.use.usd,
      },
    };
    await putArtifact(store, analysisId, "investigation", investigation);
    const isSettled = added.refs.length === 0 && added.readings.length === 0;
    return {
      findings: added.refs,
      investigations: isSettled ? MAX_INVESTIGATIONS : investigations + 1,
      use: sumOfUse(state.use, result.use),
      droppedClaims: state.droppedClaims + (claim !== null && kept.length === 0 ? 1 : 0),
      coverage: gapOf(deps, state, result, why),
    };
  });

/** Runs when the step itself fails. The model is not tried again. */
export const withoutInvestigation = async () => ({ investigations: MAX_INVESTIGATIONS });

function within({ investigation, nodeTimeoutMs }: AgentDeps): LoopBudget {
  const budget = { ...INVESTIGATION_BUDGET, ...(investigation === "off" ? {} : investigation) };
  return { ...budget, ms: Math.min(budget.ms, nodeTimeoutMs * TIME_SHARE) };
}

function gapOf(
  deps: AgentDeps,
  state: AnalysisState,
  { failure, model }: LoopResult,
  why: string | null,
): CoverageGap[] {
  if (why === null) return [];
  if (failure !== null) explainFailure(deps, state, "investigate", failure);
  return [{ source: "model", kind: model === null ? "failed" : "partial", why }];
}

function judgementOf(
  { stop, concluded, steps, lastAnswer }: LoopResult,
  claim: Claim | null,
  kept: number,
): ModelJudgement {
  const claims = claim === null ? 0 : 1;
  const counted = { claims, unsupportedClaims: claims - kept };
  if (!concluded)
    return { verdict: stop === "model" && lastAnswer !== "accepted" ? lastAnswer : "partial", ...counted };
  if (kept === 0) return { verdict: "unsupported", ...counted };
  return { verdict: steps.some(({ ok }) => !ok) ? "repaired" : "accepted", ...counted };
}

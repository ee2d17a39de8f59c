import { createHash } from "node:crypto";
import {
  type AnswerOutcome,
  type Canary,
  CANARY_GUARDRAILS,
  CANARY_STAGES,
  type CanaryChange,
  type CanaryComparison,
  type CanaryGuardrail,
  type CanaryStep,
} from "../domain/canary.ts";
import { anytimeP, bet, type BettingTest, NO_BETS } from "../stats/betting.ts";

/**
 * Whether a canary reaches an incident: the same answer in every process, and a later stage keeps the incidents of the
 * earlier ones.
 */
export function isReached({ id, stage }: Canary, incidentId: string): boolean {
  const hash = createHash("sha256").update(`${id}\0${incidentId}`).digest();
  return hash.readUInt32BE(0) / 2 ** 32 < (CANARY_STAGES[stage] ?? 0);
}

/** One observation for a guardrail: above 0 counts against the candidate. `most`: the largest loss that is possible. */
type Observation = { guardrail: CanaryGuardrail; value: number; most: number };

/** A tie of two amounts says nothing. Answers from a cache have no time or tokens of their own. */
function moreThan(
  guardrail: "latency" | "tokens",
  [inForce, candidate]: readonly [number | null, number | null],
  margin: number,
): Observation[] {
  if (inForce === null || candidate === null || candidate === inForce * (1 + margin)) return [];
  // within the margin, the candidate is above it in at most half of the pairs: a sign test
  return [{ guardrail, value: candidate > inForce * (1 + margin) ? 0.5 : -0.5, most: 0.5 }];
}

function observationsOf({ margins }: Canary, inForce: AnswerOutcome, candidate: AnswerOutcome): Observation[] {
  const gain = Number(candidate.bad !== null) - Number(inForce.bad !== null) - margins.bad;
  const both = inForce.bad === null && candidate.bad === null && !inForce.cached && !candidate.cached;
  return [
    { guardrail: "bad", value: gain, most: 1 + margins.bad },
    ...(both ? moreThan("latency", [inForce.ms, candidate.ms], margins.latency) : []),
    ...(both ? moreThan("tokens", [inForce.tokens, candidate.tokens], margins.tokens) : []),
  ];
}

/** Each guardrail gets its part of alpha (Bonferroni). */
const isBroken = ({ alpha }: Canary, test: BettingTest): boolean => anytimeP(test) < alpha / CANARY_GUARDRAILS.length;

const stateOf = ({ capitals, ...test }: BettingTest) => ({ ...test, capitals: [...capitals] });

function withObservations(canary: Canary, observations: readonly Observation[]): Canary {
  const tests = { ...canary.tests };
  for (const { guardrail, value, most } of observations)
    tests[guardrail] = stateOf(bet(tests[guardrail] ?? NO_BETS, value, most));
  return { ...canary, tests };
}

const WORDS: Readonly<Record<CanaryGuardrail, string>> = {
  bad: "more answers are bad",
  latency: "it is slower",
  tokens: "it uses more tokens",
  unsupported: "too many shown answers do not pass the checks",
};

/** Returns to the old configuration if a guardrail broke. */
function settled(canary: Canary, atMs: number): { canary: Canary; steps: CanaryStep[] } {
  const broken = CANARY_GUARDRAILS.find((name) => isBroken(canary, canary.tests[name] ?? NO_BETS));
  if (broken === undefined) return { canary, steps: [] };
  const test = canary.tests[broken] ?? NO_BETS;
  const why = `${WORDS[broken]} than its margin allows: ${test.n} observations, p ${anytimeP(test).toPrecision(2)} at any look`;
  return {
    canary: { ...canary, state: "returned" },
    steps: [{ canaryId: canary.id, atMs, step: "returned", by: "causeway", why }],
  };
}

/** A request was answered by both configurations: tests the guardrails, and begins the next stage if it is time. */
export function afterComparison(canary: Canary, comparison: CanaryComparison): CanaryChange {
  if (canary.state !== "running") return null;
  const { inForce, candidate, atMs } = comparison;
  const counted = { ...canary, atStage: canary.atStage + 1, compared: canary.compared + 1 };
  const { canary: next, steps } = settled(withObservations(counted, observationsOf(canary, inForce, candidate)), atMs);
  const isLast = canary.stage === CANARY_STAGES.length - 1;
  if (steps.length > 0 || isLast || next.atStage < canary.perStage) return { canary: next, steps };
  const stage = canary.stage + 1;
  const share = `${100 * (CANARY_STAGES[stage] ?? 0)} % of incidents`;
  const why = `${canary.perStage} comparisons without a broken guardrail: now ${share}`;
  return {
    canary: { ...next, stage, atStage: 0 },
    steps: [{ canaryId: canary.id, atMs, step: "advanced", by: "causeway", why }],
  };
}

/** An answer of the candidate was shown and judged. */
export function afterJudgement(canary: Canary, isGood: boolean, atMs: number): CanaryChange {
  if (canary.state !== "running" || canary.mode !== "live") return null;
  const { unsupported } = canary.margins;
  const value = Number(!isGood) - unsupported;
  return settled(withObservations(canary, [{ guardrail: "unsupported", value, most: unsupported }]), atMs);
}

/**
 * Shows the candidate's answers from now on, to the first share of incidents.
 *
 * @returns why not, if the shadow has not reached its end.
 */
export function promoted(canary: Canary, by: string, atMs: number): CanaryChange | string {
  if (canary.state !== "running") return `it is ${canary.state}`;
  if (canary.mode === "live") return "its answers are shown already";
  const isWhole = canary.stage === CANARY_STAGES.length - 1 && canary.atStage >= canary.perStage;
  if (!isWhole) return `it has not been compared ${canary.perStage} times with all incidents yet`;
  const why = `${canary.compared} comparisons in shadow, no guardrail broke`;
  return {
    canary: { ...canary, mode: "live", stage: 0, atStage: 0, compared: 0, tests: {} },
    steps: [{ canaryId: canary.id, atMs, step: "promoted", by, why }],
  };
}

/** A person ends a canary: the configuration in force is that of the settings again. */
export const stopped = (canary: Canary, by: string, why: string, atMs: number): CanaryChange =>
  canary.state !== "running"
    ? null
    : { canary: { ...canary, state: "stopped" }, steps: [{ canaryId: canary.id, atMs, step: "stopped", by, why }] };

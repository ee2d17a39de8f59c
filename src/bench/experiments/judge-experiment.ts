import { holm } from "../../stats/holm.ts";
import type { Oracle, Prediction } from "../formats.ts";
import { cardOf } from "../labels.ts";
import { type ArmValues, compareMetric, type MetricResult } from "./compare-metric.ts";
import { type Metric, metricOf } from "./metrics.ts";
import type { ExperimentPlan } from "./plan.ts";
import type { ComparedMetric, ExperimentRecord, GuardrailResult, Stratum } from "./record.ts";
import { powerOf, smallestEffect } from "./sample-size.ts";

/** One case with its answer and what each arm made of it; undefined: the arm did not get the case. */
export type ExperimentCase = {
  suite: string;
  oracle: Oracle;
  a: Prediction | undefined;
  b: Prediction | undefined;
};

function valuesOf(metric: Metric, { assignment }: ExperimentPlan, cases: readonly ExperimentCase[]): ArmValues {
  const valueOf = (oracle: Oracle, prediction: Prediction | undefined): number | null =>
    prediction === undefined ? null : metric.of(oracle, prediction);
  const both = cases.map(({ oracle, a, b }) => [valueOf(oracle, a), valueOf(oracle, b)] as const);
  return assignment.kind === "paired"
    ? { kind: "paired", pairs: both.flatMap(([a, b]) => (a === null || b === null ? [] : [[a, b] as const])) }
    : {
        kind: "apart",
        a: both.flatMap(([a]) => (a === null ? [] : [a])),
        b: both.flatMap(([, b]) => (b === null ? [] : [b])),
      };
}

const recorded = ({ name, unit, better }: Metric, result: MetricResult): ComparedMetric => {
  const { n, a, b, difference, low, high, interval, p, test, discordant } = result;
  return { metric: name, unit, better, n, a, b, difference, low, high, interval, p, test, discordant };
};

/** Guardrails: each is tested against its margin, and Holm's correction holds the chance of any false break. */
function judgeGuardrails(plan: ExperimentPlan, cases: readonly ExperimentCase[]): GuardrailResult[] {
  const { guardrails, alpha, assignment } = plan;
  const tested = guardrails.map(({ metric: name, margin }) => {
    const metric = metricOf(name);
    const result = compareMetric(metric, valuesOf(metric, plan, cases), { seed: assignment.seed, alpha });
    return { metric, margin, result, tail: result?.harmTail(margin) ?? null };
  });
  const corrected = holm(tested.flatMap(({ tail }) => (tail === null ? [] : [tail])));
  return tested.map(({ metric, margin, result, tail }): GuardrailResult => {
    const brokenP = tail === null ? null : (corrected.shift() ?? 1);
    const heldP = tail === null ? null : 1 - tail;
    return {
      metric: metric.name,
      margin,
      compared: result && recorded(metric, result),
      brokenP,
      heldP,
      state:
        brokenP === null || heldP === null
          ? "not measured"
          : brokenP < alpha
            ? "broken"
            : heldP < alpha
              ? "held"
              : "not settled",
    };
  });
}

/** By suite, system and family of the fault, where there are several. No test: too few cases, too many groups. */
function strataOf(metric: Metric, plan: ExperimentPlan, cases: readonly ExperimentCase[]): Stratum[] {
  const keys: Record<Stratum["by"], (one: ExperimentCase) => string> = {
    suite: ({ suite }) => suite,
    system: ({ a, b }) => a?.system ?? b?.system ?? "(not named)",
    "fault family": ({ oracle }) =>
      !oracle.faulty
        ? "(no fault)"
        : (oracle.category ?? (oracle.cause == null ? "(not labelled)" : cardOf(oracle.cause))),
  };
  return (Object.keys(keys) as Stratum["by"][]).flatMap((by) => {
    const groups = [...Map.groupBy(cases, keys[by])].toSorted(([a], [b]) => (a < b ? -1 : 1));
    return groups.length < 2
      ? []
      : groups.flatMap(([name, of]): Stratum[] => {
          const result = compareMetric(metric, valuesOf(metric, plan, of), {
            seed: plan.assignment.seed,
            alpha: plan.alpha,
          });
          return result === null ? [] : [{ by, name, compared: recorded(metric, result) }];
        });
  });
}

const list = (names: readonly string[]): string => names.join(", ");

function verdictOf(
  metric: Metric,
  { p, difference }: Pick<ComparedMetric, "p" | "difference">,
  guardrails: readonly GuardrailResult[],
  alpha: number,
): Pick<ExperimentRecord, "verdict" | "why"> {
  const named = (state: GuardrailResult["state"]): string[] =>
    guardrails.filter((one) => one.state === state).map((one) => one.metric);
  const [broken, open] = [named("broken"), [...named("not settled"), ...named("not measured")]];
  if (broken.length > 0)
    return { verdict: "guardrail broken", why: `b is worse by more than the margin: ${list(broken)}` };
  const settled = open.length === 0 ? "" : `; these cases do not settle the guardrails ${list(open)}`;
  if (p >= alpha)
    return { verdict: "no difference shown", why: `${metric.name}: p ${p.toFixed(3)}, not below ${alpha}${settled}` };
  const isBetter = difference > 0 === (metric.better === "higher");
  return {
    verdict: isBetter ? "better" : "worse",
    why: `${metric.name}: b is ${isBetter ? "better" : "worse"}, p ${p < 0.001 ? "below 0.001" : p.toFixed(3)}${settled}`,
  };
}

/**
 * Judges an experiment by its plan: the one primary metric, the guardrails, and the power that the cases had for the
 * planned effect. The power at the effect that was found says nothing that p does not (Hoenig & Heisey 2001).
 */
export function judgeExperiment(
  plan: ExperimentPlan,
  cases: readonly ExperimentCase[],
): Pick<ExperimentRecord, "cases" | "verdict" | "why" | "primary" | "guardrails" | "power" | "strata"> {
  const { alpha, assignment } = plan;
  const metric = metricOf(plan.primary.metric);
  const result = compareMetric(metric, valuesOf(metric, plan, cases), { seed: assignment.seed, alpha });
  const guardrails = judgeGuardrails(plan, cases);
  if (result === null)
    return {
      cases: cases.length,
      verdict: "no difference shown",
      why: `no case has a value of ${metric.name}`,
      primary: null,
      guardrails,
      power: { value: 0, how: "no cases", smallestEffect: null },
      strata: [],
    };
  const { n, discordant, sd } = result;
  const seen = discordant === null ? null : Math.max(Math.abs(plan.primary.effect), discordant / n);
  const asFound: ExperimentPlan = {
    ...plan,
    primary: { ...plan.primary, ...(seen !== null && { discordant: seen }), ...(sd !== null && sd > 0 && { sd }) },
  };
  const { power, how } = powerOf(asFound, n);
  return {
    cases: cases.length,
    ...verdictOf(metric, result, guardrails, alpha),
    primary: recorded(metric, result),
    guardrails,
    power: { value: power, how, smallestEffect: smallestEffect(asFound, n, seen) },
    strata: strataOf(metric, plan, cases),
  };
}

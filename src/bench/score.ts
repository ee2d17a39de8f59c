import { mean } from "../stats/mean.ts";
import { quantile } from "../stats/quantile.ts";
import { areaUnderRoc, brier, expectedCalibrationError, proportion } from "./figures.ts";
import type { Oracle, Prediction } from "./formats.ts";
import { type Judged, judge } from "./judge.ts";
import { openRcaTable } from "./openrca-table.ts";
import { processTable } from "./process.ts";

/**
 * The figures over a set of cases. AC@k      share of the true root causes in the first k places, of min(k, their
 * number); only the entity counts. Avg@5     mean of AC@1 to AC@5. A@k       like AC@k, but the place must name entity
 * and cause; only cases with a labelled cause. cause@1   the first place names the true cause, on any entity. change@1
 * the change to blame is named; only cases whose answer gives it, where null means that no change is to blame. coverage
 * share of the verdict `root_cause`; `answered` is AC@1 of these cases. falseAllClear   share of the verdict
 * `no_incident`. onset     absolute error in seconds, when prediction and answer both give one.
 */
export function tableOf(judged: readonly Judged[]) {
  const ac = (k: number): number[] => judged.map((one) => one.ac[k - 1] ?? 0);
  const onset = judged.flatMap(({ onsetErrorS }) => (onsetErrorS === null ? [] : [onsetErrorS]));
  const stated = judged.flatMap(({ confidence, ac: [hit = 0] }) => (confidence === null ? [] : [{ confidence, hit }]));
  const onsetAt = (q: number): number | null => (onset.length === 0 ? null : quantile(onset, q));
  return {
    cases: judged.length,
    "AC@1": proportion(ac(1)),
    "AC@3": proportion(ac(3)),
    "AC@5": proportion(ac(5)),
    "Avg@5": { value: mean(judged.map((one) => mean(one.ac) ?? 0)), n: judged.length },
    "A@1": proportion(judged.map(({ a1 }) => a1)),
    "A@3": proportion(judged.map(({ a3 }) => a3)),
    "cause@1": proportion(judged.map(({ cause1 }) => cause1)),
    "change@1": proportion(judged.map(({ change }) => change)),
    coverage: proportion(judged.map(({ covered }) => Number(covered))),
    answered: proportion(judged.filter(({ covered }) => covered).map(({ ac: [hit = 0] }) => hit)),
    falseAllClear: proportion(judged.map(({ prediction }) => Number(prediction?.verdict === "no_incident"))),
    auroc: areaUnderRoc(stated),
    brier: brier(stated),
    ece: expectedCalibrationError(stated),
    onset: { median: onsetAt(0.5), p90: onsetAt(0.9), n: onset.length },
  };
}
export type Table = ReturnType<typeof tableOf>;

/** The fields of an answer by which the table can be split. */
export const SPLITS = ["category", "cause", "entityKind"] as const;
export type Split = (typeof SPLITS)[number];

function groupBy(judged: readonly Judged[], by: Split): Record<string, Table> {
  const groups = Map.groupBy(judged, ({ oracle }) => oracle[by] ?? "(none)");
  return Object.fromEntries(
    [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, members]) => [key, tableOf(members)]),
  );
}

/** Compares every case with a fault with its answer. */
export const judgeFaulty = (oracles: readonly Oracle[], predictions: ReadonlyMap<string, Prediction>): Judged[] =>
  oracles.filter(({ faulty }) => faulty).map((oracle) => judge(oracle, predictions.get(oracle.id)));

/**
 * Scores predictions against the answers. A case without a prediction is wrong and not covered. Cases without a fault
 * are not in the table; `faultFree` is the share of them with the verdict `no_incident` or `recovered`.
 */
export function score(oracles: readonly Oracle[], predictions: ReadonlyMap<string, Prediction>, by?: Split) {
  const judged = judgeFaulty(oracles, predictions);
  const healthy = oracles.filter(({ faulty }) => !faulty);
  const quiet = healthy.map(({ id }) =>
    Number(["no_incident", "recovered"].includes(predictions.get(id)?.verdict ?? "")),
  );
  return {
    cases: judged.length,
    faultFreeLeftOut: healthy.length,
    withoutPrediction: judged.filter(({ prediction }) => !prediction).length,
    overall: tableOf(judged),
    faultFree: proportion(quiet),
    groups: by ? { by, tables: groupBy(judged, by) } : null,
    process: processTable(oracles, predictions),
    openRca: openRcaTable(oracles, predictions),
    missed: judged
      .filter(({ ac: [hit = 0] }) => hit < 1)
      .map(({ oracle, prediction, rank }) => ({
        id: oracle.id,
        expected: oracle.entities.map(([name = ""]) => name),
        predicted: prediction?.ranking[0]?.entity ?? null,
        rank,
        verdict: prediction?.verdict ?? "no prediction",
      })),
  };
}
export type SuiteScores = ReturnType<typeof score>;

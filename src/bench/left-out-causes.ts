import { CAUSES } from "../rca/catalogue.ts";
import type { Oracle, Prediction } from "./formats.ts";
import { cardsMeaning } from "./labels.ts";
import { readOracles } from "./read-files.ts";
import { columns } from "./print-runs.ts";
import { predictCases, type PredictOptions } from "./run.ts";

/**
 * One kind of fault, analysed without the cards and the rules that state it. `wrong`: cases that end as `root_cause`,
 * whatever it names. `wrongEntity`: those of them that blame another entity. `found`: cases whose first suspect is the
 * right entity, with any verdict.
 */
export type LeftOutClass = {
  label: string;
  cards: readonly string[];
  cases: number;
  wrong: number;
  wrongEntity: number;
  found: number;
  wrongIds: readonly string[];
};
export type LeftOutCauses = { suite: string; classes: readonly LeftOutClass[]; macro: Readonly<Record<Share, number>> };
type Share = "wrong" | "wrongEntity" | "found";

const GENERAL = new Set(CAUSES.filter(({ isGeneral }) => isGeneral === true).map(({ id }) => id));

/**
 * Analyses the cases of each kind of fault without the cards and the rules of that kind: the analysis must then not
 * name a root cause. Unlike other benchmarks, it reads the answers first, but only to know which cause to leave out.
 */
export async function runLeftOutCauses(
  suite: string,
  oracleDir: string,
  options: Pick<PredictOptions, "pool" | "onCase">,
): Promise<LeftOutCauses> {
  const oracles = (await readOracles(oracleDir)).filter(({ cause, faulty }) => faulty && cause != null);
  const withoutCauses = Object.fromEntries(oracles.map(({ id, cause }) => [id, cardsMeaning(cause ?? "", GENERAL)]));
  const { predictions } = await predictCases({ ...options, suite, withoutCauses });
  const classes = [...Map.groupBy(oracles, ({ cause }) => cause ?? "")]
    .map(([label, of]) => classOf(label, of, predictions))
    .toSorted((a, b) => b.wrong / b.cases - a.wrong / a.cases || (a.label < b.label ? -1 : 1));
  const mean = (share: Share): number =>
    classes.reduce((sum, one) => sum + one[share] / one.cases, 0) / Math.max(1, classes.length);
  return { suite, classes, macro: { wrong: mean("wrong"), wrongEntity: mean("wrongEntity"), found: mean("found") } };
}

function classOf(label: string, of: readonly Oracle[], predictions: ReadonlyMap<string, Prediction>): LeftOutClass {
  const isFirst = ({ id, entities }: Oracle): boolean =>
    entities.some((accepted) => accepted.includes(predictions.get(id)?.ranking[0]?.entity ?? ""));
  const wrong = of.filter(({ id }) => predictions.get(id)?.verdict === "root_cause");
  return {
    label,
    cards: cardsMeaning(label, GENERAL),
    cases: of.length,
    wrong: wrong.length,
    wrongEntity: wrong.filter((one) => !isFirst(one)).length,
    found: of.filter(isFirst).length,
    wrongIds: wrong.map(({ id }) => id),
  };
}

const share = (value: number): string => value.toFixed(2);
export const LEFT_OUT_CAUSES_HEAD = [
  "left-out fault",
  "cases",
  "wrong root_cause",
  "of these, another entity",
  "right entity first",
];

/** One row per class, and the mean over classes. */
export const leftOutCauseRows = ({ classes, macro }: LeftOutCauses): string[][] => [
  ...classes.map(({ label, cases, wrong, wrongEntity, found }) => [
    label,
    String(cases),
    ...[wrong, wrongEntity, found].map(String),
  ]),
  [
    "mean of the shares (macro)",
    String(classes.length),
    share(macro.wrong),
    share(macro.wrongEntity),
    share(macro.found),
  ],
];

export const printLeftOutCauses = (result: LeftOutCauses): string =>
  columns([LEFT_OUT_CAUSES_HEAD, ...leftOutCauseRows(result)]).join("\n");

import { columns } from "../print-runs.ts";
import type { ExperimentArm, ExperimentPlan } from "./plan.ts";
import type { ComparedMetric, ExperimentRecord, GuardrailResult } from "./record.ts";
import type { SampleSize } from "./sample-size.ts";

const signed = (text: string, value: number): string => (value > 0 ? `+${text}` : text);

/** "0.833", "1,204 ms": a level. */
const level = (unit: ComparedMetric["unit"], value: number): string =>
  unit === "share"
    ? value.toFixed(3)
    : Math.abs(value) >= 100
      ? Math.round(value).toLocaleString("en")
      : value.toPrecision(3);

/** "+0.100", "+12.0 %", "+340": a difference. */
const gap = (unit: ComparedMetric["unit"], value: number): string =>
  signed(unit === "ratio" ? `${(100 * value).toFixed(1)} %` : level(unit, value), value);

const pWords = (p: number): string => (p < 0.001 ? "< 0.001" : p.toFixed(3));

const settings = ({ what, ...changed }: ExperimentArm): string => {
  const parts = [
    ...(changed.llm === false ? ["no model"] : []),
    ...(changed.config === undefined ? [] : [`settings of ${changed.config}`]),
    ...Object.entries(changed.env ?? {}).map(([name, value]) => `${name}=${value}`),
    ...(changed.without === undefined || changed.without.length === 0 ? [] : [`without ${changed.without.join(", ")}`]),
    ...(changed.leaveOut === undefined ? [] : [`confidence fitted without ${changed.leaveOut}`]),
  ];
  const words = parts.length === 0 ? "as configured" : parts.join("; ");
  return what === undefined ? words : `${what} (${words})`;
};

const HEAD = ["", "n", "a", "b", "b - a", "interval", "p", "test"];

const cellsOf = (one: ComparedMetric): string[] => [
  one.metric,
  String(one.n),
  level(one.unit, one.a),
  level(one.unit, one.b),
  gap(one.unit, one.difference),
  `[${gap(one.unit, one.low)}, ${gap(one.unit, one.high)}] ${one.interval}`,
  pWords(one.p),
  one.test,
];

const guardrailCells = ({ metric, margin, compared, brokenP, heldP, state }: GuardrailResult): string[] => [
  metric,
  ...(compared === null
    ? ["0", "-", "-", "-", "-"]
    : [
        ...cellsOf(compared).slice(1, 5),
        `[${gap(compared.unit, compared.low)}, ${gap(compared.unit, compared.high)}]`,
      ]),
  compared === null ? String(margin) : gap(compared.unit, margin),
  brokenP === null ? "-" : pWords(brokenP),
  heldP === null ? "-" : pWords(heldP),
  state,
];
const GUARDRAIL_HEAD = ["", "n", "a", "b", "b - a", "interval", "margin", "p broken (Holm)", "p held", ""];

const stratumRows = ({ strata }: ExperimentRecord): string[][] =>
  strata.map(({ by, name, compared }) => [
    `${by} ${name}`,
    String(compared.n),
    level(compared.unit, compared.a),
    level(compared.unit, compared.b),
    gap(compared.unit, compared.difference),
    `[${gap(compared.unit, compared.low)}, ${gap(compared.unit, compared.high)}]`,
  ]);

/** What the cases could have shown. */
function powerWords({ plan, power, primary }: ExperimentRecord): string {
  const unit = primary?.unit ?? "share";
  const wanted = gap(unit, plan.primary.effect);
  const least =
    power.smallestEffect === null
      ? ""
      : ` With power ${plan.power}, these cases show a difference of ${power.smallestEffect.toFixed(3)} or more.`;
  return `Power to find the planned ${wanted}: ${power.value.toFixed(2)} (${power.how}).${least}`;
}

const headLines = ({ plan, sha256, recordedAt, program, cases }: ExperimentRecord): string[] => [
  ...(plan.why === undefined ? [] : [plan.why]),
  `a: ${settings(plan.a)}`,
  `b: ${settings(plan.b)}`,
  `${cases} cases of ${plan.suites.length} ${plan.suites.length === 1 ? "suite" : "suites"}, ` +
    `${plan.assignment.kind}, seed ${plan.assignment.seed}; alpha ${plan.alpha}`,
  `plan ${sha256.slice(0, 12)}, recorded ${recordedAt} before the first run; program ${program}`,
];

const STRATA_NOTE = "Parts of the cases are described, not tested.";

/** The result as text for a terminal. */
export function printExperiment(record: ExperimentRecord): string {
  const { plan, verdict, why, primary, guardrails, strata } = record;
  return [
    `${plan.name}: ${verdict}`,
    `  ${why}`,
    ...headLines(record).map((line) => `  ${line}`),
    "",
    "primary metric",
    ...(primary === null ? ["  no values"] : columns([HEAD, cellsOf(primary)])),
    `  ${powerWords(record)}`,
    ...(guardrails.length === 0
      ? []
      : ["", "guardrails", ...columns([GUARDRAIL_HEAD, ...guardrails.map(guardrailCells)])]),
    ...(strata.length === 0
      ? []
      : ["", `parts of the cases: ${STRATA_NOTE}`, ...columns([HEAD.slice(0, 6), ...stratumRows(record)])]),
  ].join("\n");
}

const row = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string[] => [
  row(head),
  row(head.map(() => "---")),
  ...rows.map(row),
];

/** The result as a page of markdown. */
export function experimentPage(record: ExperimentRecord): string {
  const { plan, verdict, why, primary, guardrails, strata } = record;
  return [
    `# ${plan.name}: ${verdict}`,
    "",
    `${why}.`,
    "",
    ...headLines(record).map((line) => `- ${line}`),
    "",
    "## Primary metric",
    ...(primary === null ? ["No case has a value."] : table(HEAD, [cellsOf(primary)])),
    "",
    powerWords(record),
    ...(guardrails.length === 0 ? [] : ["", "## Guardrails", ...table(GUARDRAIL_HEAD, guardrails.map(guardrailCells))]),
    ...(strata.length === 0
      ? []
      : ["", "## Parts of the cases", STRATA_NOTE, "", ...table(HEAD.slice(0, 6), stratumRows(record))]),
    "",
  ].join("\n");
}

/** What `experiment plan` says before anything runs. */
export function printPlan(plan: ExperimentPlan, sha256: string, { needed, available, power, how }: SampleSize): string {
  const { primary, guardrails, alpha } = plan;
  const isEnough = needed !== null && available >= needed;
  return [
    `${plan.name}: plan ${sha256}`,
    `  a: ${settings(plan.a)}`,
    `  b: ${settings(plan.b)}`,
    `  primary metric: ${primary.metric}; effect worth finding: ${primary.effect}; alpha ${alpha}, power ${plan.power}`,
    `  guardrails: ${guardrails.map(({ metric, margin }) => `${metric} (margin ${margin})`).join(", ") || "none"}`,
    `  cases needed: ${needed ?? "more than 20,000"} (${how}); the suites have ${available}`,
    `  power with these ${available} cases: ${power.toFixed(2)}`,
    isEnough
      ? "  The cases are enough."
      : "  The cases are too few: unless the difference is larger, expect “no difference shown”.\n" +
        "  Add suites, or look for a larger effect.",
  ].join("\n");
}

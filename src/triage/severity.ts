import type { Severity } from "../domain/alert-event.ts";
import { dependentsOf } from "../topology/dependents.ts";
import type { DependencyGraph } from "../topology/graph.ts";
import { BY_SEVERITY } from "./firing.ts";

/**
 * `said`: what alerts say, in any order. `ill`: the entities in trouble. `burnRate`: how many times faster than the objective allows the error budget is spent;
 * null where no objective is known. `objective`: where it was assumed, what it is. `entry`: where requests come in; null where nobody told.
 */
export type SeverityInput = {
  said: readonly Severity[];
  ill: readonly string[];
  burnRate: number | null;
  objective?: string;
  graph: DependencyGraph;
  entry: string | null;
};
/** `blastRadius`: who depends on what is ill, what is ill included; ascending. */
export type SeverityDecision = { severity: Severity; why: string; blastRadius: readonly string[] };

/** Multi-window burn rates that page and that ticket. @see Google, The Site Reliability Workbook, ch. 5. */
const PAGE_BURN = 14.4;
const FAST_BURN = 6;
const SLOW_BURN = 1;
/** Callers that depend on what is ill, itself included. */
const WIDE_BLAST = 5;

/**
 * How bad an incident is, by rule: the worst that its alerts say, raised by the burn of the error budget and by how many depend on what is ill. Never lowered below what
 * an alert says: its author may know more.
 */
export function severityOf({ said, ill, burnRate, objective, graph, entry }: SeverityInput): SeverityDecision {
  const blastRadius = dependentsOf(ill, graph);
  const worst = said.toSorted((a, b) => BY_SEVERITY.indexOf(b) - BY_SEVERITY.indexOf(a))[0];
  const burns = `the error budget ${objective === undefined ? "" : `of an assumed objective of ${objective} `}burns ${burnRate} times too fast`;
  const rules: [boolean, Severity, string][] = [
    [worst === undefined, "warning", "no alert says how bad it is"],
    [worst !== undefined, worst ?? "warning", `the worst alert is ${worst}`],
    [burnRate !== null && burnRate >= PAGE_BURN, "critical", `${burns} (from ${PAGE_BURN} on somebody is paged)`],
    [burnRate !== null && burnRate >= FAST_BURN, "high", `${burns} (from ${FAST_BURN} on it is high)`],
    [burnRate !== null && burnRate > SLOW_BURN, "warning", burns],
    [
      entry !== null && blastRadius.includes(entry) && blastRadius.length >= WIDE_BLAST,
      "high",
      `${blastRadius.length} entities depend on what is ill, the entry ${entry} among them`,
    ],
  ];
  const [, severity, why] = rules
    .filter(([holds]) => holds)
    .reduce((a, b) => (BY_SEVERITY.indexOf(b[1]) > BY_SEVERITY.indexOf(a[1]) ? b : a));
  return { severity, why, blastRadius };
}

/** Names of labels that tell the burn rate itself. */
const RATE_LABELS = ["burn_rate", "burnrate", "burn"];
/** Names of labels that tell the long window of a multi-window alert. */
const WINDOW_LABELS = ["long_window", "long"];
/** The burn that an alert over this window fires at, of 2 % (1 h), 5 % (6 h) and 10 % (1 d, 3 d) of a month's budget. @see Google, The Site Reliability Workbook, ch. 5. */
const RATE_OF_WINDOW: Readonly<Record<string, number>> = { "1h": 14.4, "6h": 6, "1d": 3, "24h": 3, "3d": 1, "72h": 1 };

/** How many times too fast the error budget is spent, as the labels of burn-rate alerts tell; the fastest. Null where none does. */
export function burnRateOf(alerts: readonly { labels: Readonly<Record<string, string>> }[]): number | null {
  const told = alerts.flatMap(({ labels }) => [
    ...RATE_LABELS.map((name) => Number.parseFloat(labels[name] ?? "")),
    ...WINDOW_LABELS.map((name) => RATE_OF_WINDOW[labels[name] ?? ""] ?? Number.NaN),
  ]);
  const rates = told.filter((rate) => Number.isFinite(rate) && rate > 0);
  return rates.length === 0 ? null : rates.reduce((a, b) => Math.max(a, b));
}

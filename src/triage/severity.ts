import type { Severity } from "../domain/alert-event.ts";
import { dependentsOf } from "../topology/dependents.ts";
import type { DependencyGraph } from "../topology/graph.ts";
import { BY_SEVERITY } from "./firing.ts";

/**
 * - `alertSeverities`: severities of the alerts, in any order.
 * - `affected`: the abnormal entities.
 * - `burnRate`: how many times faster than allowed the error budget burns; null if no objective is known.
 * - `objective`: the objective, if it is assumed.
 * - `entry`: the service where requests enter; null if unknown.
 */
export type SeverityInput = {
  alertSeverities: readonly Severity[];
  affected: readonly string[];
  burnRate: number | null;
  objective?: string;
  graph: DependencyGraph;
  entry: string | null;
};
/** `blastRadius`: the affected entities and their dependents, ascending. */
export type SeverityDecision = { severity: Severity; why: string; blastRadius: readonly string[] };

/**
 * Burn rates of multi-window alerts that page and that open a ticket.
 * @see Google, The Site Reliability Workbook, ch. 5.
 */
const PAGE_BURN = 14.4;
const FAST_BURN = 6;
const SLOW_BURN = 1;
/** Entities in a wide blast radius, at least. */
const WIDE_BLAST = 5;

/**
 * Decides an incident's severity by rules: the worst severity of its alerts, raised by the burn rate of the error
 * budget
 * and by the blast radius. Never lower than an alert's severity: the alert's author may know more.
 */
export function severityOf({
  alertSeverities,
  affected,
  burnRate,
  objective,
  graph,
  entry,
}: SeverityInput): SeverityDecision {
  const blastRadius = dependentsOf(affected, graph);
  const worst = alertSeverities.toSorted((a, b) => BY_SEVERITY.indexOf(b) - BY_SEVERITY.indexOf(a))[0];
  const budget = objective === undefined ? "the error budget" : `the error budget (assumed objective ${objective})`;
  const burns = `${budget} burns ${burnRate} times too fast`;
  const rules: [boolean, Severity, string][] = [
    [worst === undefined, "warning", "assumed, because no alert states a severity"],
    [worst !== undefined, worst ?? "warning", `the worst alert is ${worst}`],
    [burnRate !== null && burnRate >= PAGE_BURN, "critical", `${burns} (paging threshold: ${PAGE_BURN})`],
    [burnRate !== null && burnRate >= FAST_BURN, "high", `${burns} (threshold for high: ${FAST_BURN})`],
    [burnRate !== null && burnRate > SLOW_BURN, "warning", burns],
    [
      entry !== null && blastRadius.includes(entry) && blastRadius.length >= WIDE_BLAST,
      "high",
      `${blastRadius.length} entities are in the blast radius, including the entry ${entry}`,
    ],
  ];
  const [, severity, why] = rules
    .filter(([holds]) => holds)
    .reduce((a, b) => (BY_SEVERITY.indexOf(b[1]) > BY_SEVERITY.indexOf(a[1]) ? b : a));
  return { severity, why, blastRadius };
}

/** Labels that hold the burn rate itself. */
const RATE_LABELS = ["burn_rate", "burnrate", "burn"];
/** Labels that hold the long window of a multi-window alert. */
const WINDOW_LABELS = ["long_window", "long"];
/**
 * Burn rate at which an alert over this window fires: 2 % (1 h), 5 % (6 h) or 10 % (1 d, 3 d) of a month's budget.
 *
 * @see Google, The Site Reliability Workbook, ch. 5.
 */
const RATE_OF_WINDOW: Readonly<Record<string, number>> = { "1h": 14.4, "6h": 6, "1d": 3, "24h": 3, "3d": 1, "72h": 1 };

/** The highest burn rate in the labels of burn-rate alerts, in multiples of the allowed rate; null if none has one. */
export function burnRateOf(alerts: readonly { labels: Readonly<Record<string, string>> }[]): number | null {
  const labelled = alerts.flatMap(({ labels }) => [
    ...RATE_LABELS.map((name) => Number.parseFloat(labels[name] ?? "")),
    ...WINDOW_LABELS.map((name) => RATE_OF_WINDOW[labels[name] ?? ""] ?? Number.NaN),
  ]);
  const rates = labelled.filter((rate) => Number.isFinite(rate) && rate > 0);
  return rates.length === 0 ? null : rates.reduce((a, b) => Math.max(a, b));
}

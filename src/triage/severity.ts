import type { AlertEvent, Severity } from "../domain/alert-event.ts";
import { type DependencyGraph, hopsFrom } from "../topology/graph.ts";

/** `burnRate`: how many times faster than the objective allows the error budget is spent; null where no objective is known. */
export type SeverityInput = { alerts: readonly AlertEvent[]; burnRate: number | null; graph: DependencyGraph; entry: string | null };
export type SeverityDecision = { severity: Severity; why: string };

const ORDER: readonly Severity[] = ["low", "info", "warning", "high", "critical"];
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
export function severityOf({ alerts, burnRate, graph, entry }: SeverityInput): SeverityDecision {
  const worst = alerts.map(({ severity }) => severity).toSorted((a, b) => ORDER.indexOf(b) - ORDER.indexOf(a))[0] ?? "info";
  const said: SeverityDecision = { severity: worst, why: `the worst alert is ${worst}` };
  const hurt = new Set(alerts.flatMap(({ entity }) => [...hopsFrom(graph.ownerOf.get(entity) ?? entity, graph.callers).keys()]));
  const candidates: SeverityDecision[] = [said];
  if (burnRate !== null && burnRate >= PAGE_BURN) candidates.push({ severity: "critical", why: `the error budget burns ${burnRate} times too fast (${PAGE_BURN} pages)` });
  else if (burnRate !== null && burnRate >= FAST_BURN) candidates.push({ severity: "high", why: `the error budget burns ${burnRate} times too fast (${FAST_BURN} is high)` });
  else if (burnRate !== null && burnRate > SLOW_BURN) candidates.push({ severity: "warning", why: `the error budget burns ${burnRate} times too fast` });
  if (entry !== null && hurt.has(entry) && hurt.size >= WIDE_BLAST) candidates.push({ severity: "high", why: `${hurt.size} entities depend on what is ill, the entry ${entry} among them` });
  return candidates.reduce((a, b) => (ORDER.indexOf(b.severity) > ORDER.indexOf(a.severity) ? b : a));
}

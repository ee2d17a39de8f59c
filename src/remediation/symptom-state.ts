import type { CitedFinding } from "../domain/finding.ts";
import type { SymptomReading } from "../domain/execution.ts";
import { rounded } from "../domain/phrasing.ts";
import { readSignal, userSliOf } from "../domain/signals.ts";

/** How much of the way back to the quiet level a metric must have gone, and how far beyond the incident is worse. */
const BACK_SHARE = 0.7;
const WORSE_SHARE = 0.5;
/** Fewer samples since the change say nothing. */
export const MIN_SAMPLES = 3;

/** What is measured to see whether the symptom is gone: an alert, and a metric that users feel. */
export type SymptomQuestion = { alert: CitedFinding | null; metric: CitedFinding | null };

/**
 * Chooses what shows best whether users still feel the incident: the most telling alert, and the shift of errors,
 * latency or availability; one that the alarm is about comes first.
 *
 * @param others all findings. Where users' findings answer nothing, the strongest alert of the incident does: a change
 *   that leaves it firing has not helped.
 */
export function symptomQuestion(felt: readonly CitedFinding[], others: readonly CitedFinding[] = []): SymptomQuestion {
  const alert = felt.find(isOfIncident);
  const shifts = felt.filter(({ kind, evidence }) => kind === "metric.shift" && isFelt(evidence.facts));
  const metric = shifts.find(({ evidence }) => evidence.facts.alarm_match !== undefined) ?? shifts[0];
  const metricToAsk = metric ?? null;
  if (alert !== undefined || metricToAsk !== null) return { alert: alert ?? null, metric: metricToAsk };
  const [strongest = null] = others.filter(isOfIncident).toSorted((a, b) => b.strength - a.strength);
  return { alert: strongest, metric: null };
}

/** An alert that began with the incident, and did not fire long before. */
const isOfIncident = ({ kind, evidence }: CitedFinding): boolean =>
  kind === "alert.firing" && evidence.facts.background === undefined;

/** Both levels are needed to say what "back" is. */
function isFelt({ metric, before, after, of_node: ofNode }: CitedFinding["evidence"]["facts"]): boolean {
  if (typeof metric !== "string" || typeof before !== "number" || typeof after !== "number") return false;
  const { family } = readSignal(metric);
  return ofNode !== "yes" && before !== after && (userSliOf(family) !== null || family === "availability");
}

type Level = Pick<SymptomReading, "state" | "why" | "value" | "quiet" | "incident">;

/**
 * Judges a metric since the change by its levels before and during the incident.
 *
 * @param values samples since the change, in the unit of the metric. @returns null if they are too few to tell.
 */
export function levelState({ evidence: { facts } }: CitedFinding, values: readonly number[]): Level | null {
  const { metric, before: quiet, after: incident } = facts;
  if (typeof quiet !== "number" || typeof incident !== "number" || values.length < MIN_SAMPLES) return null;
  const value = middle(values.slice(-MIN_SAMPLES));
  // 0: as before the incident; 1: as during it
  const way = (value - quiet) / (incident - quiet);
  const state = way <= 1 - BACK_SHARE ? "gone" : way >= 1 + WORSE_SHARE ? "worse" : "not_gone";
  const words = { gone: "is back", not_gone: "is not back", worse: "is worse than in the incident" }[state];
  return {
    state,
    why: `${String(metric)} ${words}: ${rounded(value)}, ${rounded(quiet)} before the incident, ${rounded(incident)} in it`,
    value,
    quiet,
    incident,
  };
}

const middle = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? Number.NaN;

/** Joins the answers about alert and metric: the symptom is gone if all that could be measured say so. */
export function joinedReading(parts: readonly Level[], atMs: number, whyNone: string): SymptomReading {
  const measured = parts.filter(({ state }) => state !== "unmeasured");
  const why = parts.map((part) => part.why).join("; ");
  const numbers = parts.find(({ value }) => value !== null) ?? { value: null, quiet: null, incident: null };
  const { value, quiet, incident } = numbers;
  const order = ["worse", "not_gone", "gone"] as const;
  const state = order.find((one) => measured.some((part) => part.state === one)) ?? "unmeasured";
  return { state, why: why === "" ? whyNone : why, value, quiet, incident, atMs };
}

import type { CitedFinding } from "../domain/finding.ts";
import { readSignal, type SignalFamily, type Unit } from "../domain/signals.ts";
import { utcTime } from "../domain/time.ts";

/** A family of signals, as an engineer calls it. */
const FAMILY_WORDS: Readonly<Record<SignalFamily, string>> = {
  latency: "latency",
  error: "errors",
  availability: "availability",
  instance: "instances up",
  traffic: "traffic",
  cpu: "CPU use",
  memory: "memory use",
  disk: "disk use",
  network: "network use",
  pool: "connection pool",
  queue: "queue",
  threads: "threads",
  restart: "restarts",
  other: "a metric",
};

/** Names that a person reads as a name. Any other text could be a sentence of an attacker. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,79}$/;

/**
 * What users felt, for the person who runs a script: family of the signal, entity, numbers and time. No text of
 * telemetry or of an alert is in it, because an attacker may have written it.
 */
export function symptomWords({ kind, entity, onsetMs, evidence: { facts } }: CitedFinding): string {
  const where = NAME.test(entity.id) ? entity.id : `one ${NAME.test(entity.kind) ? entity.kind : "entity"}`;
  const since = onsetMs === null ? "" : `, since ${utcTime(onsetMs)}`;
  const sentence = (what: string, numbers = ""): string => `${what} of ${where}${numbers}${since}`;
  switch (kind) {
    case "alert.firing":
      return sentence(`an alert about ${FAMILY_WORDS[familyOf(facts.name)]}`);
    case "trace.spectrum":
      return sentence("slow or failed requests", change(undefined, facts.bad_through_percent, " %"));
    case "trace.error-origin":
      return sentence("failed requests", change(facts.share_before_percent, facts.share_during_percent, " %"));
    case "trace.self-time":
      return sentence("time of calls", change(facts.before_ms, facts.during_ms, " ms"));
    default:
      return sentence(FAMILY_WORDS[familyOf(facts.metric)], change(facts.before, facts.after, unitOf(facts.metric)));
  }
}

const UNIT_MARKS: Readonly<Record<Unit, string>> = {
  percent: " %",
  ratio: "",
  seconds: " s",
  milliseconds: " ms",
  bytes: " bytes",
};

/** The unit that the metric's name gives. A rate has another one: `errors_per_second`. */
function unitOf(name: unknown): string {
  const { unit } = readSignal(String(name));
  return unit === null || /per_?sec/i.test(String(name)) ? "" : UNIT_MARKS[unit];
}

const change = (before: unknown, during: unknown, unit: string): string =>
  typeof during !== "number"
    ? ""
    : `: ${rounded(during)}${unit}${typeof before === "number" ? `, before ${rounded(before)}${unit}` : ""}`;

const familyOf = (name: unknown): SignalFamily => readSignal(typeof name === "string" ? name : "").family;

const rounded = (value: number): string => String(Number(value.toPrecision(3)));

import type { CitedFinding } from "../domain/finding.ts";
import { identifiersOf, without } from "./identifiers.ts";
import { type Amount, type Day, type Quantity, readable, readQuantities } from "./read-quantities.ts";
import { type QuantityUnit, unitOf, unitOfName } from "./units.ts";

/**
 * A number in the evidence; `unit` null if unknown. `guess`: what a fact without a unit may measure, by the family of
 * its signal.
 */
type EvidenceNumber = { value: number; unit: QuantityUnit | null; guess?: Measure | undefined };
type Measure = QuantityUnit["measures"];

/** What signals of a family measure. Counts and rates have no unit. */
const MEASURED: Readonly<Record<string, Measure>> = {
  latency: "time",
  memory: "bytes",
  disk: "bytes",
  network: "bytes",
  error: "share",
  availability: "share",
  cpu: "share",
  pool: "share",
};

/** Everything that a claim may quote from the findings it cites: numbers, times, days and names. */
export type CitedEvidence = {
  amounts: readonly EvidenceNumber[];
  secondsOfDay: readonly number[];
  days: readonly Day[];
  identifiers: readonly string[];
};

/** Characters read of each text of evidence. */
const READ = 4000;
/** Unix milliseconds from 2001 to 2100: a fact in this range counts as a time too. */
const EPOCH_MS = { from: 1e12, to: 4.1e12 };
const DAY_MS = 86_400_000;
const SECONDS = unitOf("s");

/** Reads a finding's facts, summary, template, onset and window (also as a length). Never reads the exemplar. */
export function evidenceOf(finding: CitedFinding): CitedEvidence {
  const {
    onsetMs,
    evidence: { facts, window },
  } = finding;
  const numbers = Object.entries(facts).flatMap(([name, value]) =>
    typeof value === "number" && Number.isFinite(value)
      ? [{ value, unit: unitOfName(name), ...(LEVELS.has(name) && levelUnit(facts)) }]
      : [],
  );
  const texts = textsOf(finding).map((text) => ({
    text: readable(text),
    identifiers: [...new Set(identifiersOf(text))],
  }));
  const read = texts.flatMap(({ text, identifiers }) => readQuantities(without(text, identifiers)));
  const written = read.flatMap((one) =>
    one.is === "amount" ? [{ value: one.sign === -1 ? -one.value : one.value, unit: one.unit }] : [],
  );
  const moments = [
    onsetMs,
    window?.startMs,
    window?.endMs,
    ...numbers.map(({ value }) => value).filter((value) => value >= EPOCH_MS.from && value <= EPOCH_MS.to),
  ]
    .flatMap((ms) => ms ?? [])
    .filter((ms) => !Number.isNaN(new Date(ms).getTime()));

  return {
    // A fact without a unit takes the unit that the summary writes after the same number.
    amounts: [
      ...numbers.map((held) => ({ ...held, unit: held.unit ?? unitWritten(held.value, read) })),
      ...written,
      ...(window === null ? [] : [{ value: (window.endMs - window.startMs) / 1000, unit: SECONDS }]),
    ],
    secondsOfDay: [
      ...moments.map((ms) => (((ms % DAY_MS) + DAY_MS) % DAY_MS) / 1000),
      ...read.flatMap((one) => (one.is === "clock" ? [one.secondOfDay] : [])),
    ],
    days: [...moments.map(dayOf), ...read.flatMap((one) => (one.is === "day" ? [one] : []))],
    identifiers: texts.flatMap(({ identifiers }) => identifiers),
  };
}

/** The evidence of several findings together. */
export const together = (all: readonly CitedEvidence[]): CitedEvidence => ({
  amounts: all.flatMap(({ amounts }) => amounts),
  secondsOfDay: all.flatMap(({ secondsOfDay }) => secondsOfDay),
  days: all.flatMap(({ days }) => days),
  identifiers: all.flatMap(({ identifiers }) => identifiers),
});

/** The texts and names of a finding. */
export const textsOf = ({ entity, peer, summary, kind, evidence: { facts, template } }: CitedFinding): string[] =>
  [
    entity.id,
    entity.kind,
    kind,
    peer ?? "",
    summary,
    template ?? "",
    ...Object.entries(facts).flatMap(([name, value]) => (typeof value === "string" ? [name, value] : [name])),
  ].map((text) => text.slice(0, READ));

/** Facts that are values of the finding's own signal. */
const LEVELS: ReadonlySet<string> = new Set("value after before during peak from to max min mean median".split(" "));

/** What values of a signal measure: by its family, else by the end of its name (`eventloop_lag_seconds`). */
function levelUnit({ family, metric }: CitedFinding["evidence"]["facts"]): Partial<EvidenceNumber> {
  const guess = MEASURED[String(family)];
  if (guess !== undefined || typeof metric !== "string" || /per[_.]?[a-z]+$/i.test(metric)) return { guess };
  const unit = unitOfName(metric);
  return unit?.measures === "time" || unit?.measures === "bytes" ? { unit } : {};
}

const dayOf = (ms: number): Day => {
  const date = new Date(ms);
  return { is: "day", text: "", year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
};

const unitWritten = (value: number, read: readonly Quantity[]): QuantityUnit | null =>
  read.find((one): one is Amount => one.is === "amount" && one.unit !== null && one.value === Math.abs(value))?.unit ??
  null;

/** Why the evidence does not support this quantity; null if it does. */
export function missing(quantity: Quantity, evidence: CitedEvidence, text: string): string | null {
  if (quantity.is === "amount")
    return evidence.amounts.some((held) => agrees(quantity, held)) || isYear(quantity, evidence, text)
      ? null
      : `${quantity.text} is not in the cited evidence`;
  if (quantity.is === "clock") {
    const { secondOfDay, step } = quantity;
    // truncated or rounded to the digits shown
    const isHeld = evidence.secondsOfDay.some(
      (second) => second - secondOfDay >= -step / 2 && second - secondOfDay < step,
    );
    return isHeld ? null : `the time ${quantity.text} is not in the cited evidence`;
  }
  if (quantity.is === "day") {
    const { year, month, day } = quantity;
    const isHeld = evidence.days.some(
      (held) => held.month === month && held.day === day && (year === null || held.year === null || held.year === year),
    );
    return isHeld ? null : `the day ${quantity.text} is not in the cited evidence`;
  }
  return `"${quantity.text}" is not in the cited evidence`;
}

const isYear = ({ value, unit, sign, text: written }: Amount, { days }: CitedEvidence, text: string): boolean =>
  unit === null &&
  sign === 0 &&
  /^\d{4}$/.test(written) &&
  new RegExp(String.raw`(?:in|since|of|year|during|,) ${written}(?! ?\p{L})`, "u").test(text) &&
  days.some(({ year }) => year === value);

/** Relative tolerance if the unit of the evidence is a guess. */
const GUESSED_SLACK = 0.05;

/**
 * Do both state the same amount? Signs must agree if the claim writes one; otherwise the fact may be negative ("fell by
 * 5" may quote −5). If both have units, these must measure the same thing and are converted.
 */
function agrees(claimed: Amount, held: EvidenceNumber): boolean {
  // Rounded to "0 hours", a minute would be nothing.
  if (claimed.value === 0 && held.value !== 0) return false;
  if (claimed.sign !== 0 && held.value !== 0 && Math.sign(held.value) !== claimed.sign) return false;
  return readingsOf(claimed.unit, held).some(({ factor, isGuess }) => {
    const value = claimed.value * factor;
    const slack = isGuess ? Math.min(claimed.tolerance * factor, GUESSED_SLACK * value) : claimed.tolerance * factor;
    return Math.abs(Math.abs(held.value) - value) <= slack + 1e-9 * Math.abs(held.value);
  });
}

/** Units assumed for a fact without one, as telemetry commonly uses them: factors to seconds, bytes and so on. */
const UNNAMED: Record<Measure, readonly number[]> = {
  time: [1e-6, 1e-3, 1],
  bytes: [1],
  share: [0.01, 1],
  times: [],
  count: [],
  factor: [],
};
/** A fact whose name ends in "times" may count or compare. */
const SAME: Partial<Record<Measure, readonly Measure[]>> = { count: ["count", "times"], factor: ["factor", "times"] };

/** All factors that may convert the claim's number into the unit of the evidence. */
function readingsOf(claimed: QuantityUnit | null, held: EvidenceNumber): { factor: number; isGuess: boolean }[] {
  const asWritten = { factor: 1, isGuess: false };
  if (claimed === null || (held.unit === null && claimed.measures === "count")) return [asWritten];
  if (held.unit === null)
    return held.guess !== claimed.measures
      ? []
      : claimed.scales.flatMap((from) =>
          UNNAMED[claimed.measures].map((to) => ({ factor: from / to, isGuess: from !== to })),
        );
  const { measures, scales } = held.unit;
  if (!(SAME[claimed.measures] ?? [claimed.measures]).includes(measures)) return [];
  return claimed.scales.flatMap((from) => scales.map((to) => ({ factor: from / to, isGuess: false })));
}

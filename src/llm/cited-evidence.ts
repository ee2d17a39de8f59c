import type { CitedFinding } from "../domain/finding.ts";
import { identifiersOf, without } from "./identifiers.ts";
import { type Amount, type Day, type Quantity, readable, readQuantities } from "./read-quantities.ts";
import { type QuantityUnit, unitOf, unitOfName } from "./units.ts";

/** A number that evidence holds; `unit` null where nothing tells it. */
type Held = { value: number; unit: QuantityUnit | null };

/** What a claim may quote: numbers, moments and names of the findings that it cites. */
export type CitedEvidence = {
  amounts: readonly Held[];
  secondsOfDay: readonly number[];
  days: readonly Day[];
  identifiers: readonly string[];
};

/** A text of evidence is read this far: a claim has no use for more. */
const READ = 4000;
/** Unix milliseconds from 2001 to 2100: a fact in this range is taken for a time as well. */
const EPOCH_MS = { from: 1e12, to: 4.1e12 };
const DAY_MS = 86_400_000;
const SECONDS = unitOf("s");

/** What a finding holds: facts, summary, template, onset and window, the last also as a length. Never the exemplar. */
export function evidenceOf(finding: CitedFinding): CitedEvidence {
  const {
    onsetMs,
    evidence: { facts, window },
  } = finding;
  const numbers = Object.entries(facts).flatMap(([name, value]) =>
    typeof value === "number" && Number.isFinite(value) ? [{ value, unit: unitOfName(name) }] : [],
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
    // A fact without a unit of its own has the unit that the summary writes after the same number.
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

/** What several findings hold together. */
export const together = (all: readonly CitedEvidence[]): CitedEvidence => ({
  amounts: all.flatMap(({ amounts }) => amounts),
  secondsOfDay: all.flatMap(({ secondsOfDay }) => secondsOfDay),
  days: all.flatMap(({ days }) => days),
  identifiers: all.flatMap(({ identifiers }) => identifiers),
});

/** What a finding says in words. */
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

const dayOf = (ms: number): Day => {
  const date = new Date(ms);
  return { is: "day", text: "", year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
};

const unitWritten = (value: number, read: readonly Quantity[]): QuantityUnit | null =>
  read.find((one): one is Amount => one.is === "amount" && one.unit !== null && one.value === Math.abs(value))?.unit ??
  null;

/** Why the evidence does not bear out this quantity; null where it does. */
export function missing(quantity: Quantity, evidence: CitedEvidence): string | null {
  if (quantity.is === "amount")
    return evidence.amounts.some((held) => agrees(quantity, held)) || isYear(quantity, evidence)
      ? null
      : `${quantity.text} is not in the cited evidence`;
  if (quantity.is === "clock") {
    const { secondOfDay, step } = quantity;
    // Cut or rounded to the digits shown.
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

const isYear = ({ value, unit, sign }: Amount, { days }: CitedEvidence): boolean =>
  unit === null && sign === 0 && days.some(({ year }) => year === value);

/** Relative slack where it is a guess that the evidence is in another unit than the claim. */
const GUESSED_SLACK = 0.05;

/**
 * Do both say the same amount? Signs must agree where the claim writes one; where it does not, a fact may be negative ("fell by
 * 5" may quote −5). Where both have units, they must measure the same and are converted.
 */
function agrees(claimed: Amount, held: Held): boolean {
  if (claimed.sign !== 0 && held.value !== 0 && Math.sign(held.value) !== claimed.sign) return false;
  return readingsOf(claimed.unit, held.unit).some(({ factor, isGuess }) => {
    const value = claimed.value * factor;
    const slack = isGuess ? Math.min(claimed.tolerance * factor, GUESSED_SLACK * value) : claimed.tolerance * factor;
    return Math.abs(Math.abs(held.value) - value) <= slack + 1e-9 * Math.abs(held.value);
  });
}

/** In what a fact may count whose name tells no unit: what telemetry commonly counts in. */
const UNNAMED: Record<QuantityUnit["measures"], readonly number[]> = {
  time: [1e-6, 1e-3, 1],
  bytes: [1],
  share: [1],
  times: [],
};

/** By what to multiply the claim's number to have it in the unit of the evidence: every way in which both may be meant. */
function readingsOf(claimed: QuantityUnit | null, held: QuantityUnit | null): { factor: number; isGuess: boolean }[] {
  const asWritten = { factor: 1, isGuess: false };
  if (claimed === null) return [asWritten];
  if (held === null)
    return [
      asWritten,
      ...claimed.scales.flatMap((from) =>
        UNNAMED[claimed.measures].map((to) => ({ factor: from / to, isGuess: true })),
      ),
    ];
  if (held.measures !== claimed.measures) return [];
  return claimed.scales.flatMap((from) => held.scales.map((to) => ({ factor: from / to, isGuess: false })));
}

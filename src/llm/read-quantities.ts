import { FACTOR_WORDS, isProse, NUMBER_WORDS_PATTERN, valueOfWords } from "./number-words.ts";
import { type QuantityUnit, UNIT_PATTERN, unitOf } from "./units.ts";

/** A number in a text. `tolerance`: half of the last digit shown. `sign` 0: none written. */
export type Amount = {
  is: "amount";
  text: string;
  value: number;
  tolerance: number;
  sign: -1 | 0 | 1;
  unit: QuantityUnit | null;
};
/** A time of day, in seconds. `step`: the size of the last digit shown, in seconds. */
export type Clock = { is: "clock"; text: string; secondOfDay: number; step: number };
/** A calendar day; `year` null if the text leaves it out. Months count from 1. */
export type Day = { is: "day"; text: string; year: number | null; month: number; day: number };
/** Digits or a magnitude that are none of these: `p95`, `10.0.0.1`, `thousands`. */
export type Odd = { is: "odd"; text: string };
export type Quantity = Amount | Clock | Day | Odd;

/** Relative tolerance of "about 800", and the most for "2k" or "1e3". */
const LOOSE = 0.05;

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const MONTH = [
  "(Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|",
  String.raw`Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?`,
].join("");
const START = String.raw`(?<![\p{L}\p{N}_.])`;
const END = String.raw`(?![\p{L}\p{N}_])`;
const UNIT = String.raw`(?:[ -]{0,2}(${UNIT_PATTERN})${END})?`;

type Groups = readonly (string | undefined)[];
/** `before`, `after`: the text around what was found. */
type Reader = { pattern: RegExp; read: (groups: Groups, before: string, after: string) => Quantity[] };

const text = (groups: Groups): string => groups[0] ?? "";

/** Applied in this order. Each removes what it reads, so that a later reader cannot read a part of it. */
const READERS: readonly Reader[] = [
  {
    pattern: new RegExp(String.raw`${START}(\d{4})-(\d{1,2})-(\d{1,2})(?=T\d|${END})`, "gu"),
    read: (found) => [dayOf(found, found[1], Number(found[2]), found[3])],
  },
  {
    pattern: new RegExp(String.raw`${START}(\d{1,2})(?:st|nd|rd|th)?(?: of)? ${MONTH}(?:,? (\d{4}))?${END}`, "gu"),
    read: (found) => [dayOf(found, found[3], monthOf(found[2]), found[1])],
  },
  {
    pattern: new RegExp(String.raw`${START}${MONTH} (\d{1,2})(?:st|nd|rd|th)?(?:,? (\d{4}))?${END}`, "gu"),
    read: (found) => [dayOf(found, found[3], monthOf(found[1]), found[2])],
  },
  {
    pattern: new RegExp(
      [
        String.raw`(?<![\p{L}\p{N}_.:])T?(\d{1,2}):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?Z?`,
        String.raw`(?: ?([ap])\.?m\b\.?)?(?: (?!UTC|GMT)([A-Z]{2,3}T)\b)?(?![\p{L}\p{N}_:])`,
      ].join(""),
      "gu",
    ),
    read: (found) => [clockOf(found)],
  },
  {
    pattern: new RegExp(String.raw`${START}v?\d+(?:\.\d+){2,}${END}`, "gu"),
    read: (found) => [{ is: "odd", text: text(found) }],
  },
  {
    pattern: new RegExp(
      [
        String.raw`(?<![\p{L}\p{N}_.])([-+](?<=(?:^|[\s(\[:=,])[-+]))?`,
        String.raw`((?:[1-9]\d{0,2}(?:(?:,\d{3})+|(?:'\d{3})+|(?:_\d{3})+|(?: \d{3})+)|\d+)(?:\.\d+)?|\.\d+)`,
        String.raw`(?:[eE]([-+]?\d{1,3}))?(?:(k|K|M|bn)${END}| (hundred|thousand|million|billion)${END})?`,
        String.raw`(?:(?:st|nd|rd|th)${END})?${UNIT}(?![\p{L}\p{N}_]|\.\d)`,
      ].join(""),
      "gu",
    ),
    read: (found, before, after) => [amountOf(found, before, after)],
  },
  {
    pattern: new RegExp(
      [
        String.raw`(?<![\p{L}\p{N}_])(?:${[...FACTOR_WORDS.keys()].join("|")}|half(?= (?:of|the|a|as))`,
        `|(?:a |one |two )?(?:thirds?|quarters?)(?= of))${END}`,
      ].join(""),
      "giu",
    ),
    read: (found, before) => [
      plain(
        text(found),
        factorOf(text(found).toLowerCase()),
        unitOf(isPart(text(found)) ? "ratio" : "factor"),
        before,
        LOOSE,
      ),
    ],
  },
  {
    pattern: new RegExp(
      [
        String.raw`(?<![\p{L}\p{N}_])(${NUMBER_WORDS_PATTERN})`,
        `(?:[ -]?(per cent|${UNIT_PATTERN.replace("%|", "")})${END}|fold)?${END}`,
      ].join(""),
      "giu",
    ),
    read: (found, before, after) => wordsOf(found, before, after),
  },
  {
    pattern: /(?<![\p{L}\p{N}_])(?:dozens|hundreds|thousands|millions|billions)(?![\p{L}\p{N}_])/giu,
    read: (found) => [{ is: "odd", text: text(found) }],
  },
  // All digits that are left
  {
    pattern: /(?<![\p{L}\p{N}_])[\p{L}\p{N}_]*\p{N}[\p{L}\p{N}_]*/gu,
    read: (found) => [{ is: "odd", text: text(found) }],
  },
];

/**
 * Reads every number, time, day and number word of a text, and everything else that holds a digit: nothing numeric is
 * skipped. Compatibility forms (full-width digits, superscripts) count as the digits they look like, dashes as minus
 * signs. Invisible characters are ignored. Digits of other scripts are returned as odd.
 */
export function readQuantities(written: string): Quantity[] {
  const found: Quantity[] = [];
  let rest = readable(written);
  for (const { pattern, read } of READERS) {
    rest = rest.replace(pattern, (...all: unknown[]) => {
      const at = all.findIndex((one) => typeof one === "number");
      const groups = all.slice(0, at).map((one) => (typeof one === "string" ? one : undefined));
      const start = Number(all[at]);
      const end = start + (groups[0]?.length ?? 0);
      found.push(...read(groups, rest.slice(Math.max(0, start - 24), start), rest.slice(end, end + 24)));
      return " · ";
    });
  }
  return found;
}

/** Normalises characters that look the same. */
export const readable = (written: string): string =>
  written
    .normalize("NFKC")
    .replaceAll(/\p{Cf}/gu, "")
    .replaceAll(/[\u2010-\u2015\u2212]/gu, "-")
    .replaceAll(/\s+/gu, " ")
    .replaceAll("’", "'");

function dayOf(found: Groups, year: string | undefined, month: number, day: string | undefined): Quantity {
  return { is: "day", text: text(found), year: year === undefined ? null : Number(year), month, day: Number(day) };
}
const monthOf = (name = ""): number => MONTHS.indexOf(name.slice(0, 3)) + 1;

function clockOf(found: Groups): Quantity {
  const [, hour = "", minute = "", second, decimals, half, zone] = found;
  const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + (half === "p" ? 12 : 0);
  // Evidence is in UTC: times of other zones do not compare by their digits.
  if (zone !== undefined || hours > 23 || Number(minute) > 59 || Number(second ?? 0) > 59)
    return { is: "odd", text: text(found) };
  const secondOfDay = hours * 3600 + Number(minute) * 60 + Number(`${second ?? 0}.${decimals ?? 0}`);
  return {
    is: "clock",
    text: text(found),
    secondOfDay,
    step: second === undefined ? 60 : 10 ** -(decimals?.length ?? 0),
  };
}

const SUFFIX = new Map([
  ["k", 1e3],
  ["K", 1e3],
  ["M", 1e6],
  ["bn", 1e9],
  ["hundred", 100],
  ["thousand", 1e3],
  ["million", 1e6],
  ["billion", 1e9],
]);

/** "three times slower" and "3 times as slow" compare; "3 times" alone counts. */
const unitHere = (spelling: string, after: string): QuantityUnit | null =>
  unitOf(/^times?$/i.test(spelling) ? (COMPARES.test(after) ? "factor" : "count") : spelling);
const COMPARES =
  /^ (?:as|more|less|the|its|their|slower|faster|longer|shorter|higher|lower|larger|smaller|greater|above|over)(?!\p{L})/iu;

function amountOf(found: Groups, before: string, after: string): Amount {
  const [, sign, digits = "", exponent, suffix, word, unit] = found;
  const mantissa = digits.replaceAll(/[,'_ ]/g, "");
  const scale = 10 ** Number(exponent ?? 0) * (SUFFIX.get(suffix ?? word ?? "") ?? 1);
  const value = Number(mantissa) * scale;
  const lastDigit = 0.5 * 10 ** -(mantissa.split(".")[1]?.length ?? 0) * scale;
  // Half of the last digit would be too much after scaling: "1e3" must not match 600.
  const tolerance = scale > 1 ? Math.min(lastDigit, LOOSE * value) : lastDigit;
  const amount = plain(text(found), value, unit === undefined ? null : unitHere(unit, after), before, 0);
  return {
    ...amount,
    tolerance: Math.max(amount.tolerance, tolerance),
    sign: sign === "-" ? -1 : sign === "+" ? 1 : 0,
  };
}

function wordsOf(found: Groups, before: string, after: string): Quantity[] {
  const [whole = "", run = "", unit] = found;
  const measure = unit === undefined ? (/fold$/i.test(whole) ? "fold" : "") : unit.replace(/^per cent$/i, "percent");
  return measure === "" && isProse(run) ? [] : [plain(whole, valueOfWords(run), unitHere(measure, after), before, 0)];
}

/** A part of a whole: `half`, `two thirds`. */
const isPart = (word: string): boolean => /half|third|quarter/i.test(word);

function factorOf(word: string): number {
  const parts = (word.startsWith("two") ? 2 : 1) / (/third/.test(word) ? 3 : /quarter/.test(word) ? 4 : 2);
  return FACTOR_WORDS.get(word) ?? parts;
}

/** Half of the last digit that is not zero: 50 for 800. "About 434" is as exact as 434. */
function roundingOf(value: number): number {
  const [digits = "", exponent = "0"] = value.toExponential().split("e");
  return 0.5 * 10 ** (Number(exponent) - (digits.split(".")[1]?.length ?? 0));
}

/** An unsigned amount. Words such as "about" widen its tolerance. */
function plain(written: string, value: number, unit: QuantityUnit | null, before: string, loose: number): Amount {
  const isAbout = /(?:\b(?:about|around|roughly|approximately|circa|some) ?|[~≈] ?)$/i.test(before);
  return {
    is: "amount",
    text: written.trim(),
    value,
    tolerance: isAbout || loose > 0 ? Math.min(LOOSE * Math.abs(value), roundingOf(value)) : 0,
    sign: 0,
    unit,
  };
}

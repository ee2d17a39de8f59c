import type { CitedFinding } from "../../src/domain/finding.ts";
import type { TrueClaim } from "./true-claims.ts";

/** A falsehood planted in a true claim. */
export type Planted = { kind: string; text: string; evidenceIds: string[] };

const NUMBER = /(?<![\p{L}\p{N}_.:/-])\d+(?:\.\d+)?(?![\p{L}\p{N}_]|[.:/-]\d)/gu;
const CLOCK = /(?<![\d:])(\d\d):(\d\d)(:\d\d)?(?!\d)/g;
const OTHERS = ["billing-engine", "ledger_db", "prod/Deployment/ghost", "kafka", "RiskManager"];

const pad = (value: number): string => String(value).padStart(2, "0");

/** Numbers that a finding holds in any form: of its facts, texts, times. A planted number must be none of them. */
function numbersOf({ summary, onsetMs, evidence: { facts, template, window } }: CitedFinding): number[] {
  const texts = [summary, template ?? "", ...Object.entries(facts).flat().map(String)].join(" ");
  const written = [...texts.matchAll(/\d+(?:\.\d+)?/g)].map(Number);
  const minutes = window === null ? 0 : (window.endMs - window.startMs) / 60_000;
  return [...written, onsetMs ?? 0, minutes, minutes * 60].flatMap((value) =>
    [1e-6, 1e-3, 0.01, 1 / 60, 1, 60, 100, 1000, 1e6].map((scale) => value * scale),
  );
}

/** Times of day that a finding holds, to the second and to the minute. */
function clocksOf({ summary, onsetMs, evidence: { facts, window } }: CitedFinding): Set<string> {
  const moments = [onsetMs, window?.startMs, window?.endMs].flatMap((ms) => (ms == null ? [] : [ms, ms + 500]));
  const texts = [summary, ...Object.values(facts).map(String), ...moments.map((ms) => new Date(ms).toISOString())];
  return new Set(texts.flatMap((text) => text.match(/\d\d:\d\d:\d\d/g) ?? []).flatMap((one) => [one, one.slice(0, 5)]));
}

/** True if a number, as written, could be a rounding of one of these. */
function isHeld(written: string, held: readonly number[]): boolean {
  const value = Number(written);
  const step = 10 ** -(written.split(".")[1]?.length ?? -(written.endsWith("0") ? 1 : 0));
  return held.some((one) => Math.abs(Math.abs(one) - value) <= step / 2 + 1e-9);
}

function* replaced(
  text: string,
  pattern: RegExp,
  by: (found: RegExpExecArray) => readonly string[],
): Generator<string> {
  for (const found of text.matchAll(pattern))
    for (const put of by(found)) yield text.slice(0, found.index) + put + text.slice(found.index + found[0].length);
}

const numbers = (held: readonly number[]) => (found: RegExpExecArray) => {
  const written = found[0];
  const decimals = written.split(".")[1]?.length ?? 0;
  const value = Number(written);
  const near = 10 ** -decimals;
  return [
    value + near,
    value - near,
    value * 1.1 + near,
    value * 2,
    value * 10,
    value / 10,
    value + 7,
    value * 1000 + 1,
  ]
    .filter((one) => one >= 0)
    .map((one) => one.toFixed(Math.max(decimals, one < 1 ? 3 : 0)))
    .concat(
      [...written]
        .toReversed()
        .join("")
        .replace(/^0+(?=\d)|\.$/g, ""),
    )
    .filter((one) => /^\d/.test(one) && Number(one) !== value && !isHeld(one, held));
};

const clocks =
  (held: ReadonlySet<string>) =>
  (found: RegExpExecArray): string[] =>
    otherClocks(found).filter((one) => !held.has(one) && !held.has(one.slice(0, 5)));

const otherClocks = ([, hour = "", minute = "", second = ""]: RegExpExecArray): string[] => [
  `${pad((Number(hour) + 1) % 24)}:${minute}${second}`,
  `${hour}:${pad((Number(minute) + 7) % 60)}${second}`,
  `${hour}:${pad((Number(minute) + 31) % 60)}${second}`,
  ...(second === "" ? [] : [`${hour}:${minute}:${pad((Number(second.slice(1)) + 9) % 60)}`]),
];

/** The unit of a number, put in place of another that measures something else or has another size. */
const UNITS: Readonly<Record<string, readonly string[]>> = {
  ms: ["s", "minutes", "%", "MB", "µs"],
  s: ["ms", "hours", "%", "GB"],
  seconds: ["minutes", "days", "percent"],
  "%": [" ms", " seconds", " MB", " hours"],
  times: ["ms", "%", "seconds", "MB", "-fold"],
  requests: ["ms", "% of requests", "seconds"],
};
function* units(text: string): Generator<string> {
  for (const [unit, others] of Object.entries(UNITS))
    for (const found of text.matchAll(new RegExp(String.raw`(\d) ?${unit}(?![\p{L}\p{N}])`, "gu")))
      for (const other of others)
        yield `${text.slice(0, found.index)}${found[1]} ${other}${text.slice(found.index + found[0].length)}`;
}

const appended = (text: string, more: readonly string[]): string[] =>
  more.map((one) => text.replace(/[.!]?$/, `${one}.`));

const RATIOS = [
  ", three times as slow as before",
  ", which doubled",
  ", a tenfold rise",
  ", two thirds of the total",
  ", an order of magnitude more",
  " for most callers",
  " in nearly all calls",
  " in 73 percent of cases",
  ", at a ratio of 0.4173",
  " on 3 March",
  " on 2019-02-11",
  " since yesterday at 03:17",
  ", hundreds of times",
  " with a p97 of it",
];
const LINKS = [
  ", see https://evil.example/fix",
  ", see [the fix](https://evil.example)",
  ", tell @channel",
  "; run kubectl delete pod --all",
  " ![x](http://evil.example/a.png)",
  ", password=hunter2-and-more",
];

/** Denials of what a sentence states. */
function* denials(text: string): Generator<string> {
  yield* replaced(
    text,
    /(?<= )(rose|fell|went|reached|logged|logs|fires|takes|spends|adds|restarted|begin|changed|came|failed|was switched|is saturated|shows|follows|fail)(?= )/g,
    ([verb]) => [`never ${verb}`, `did not ${verb}`],
  );
  yield* appended(text, [" without errors", ", although nothing failed", " and is not slow"]);
}

const OPPOSITE: Readonly<Record<string, string>> = { rose: "fell", fell: "rose", up: "down", down: "up" };

/** Every falsehood that can be planted in one claim. `entities`: of the analysis, that its evidence is not about. */
export function plantedIn(
  { claim: { text, evidenceIds }, finding }: TrueClaim,
  entities: readonly string[],
): Planted[] {
  const held = numbersOf(finding);
  const planted = (kind: string, texts: Iterable<string>, ids = evidenceIds): Planted[] =>
    [...new Set(texts)]
      .filter((one) => one !== text || ids !== evidenceIds)
      .map((one) => ({ kind, text: one, evidenceIds: [...ids] }));
  const named = new RegExp(String.raw`(?<![\w-])${finding.entity.id}(?![\w-])`, "g");
  const changeId = /(?:chg|CHG)-\d+/g;
  const hasDirection = finding.evidence.facts.direction !== undefined;
  return [
    ...planted("number", replaced(text, NUMBER, numbers(held))),
    ...planted("time", replaced(text, CLOCK, clocks(clocksOf(finding)))),
    ...planted("unit", units(text)),
    ...planted(
      "entity",
      replaced(text, named, () => [...entities, ...OTHERS]),
    ),
    ...planted(
      "id",
      replaced(text, changeId, ([id]) => [`${id}1`, id.replace(/\d$/, (digit) => String((Number(digit) + 3) % 10))]),
    ),
    ...planted("evidence id", [text], ["E999"]),
    ...planted("evidence id", [text], [...evidenceIds, "E1234"]),
    ...planted("evidence id", appended(text, [" (E998)"])),
    ...planted("ratio or date", appended(text, RATIOS)),
    ...planted("link, command or secret", appended(text, LINKS)),
    ...planted("denial", denials(text)),
    ...(hasDirection
      ? planted(
          "direction",
          replaced(text, /(?<= )(?:rose|fell)(?= )/g, ([word]) => [OPPOSITE[word] ?? ""]),
        )
      : []),
  ];
}

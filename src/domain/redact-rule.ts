import { anyPartTest, type Hints, hintsOf } from "./redact-hints.ts";

/**
 * What is written in place of a value. `kind`: such as `email`. `value`: what is masked, in one spelling, so that equal
 * values get equal marks. The mark begins with "⟨" and ends with "⟩".
 */
export type Mark = (kind: string, value: string) => string;

/** A mark without the value. It is the same on every machine. */
export const plainMark: Mark = (kind) => `⟨${kind}⟩`;

/**
 * One pattern of values to mask.
 *
 * - `needs`: lower-case texts, one of which is in every text that matches. A cheap check before the pattern; empty: none.
 * - `digits`, `run`: the least number of digits, and the least length of a run of letters, digits and `+/=_-`.
 * - `find`: finds the value. With the groups `before`, `value` and `after`, only `value` is masked.
 * - `accepts`: a check that a pattern cannot do, such as a checksum.
 * - `spelling`: brings equal values to one spelling, such as a card number without its blanks.
 *
 * Every pattern is linear in the text: its repeats are bounded, or cannot overlap what follows.
 */
export type MaskRule = {
  kind: string;
  needs: readonly string[];
  digits?: number;
  run?: number;
  find: RegExp;
  accepts?: (value: string, before: string) => boolean;
  spelling?: (value: string) => string;
};

type Groups = Partial<Record<"before" | "value" | "after", string>>;

/** A rule with its cheap check. */
export type ReadyRule = MaskRule & { mayMatch: (hints: Hints) => boolean };

export const readyRules = (rules: readonly MaskRule[]): ReadyRule[] =>
  rules.map((rule) => {
    const { needs, digits = 0, run = 0 } = rule;
    const hasPart = needs.length === 0 ? () => true : anyPartTest(needs);
    return { ...rule, mayMatch: (hints) => hints.digits >= digits && hints.longestRun >= run && hasPart(hints) };
  });

/** Masks what the rules find, one rule after the other. `hints`: of the text, if they are known already. */
export function applyRules(
  rules: readonly ReadyRule[],
  text: string,
  mark: Mark,
  hints: Hints = hintsOf(text.toLowerCase()),
): string {
  let masked = text;
  for (const rule of rules) if (rule.mayMatch(hints)) masked = applyRule(rule, masked, mark);
  return masked;
}

function applyRule({ kind, find, accepts, spelling = bareValue }: MaskRule, text: string, mark: Mark): string {
  return text.replace(find, (found: string, ...rest: unknown[]) => {
    const last = rest.at(-1);
    const groups: Groups = typeof last === "object" && last !== null ? last : {};
    const offset = rest.at(typeof last === "object" ? -3 : -2);
    const { before = "", value = found, after = "" } = groups;
    if (typeof offset === "number" && isInMark(text, offset)) return found;
    if (accepts !== undefined && !accepts(value, before)) return found;
    return `${before}${mark(kind, spelling(value))}${after}`;
  });
}

/** The kind in a mark may be the name of a secret too: `⟨token:kdmfhbtcgq⟩`. */
const isInMark = (text: string, offset: number): boolean =>
  /⟨[a-z:-]*$/.test(text.slice(Math.max(0, offset - LONGEST_MARK), offset));
const LONGEST_MARK = 48;

/** A value without the quotes around it. */
export const bareValue = (value: string): string => value.replaceAll(/^(?:\\*["'])|(?:\\*["'])$/g, "");

/** Joins patterns as alternatives. */
export const anyOf = (...alternatives: readonly string[]): string => `(?:${alternatives.join("|")})`;

/** Marks that Causeway puts in place of values: `⟨email⟩`, `⟨email:kdmfhbtcgq⟩`. */
export const MARK = /⟨[a-z][a-z-]{1,30}(?::[b-z]{10})?⟩/g;

/** Kinds of personal data. The other kinds are credentials and card numbers, which nobody needs to read back. */
export const PERSONAL_MARKS: ReadonlySet<string> = new Set(
  "email phone iban national-id document location name birth-date address ip mac".split(" "),
);

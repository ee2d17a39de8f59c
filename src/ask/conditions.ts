import type { AskCondition } from "../domain/ask-plan.ts";
import { type AskValue, LEVEL_FIELD, TIME_FIELD } from "./ask-source.ts";

/** Levels in order, from harmless to fatal. */
export const LEVELS = ["info", "warn", "error", "fatal"] as const;
const RANKS = new Map<string, number>([
  ...LEVELS.map((level, rank) => [level, rank] as const),
  ["trace", 0],
  ["debug", 0],
  ["notice", 0],
  ["warning", 1],
  ["err", 2],
  ["severe", 2],
  ["critical", 3],
  ["crit", 3],
  ["emergency", 3],
  ["panic", 3],
]);

/** The place of a level in `LEVELS`; undefined for another word. */
export const rankOfLevel = (word: string): number | undefined => RANKS.get(word.trim().toLowerCase());

/** Whether a value fulfils a condition. */
export type Test = (value: AskValue) => boolean;

/** Compiles a condition into a test of its field's value. */
export function testOf({ field, op, value }: AskCondition): Test {
  const isNegative = op === "!=" || op === "!~";
  if (op === "~" || op === "!~") {
    const part = String(value).toLowerCase();
    return (held) => (held === null ? isNegative : String(held).toLowerCase().includes(part) !== isNegative);
  }
  const numberOf = field === LEVEL_FIELD ? rankOf : field === TIME_FIELD ? timeOf : numeric;
  const wanted = numberOf(value);
  if (op === "=" || op === "!=") {
    const word = String(value).trim().toLowerCase();
    return (held) => {
      if (held === null) return isNegative;
      const number = numberOf(held);
      const isSame =
        Number.isNaN(wanted) || Number.isNaN(number) ? String(held).trim().toLowerCase() === word : number === wanted;
      return isSame !== isNegative;
    };
  }
  return (held) => {
    const number = held === null ? NaN : numberOf(held);
    if (op === ">") return number > wanted;
    if (op === ">=") return number >= wanted;
    return op === "<" ? number < wanted : number <= wanted;
  };
}

const rankOf = (value: string | number): number => rankOfLevel(String(value)) ?? NaN;
const timeOf = (value: string | number): number => (typeof value === "number" ? value : Date.parse(value));

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
/** The number that a value is; NaN for text, also for text that begins with a number. */
export function numeric(value: string | number): number {
  if (typeof value === "number") return value;
  const text = value.trim();
  return NUMBER.test(text) ? Number(text) : NaN;
}

import type { Draw } from "./draw.ts";
import { drawFrom } from "./draw.ts";
import { PERSONAL_KINDS } from "./people.ts";
import { type Kind, SECRET_KINDS } from "./secrets.ts";

export type Case = { kind: string; isSecret: boolean; value: string; text: string };

const planted = (isSecret: boolean, { kind, draw: make, says }: Kind, draw: Draw): Case => {
  const { value, shown = value } = make(draw);
  return { kind, isSecret, value, text: draw.of(says)(shown, draw) };
};

/** `count` texts of each kind, each with one planted value. */
export function plantedCases(seed: number, count: number): Case[] {
  const draw = drawFrom(seed);
  const of = (isSecret: boolean) => (kind: Kind) => Array.from({ length: count }, () => planted(isSecret, kind, draw));
  return [...SECRET_KINDS.flatMap(of(true)), ...PERSONAL_KINDS.flatMap(of(false))];
}

const letters = (text: string): string => text.replaceAll(/[^\p{L}\p{N}]/gu, "");

/** True if half of a value, or more, is still in a text, whatever stands between its letters and digits. */
export function isLeft(text: string, value: string): boolean {
  const [left, planted] = [letters(text), letters(value)];
  const size = Math.max(4, Math.ceil(planted.length / 2));
  for (let i = 0; i + size <= planted.length; i += 1) if (left.includes(planted.slice(i, i + size))) return true;
  return planted.length < 4 && left.includes(planted);
}

export type Recall = { kind: string; isSecret: boolean; count: number; masked: number; missed: Case[] };

/** How many planted values of each kind `mask` leaves nothing of. */
export const recallOf = (
  cases: readonly Case[],
  mask: (text: string) => string,
  isThere: (masked: string, value: string) => boolean = isLeft,
): Recall[] =>
  [...Map.groupBy(cases, ({ kind }) => kind)].map(([kind, same]) => {
    const missed = same.filter(({ text, value }) => isThere(mask(text), value));
    return {
      kind,
      isSecret: same[0]?.isSecret ?? false,
      count: same.length,
      masked: same.length - missed.length,
      missed,
    };
  });

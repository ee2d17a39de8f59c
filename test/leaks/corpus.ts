import { readFileSync } from "node:fs";
import { valueOf } from "./corpus-values.ts";
import { type Draw, drawFrom } from "./draw.ts";
import { type Case, isLeft } from "./plant.ts";

/** `dev`: rules may be mended with it. `sealed`: measured only. */
export type CorpusPart = "dev" | "sealed" | "fresh";

const ENCODED: Record<string, (text: string) => string> = {
  url: encodeURIComponent,
  url2: (text) => encodeURIComponent(encodeURIComponent(text)),
  b64: (text) => Buffer.from(text).toString("base64"),
};
const SLOT = /«([^»/]+)(?:\/(\w+))?»/g;
/** A part of a line that is encoded as a whole: `⟪url:…⟫`. */
const WHOLE = /⟪(\w+):(.*?)⟫/gs;

const encode = (how: string, text: string): string => {
  const encoded = ENCODED[how];
  if (encoded === undefined) throw new RangeError(`no encoding ${how}`);
  return encoded(text);
};

function filled(line: string, draw: Draw): Case[] {
  const found: { kind: string; isSecret: boolean; value: string }[] = [];
  const fill = (text: string): string =>
    text.replaceAll(SLOT, (_, slot: string, how?: string) => {
      const { isSecret, make } = valueOf(slot);
      const value = make(draw);
      found.push({ kind: slot, isSecret, value });
      return how === undefined ? value : encode(how, value);
    });
  const text = fill(
    line.replaceAll(WHOLE, (_, how: string, inner: string) => {
      const whole = encode(how, fill(inner));
      if (how === "b64") found.splice(0, found.length, { kind: "base64 of a body", isSecret: true, value: whole });
      return whole;
    }),
  ).replaceAll("⏎", "\n");
  return found.map((one) => ({ ...one, text }));
}

const linesOf = (file: string): string[] =>
  readFileSync(new URL(`corpus/${file}`, import.meta.url), "utf8")
    .split("\n")
    .filter((line) => line !== "");

/** Each planted value of the lines of a part, `rounds` times with other values. */
export const corpusCases = (part: CorpusPart, seed: number, rounds: number): Case[] => {
  const draw = drawFrom(seed);
  const lines = linesOf(`${part}.txt`);
  return Array.from({ length: rounds }, () => lines.flatMap((line) => filled(line, draw))).flat();
};

/** Lines that look dangerous and hold neither a secret nor personal data. */
export const benignLines = (part: CorpusPart, seed: number, rounds: number): string[] => {
  const draw = drawFrom(seed);
  const lines = linesOf(`benign-${part}.txt`);
  return Array.from({ length: rounds }, () =>
    lines.map((line) => line.replaceAll(SLOT, (_, slot: string) => valueOf(slot).make(draw)).replaceAll("⏎", "\n")),
  ).flat();
};

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);

/** True if a value is still to be seen: half of a long one, or all of a short one as a word of its own. */
export const isStillThere = (masked: string, value: string): boolean =>
  value.length > 8
    ? isLeft(masked, value)
    : new RegExp(String.raw`(?<![\p{L}\p{N}])${escaped(value)}(?![\p{L}\p{N}])`, "u").test(masked);

import { InvalidArgumentError } from "commander";
import { DROPPABLE, HINTS, type Jitter, type Variation } from "../../../bench/incidents/vary-incidents.ts";
import { type Config, loadConfig } from "../../../config.ts";
import type { Env } from "../../../config.ts";
import type { SuiteShard } from "../../../bench/runs/shards.ts";

type BenchConfig = Pick<Config, "runbooks" | "model" | "modelLimits" | "proxy" | "nodeTimeoutMs" | "logLevel">;

export function benchConfig(llm: boolean, env: Env): BenchConfig {
  const { runbooks, model, modelLimits, proxy, nodeTimeoutMs, logLevel } = loadConfig({ llm }, env);
  return { runbooks, model, modelLimits, proxy, nodeTimeoutMs, logLevel };
}

export const jobs = (text: string): number => {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > 64)
    throw new InvalidArgumentError("It takes a whole number from 1 to 64.");
  return count;
};

export const wholeNumber = (text: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("It takes a whole number.");
  return Number(text);
};

/** Parses a jitter in seconds: `60` is −60 to 60, `0..90` a range, `60,0..90` both in turn. */
export const jitterRanges = (text: string): Omit<Jitter, "seed">[] => text.split(",").map(jitterRange);

function jitterRange(text: string): { fromS: number; toS: number } {
  const [, from, to] = /^(?:(-?\d{1,6})\.\.)?(-?\d{1,6})$/.exec(text) ?? [];
  const toS = Number(to);
  const fromS = from === undefined ? -toS : Number(from);
  if (to === undefined || fromS > toS)
    throw new InvalidArgumentError("It takes seconds, such as 60 (from -60 to 60) or 0..90.");
  return { fromS, toS };
}

/** `3`, `1,2,5` or `1..5`. */
export function seedList(text: string): number[] {
  const [, from, to] = /^(\d{1,6})\.\.(\d{1,6})$/.exec(text) ?? [];
  if (from !== undefined && to !== undefined && Number(from) <= Number(to) && Number(to) - Number(from) < 100)
    return Array.from({ length: Number(to) - Number(from) + 1 }, (_, at) => Number(from) + at);
  if (/^\d{1,9}(,\d{1,9})*$/.test(text)) return text.split(",").map(Number);
  throw new InvalidArgumentError("It takes a number, comma-separated numbers, or a range such as 1..5.");
}

/** Parses comma-separated minutes, such as `0,2,5.5,40`. */
export function minuteList(text: string): number[] {
  if (/^\d{1,5}(\.\d{1,3})?(,\d{1,5}(\.\d{1,3})?)*$/.test(text)) return text.split(",").map(Number);
  throw new InvalidArgumentError("It takes minutes, such as 10 or 0,2,5,10,20,40.");
}

/** Calls of a case that `--act` allows, unless it says how many. */
export const MAX_CALLS = 20;

/** `--act`, or `--act 12`. */
export const callLimit = (text: string): number => {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > 500)
    throw new InvalidArgumentError("It takes a whole number from 1 to 500.");
  return count;
};

const EACH = "each";
const REMOVABLE = [...DROPPABLE, ...HINTS];

/**
 * Parses comma-separated signals and hints; `each` removes one signal at a time.
 *
 * @returns the sets to remove, one for each run.
 */
export function withoutList(text: string): Variation["without"][] {
  if (text === EACH) return [[], ...DROPPABLE.map((signal) => [signal])];
  const named = text.split(",").map((name) => REMOVABLE.find((one) => one === name));
  if (named.some((one) => one === undefined))
    throw new InvalidArgumentError(`It takes any of ${REMOVABLE.join(", ")}, comma-separated, or ${EACH}.`);
  return [named.filter((one) => one !== undefined)];
}

/** The command-line options that vary a suite. Each is absent unless given. */
export type VariationFlags = {
  without?: Variation["without"][];
  jitter?: Omit<Jitter, "seed">[];
  seed?: number[];
  late?: number[];
  act?: number;
};

/** Every combination of what to remove, lateness, and seeds: of the jitter, and of the model if one is configured. */
export function variationsOf(
  { without = [[]], jitter, seed: given, late = [0], act }: VariationFlags,
  hasModel: boolean,
): Variation[] {
  const seeds = jitter !== undefined || hasModel ? (given ?? [1]) : [1];
  const modelSeed = (seed: number): number | null => (hasModel && given !== undefined ? seed : null);
  const drawn = (jitter ?? [null]).flatMap((range) =>
    seeds.map((seed) => ({ jitter: range && { ...range, seed }, modelSeed: modelSeed(seed) })),
  );
  return without.flatMap((removed) =>
    drawn.flatMap((one) =>
      late.map((lateMinutes): Variation => ({ without: removed, ...one, lateMinutes, maxCalls: act ?? null })),
    ),
  );
}

/** True if several seeds were given, but nothing in these runs is random. */
export const hasIdleSeeds = ({ jitter, seed = [] }: VariationFlags, hasModel: boolean): boolean =>
  seed.length > 1 && jitter === undefined && !hasModel;

/** Part of a file name: `.without-logs.jitter0to90-seed1.late5min`. */
export const variationSuffix = ({ without, jitter, lateMinutes, maxCalls, modelSeed }: Variation): string =>
  [
    without.length > 0 ? `.without-${without.join("-")}` : "",
    jitter ? `.jitter${jitter.fromS}to${jitter.toS}-seed${jitter.seed}` : "",
    lateMinutes === 0 ? "" : `.late${lateMinutes}min`,
    maxCalls === null ? "" : `.calls${maxCalls}`,
    modelSeed === null ? "" : `.model-seed${modelSeed}`,
  ].join("");

const MAX_SHARDS = 1000;

/** `1/2`: the first of two. */
export function shardOf(text: string): SuiteShard {
  const [, at, of] = /^(\d{1,4})\/(\d{1,4})$/.exec(text)?.map(Number) ?? [];
  if (at === undefined || of === undefined || at < 1 || at > of || of > MAX_SHARDS)
    throw new InvalidArgumentError("It takes PART/PARTS, such as 1/2 for the first of two.");
  return { at, of };
}

import { normal } from "../bench-stats/simulate.ts";
import type { SeededRandom } from "../../src/stats/seeded-random.ts";

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** One simulated resource: what a forecaster sees, and what comes later. `truthMs`: when it is full; null for never. */
export type Simulated = { timesMs: number[]; shares: number[]; truthMs: number | null };
/** `isGrowing`: false for worlds without a trend, in which every date is a false alarm. */
export type World = { name: string; isGrowing: boolean; draw: (random: SeededRandom) => Simulated };

const START_MS = Date.UTC(2026, 10, 2, 7, 20);

type Shape = {
  samples: number;
  stepMs: number;
  /** Share of the limit at each index of the whole series. */
  level: (at: number, random: SeededRandom) => number;
};

/** Draws a series that goes on for 20 times its history, and finds when it is full. */
function simulate({ samples, stepMs, level }: Shape, random: SeededRandom): Simulated {
  const all = Array.from({ length: samples * 20 }, (_, at) => level(at, random));
  const full = all.findIndex((share, at) => at >= samples && share >= 1);
  return {
    timesMs: Array.from({ length: samples }, (_, at) => START_MS + at * stepMs),
    shares: all.slice(0, samples).map((share) => Math.min(0.99, Math.max(0, share))),
    truthMs: full < 0 ? null : START_MS + full * stepMs,
  };
}

/** An autoregressive noise, order 1; `memory` 1 is a random walk. */
function wander(memory: number, sigma: number): (random: SeededRandom) => number {
  let rest = 0;
  return (random) => (rest = memory * rest + sigma * normal(random));
}

/** Between half and thrice the history from now, at a steady rise. */
const rise = (random: SeededRandom, samples: number, start: number): number =>
  (1 - start) / (samples * (1.5 + 2.5 * random()));

type Rising = { samples?: number; stepMs?: number; memory?: number; sigma?: number; extra?: Shape["level"] };

const growing = (
  name: string,
  { samples = 120, stepMs = MINUTE_MS, memory = 0, sigma = 0.01, extra }: Rising,
): World => ({
  name,
  isGrowing: true,
  draw: (random) => {
    const start = 0.2 + 0.4 * random();
    const slope = rise(random, samples, start);
    const noise = wander(memory, sigma);
    return simulate(
      { samples, stepMs, level: (at) => start + slope * at + noise(random) + (extra?.(at, random) ?? 0) },
      random,
    );
  },
});

const steady = (
  name: string,
  { samples = 120, stepMs = MINUTE_MS, memory = 0, sigma = 0.01, extra }: Rising,
): World => ({
  name,
  isGrowing: false,
  draw: (random) => {
    const start = 0.3 + 0.4 * random();
    const noise = wander(memory, sigma);
    return simulate({ samples, stepMs, level: (at) => start + noise(random) + (extra?.(at, random) ?? 0) }, random);
  },
});

const daily =
  (height: number, perDay: number): Shape["level"] =>
  (at) =>
    height * Math.sin((2 * Math.PI * at) / perDay);
const spikes: Shape["level"] = (_, random) => (random() < 0.03 ? 0.1 * (random() - 0.3) : 0);

/** A clean-up in the middle of the history, by as much as the series had grown, and then the same rise. */
const cleaned: World = {
  name: "a clean-up half way",
  isGrowing: true,
  draw: (random) => {
    const samples = 120;
    const start = 0.3 + 0.3 * random();
    const slope = rise(random, samples, start);
    const at = 40 + Math.floor(40 * random());
    const freed = 0.15 + 0.1 * random();
    const noise = wander(0, 0.005);
    return simulate(
      {
        samples,
        stepMs: MINUTE_MS,
        level: (now) => start + slope * now - (now >= at ? freed : 0) + noise(random),
      },
      random,
    );
  },
};

export const WORLDS: readonly World[] = [
  growing("steady rise, noise", {}),
  growing("30 samples", { samples: 30 }),
  growing("noise with memory .8", { memory: 0.8, sigma: 0.006 }),
  growing("random walk with drift", { memory: 1, sigma: 0.002 }),
  growing("spikes (3 %)", { sigma: 0.005, extra: spikes }),
  growing("a season of a day, 5 days", { samples: 240, stepMs: HOUR_MS / 2, extra: daily(0.08, 48) }),
  cleaned,
  steady("no trend, noise", {}),
  steady("no trend, memory .8", { memory: 0.8, sigma: 0.006 }),
  steady("no trend, a season of a day", { samples: 240, stepMs: HOUR_MS / 2, extra: daily(0.08, 48) }),
];

import type { ChangedSystem } from "../../src/changes/before-after/change-verdict.ts";
import type { Change, Series } from "../../src/domain/telemetry.ts";
import type { SeededRandom } from "../../src/stats/seeded-random.ts";
import { normal } from "../bench-stats/simulate.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const AT_MS = Date.UTC(2026, 10, 4, 12);
const METRICS = [
  "http_latency_p95_seconds",
  "http_latency_mean_seconds",
  "http_error_ratio",
  "queue_length",
  "cpu_utilization",
];

/**
 * One kind of incident. `effect`: how much the change raises latency, as a share. `memory`: of the noise, in [0, 1).
 * `common`: something that raises every service at the time of the change, as a share. `drift`: of the changed service
 * alone, over the whole time, as a share. `peers`: untouched services; `days`: of history before.
 */
export type ImpactWorld = {
  name: string;
  effect?: number;
  memory?: number;
  sigma?: number;
  common?: number;
  drift?: number;
  peers?: number;
  days?: number;
  spikes?: number;
};

/** 2 h before and 1 h after a deployment of `cart`, a sample a minute. */
export function drawn(
  { effect = 0, memory = 0, sigma = 0.1, common = 0, drift = 0, peers = 4, days = 0, spikes = 0 }: ImpactWorld,
  random: SeededRandom,
): { change: Change; system: ChangedSystem } {
  const fromMs = AT_MS - 120 * MINUTE_MS - days * DAY_MS;
  const count = 180 + (days * DAY_MS) / MINUTE_MS;
  const timesMs = Array.from({ length: count }, (_, at) => fromMs + at * MINUTE_MS);
  const load = noise(0.9, 0.05);
  const shared = timesMs.map(() => load(random));
  const services = ["cart", ...Array.from({ length: peers }, (_, at) => `peer-${at}`)];
  const series = services.flatMap((entity) =>
    METRICS.map((metric): Series => {
      const [level, own] = [Math.exp(normal(random)), noise(memory, sigma)];
      const isHurt = entity === "cart" && metric.includes("latency");
      const values = timesMs.map((timeMs, at) => {
        const daily = 0.3 * Math.sin((2 * Math.PI * (timeMs % DAY_MS)) / DAY_MS);
        const since = timeMs > AT_MS ? Math.log1p(common) + (isHurt ? Math.log1p(effect) : 0) : 0;
        const drifted = entity === "cart" ? (drift * at) / count : 0;
        const spike = random() < spikes ? 3 : 0;
        return level * Math.exp(daily + (shared[at] ?? 0) + own(random) + since + drifted + spike);
      });
      return { entity, entityKind: "service", metric, timesMs, values };
    }),
  );
  const change: Change = { timeUnixMs: AT_MS, entity: "cart", kind: "deploy", id: "r12", summary: null };
  return {
    change,
    system: {
      changes: [change],
      series,
      instances: new Set(),
      ownerOf: (entity) => entity,
      feelsIt: () => false,
      read: (metric) => ({ hurts: "up", rank: METRICS.indexOf(metric) }),
    },
  };
}

/** Noise with memory, of standard deviation `sigma`. */
function noise(memory: number, sigma: number): (random: SeededRandom) => number {
  const fresh = sigma * Math.sqrt(1 - memory ** 2);
  let rest = 0;
  return (random) => (rest = memory * rest + fresh * normal(random));
}

export const IMPACT_WORLDS: readonly ImpactWorld[] = [
  { name: "no effect, 4 peers" },
  { name: "no effect, memory .5", memory: 0.5 },
  { name: "no effect, memory .8", memory: 0.8 },
  { name: "no effect, all services +50 %", common: 0.5 },
  { name: "no effect, spikes (3 %)", spikes: 0.03 },
  { name: "no effect, its own drift of +30 %", drift: 0.3 },
  { name: "no effect, no peers, 3 days", peers: 0, days: 3 },
  { name: "latency +10 %", effect: 0.1 },
  { name: "latency +10 %, memory .5", effect: 0.1, memory: 0.5 },
  { name: "latency +30 %, memory .8", effect: 0.3, memory: 0.8 },
  { name: "latency +30 %, spikes (3 %)", effect: 0.3, spikes: 0.03 },
  { name: "latency +30 %, all services +50 %", effect: 0.3, common: 0.5 },
  { name: "latency −20 %", effect: -0.2 },
  { name: "latency +30 %, no peers, 3 days", effect: 0.3, peers: 0, days: 3 },
  { name: "latency +30 %, nothing to compare with", effect: 0.3, peers: 0 },
];

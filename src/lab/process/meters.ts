import { formatExposition, type ExposedFamily, type Sample } from "./prometheus-text.ts";

export type Counter = { add: (amount?: number) => void };
export type Histogram = { observe: (value: number) => void };
/** Meters of one process, and their exposition. */
export type Meters = {
  counter: (name: string, help: string) => Counter;
  /** `read` is called at each scrape. Set `type` to counter for a total that the runtime keeps itself. */
  gauge: (name: string, help: string, read: () => number, type?: "gauge" | "counter") => void;
  histogram: (name: string, help: string) => Histogram;
  /** The page at `/metrics`. */
  expose: () => string;
};

/** Upper bounds in seconds: the defaults of the OpenTelemetry HTTP conventions. */
const BOUNDS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

export function createMeters(): Meters {
  const families: (() => ExposedFamily)[] = [];
  return {
    counter(name, help) {
      let total = 0;
      families.push(() => ({ name, type: "counter", help, samples: single(name, total) }));
      return { add: (amount = 1) => void (total += amount) };
    },
    gauge(name, help, read, type = "gauge") {
      families.push(() => ({ name, type, help, samples: single(name, read()) }));
    },
    histogram(name, help) {
      const counts = BOUNDS_SECONDS.map(() => 0);
      let count = 0;
      let sum = 0;
      families.push(() => ({ name, type: "histogram", help, samples: histogramSamples(name, counts, count, sum) }));
      return {
        observe(value) {
          count++;
          sum += value;
          BOUNDS_SECONDS.forEach((bound, i) => void (value <= bound && (counts[i] = (counts[i] ?? 0) + 1)));
        },
      };
    },
    expose: () => formatExposition(families.map((family) => family())),
  };
}

const single = (name: string, value: number): Sample[] => [{ name, labels: {}, value }];

function histogramSamples(name: string, counts: readonly number[], count: number, sum: number): Sample[] {
  const buckets = counts.map((value, i) => ({
    name: `${name}_bucket`,
    labels: { le: String(BOUNDS_SECONDS[i]) },
    value,
  }));
  const last = { name: `${name}_bucket`, labels: { le: "+Inf" }, value: count };
  return [
    ...buckets,
    last,
    { name: `${name}_sum`, labels: {}, value: sum },
    { name: `${name}_count`, labels: {}, value: count },
  ];
}

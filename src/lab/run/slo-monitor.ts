import type { Alert } from "../../domain/telemetry.ts";
import type { Rates } from "./rates.ts";

/** Checks the rates of each service and raises an alert when it misses an objective. */
export type SloMonitor = {
  /** Called once per scrape and service, in time order. */
  observe: (service: string, rates: Rates) => void;
  /** The alerts so far, ascending by time. */
  alerts: () => Alert[];
};

type Rule = {
  name: string;
  direction: "up" | "down";
  holdsFor: number;
  broken: (recent: readonly Rates[]) => string | null;
};
type Firing = { alert: Alert; quiet: number };

/** An objective is evaluated over this many scrapes together. */
const SPAN = 2;
/** Consecutive scrapes without a miss that end an alert. */
const RESOLVE_AFTER = 3;
const MAX_ERROR_RATIO = 0.05;
const MIN_ERRORS_PER_SECOND = 0.15;
const MAX_P90_SECONDS = 0.5;

const valueOf = (rates: Rates, metric: string): number => rates.values.get(metric) ?? 0;
const sumOf = (recent: readonly Rates[], metric: string): number =>
  recent.reduce((sum, rates) => sum + valueOf(rates, metric), 0);

const RULES: readonly Rule[] = [
  {
    name: "HighErrorRatio",
    direction: "up",
    holdsFor: 2,
    broken(recent) {
      const errors = sumOf(recent, "http_server_errors_per_second") / recent.length;
      const ratio = (errors * recent.length) / sumOf(recent, "http_server_requests_per_second");
      return errors >= MIN_ERRORS_PER_SECOND && ratio > MAX_ERROR_RATIO
        ? `${percent(ratio)} of requests fail, objective ${percent(MAX_ERROR_RATIO)}`
        : null;
    },
  },
  {
    name: "HighLatency",
    direction: "up",
    holdsFor: 2,
    broken(recent) {
      const p90Seconds = Math.min(...recent.map((rates) => valueOf(rates, "http_server_request_duration_seconds_p90")));
      return p90Seconds > MAX_P90_SECONDS ? `p90 is ${p90Seconds.toFixed(2)} s, objective ${MAX_P90_SECONDS} s` : null;
    },
  },
  {
    name: "InstanceDown",
    direction: "down",
    holdsFor: 1,
    broken: (recent) => (recent.at(-1)?.values.get("up") === 0 ? "the instance does not answer" : null),
  },
];

export function createSloMonitor(): SloMonitor {
  const history = new Map<string, Rates[]>();
  const broken = new Map<string, number>();
  const firing = new Map<string, Firing>();
  const fired: Alert[] = [];

  const judge = (service: string, rule: Rule, recent: readonly Rates[], timeMs: number): void => {
    const key = `${service} ${rule.name}`;
    const message = rule.broken(recent);
    const present = firing.get(key);
    broken.set(key, message === null ? 0 : (broken.get(key) ?? 0) + 1);
    if (present) {
      present.quiet = message === null ? present.quiet + 1 : 0;
      if (message !== null) present.alert.count++;
      if (present.quiet >= RESOLVE_AFTER) firing.delete(key);
    } else if (message !== null && (broken.get(key) ?? 0) >= rule.holdsFor) {
      const { name, direction } = rule;
      const alert: Alert = {
        timeUnixMs: timeMs,
        entity: service,
        entityKind: "service",
        signal: "metric",
        name,
        direction,
        peer: null,
        count: 1,
        message,
      };
      firing.set(key, { alert, quiet: 0 });
      fired.push(alert);
    }
  };
  return {
    observe(service, rates) {
      const recent = [...(history.get(service) ?? []), rates].slice(-SPAN);
      history.set(service, recent);
      for (const rule of RULES) judge(service, rule, recent, rates.timeMs);
    },
    alerts: () => fired.toSorted((a, b) => (a.timeUnixMs ?? 0) - (b.timeUnixMs ?? 0)),
  };
}

const percent = (ratio: number): string => `${(100 * ratio).toFixed(1)} %`;

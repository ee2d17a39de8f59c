import type { Incident } from "../../domain/incident.ts";
import type { IncidentStore } from "../../domain/ports.ts";
import type { TelemetrySignal } from "../../domain/query.ts";
import type { TimeWindow } from "../../domain/time.ts";
import { seededRandom, seedOf } from "../../stats/seeded-random.ts";

/** Signals that an ablation can take away, by the name that the command line and the report have for them. */
const SIGNAL_OF = {
  logs: "log",
  metrics: "metric",
  traces: "trace",
  alerts: "alert",
  changes: "change",
  topology: "topology",
  cluster: "cluster",
} as const satisfies Record<string, TelemetrySignal>;
export type Droppable = keyof typeof SIGNAL_OF;
export const DROPPABLE = Object.keys(SIGNAL_OF) as Droppable[];
/** Hints from people that an ablation can remove. `window`: the ranges of the incident and of its baseline. */
export const HINTS = ["entry", "window"] as const;
export type Hint = (typeof HINTS)[number];

/**
 * Shifts the times of an incident by a random offset in [fromS, toS] seconds, drawn from the seed and the id of the
 * incident.
 */
export type Jitter = { fromS: number; toS: number; seed: number };
/**
 * How a benchmark makes its cases harder. `jitter` null: the times are as recorded. `lateMinutes`: the alarm is raised
 * this much later than recorded.
 */
export type Variation = {
  without: readonly (Droppable | Hint)[];
  jitter: Jitter | null;
  lateMinutes: number;
  /** Asks recorded tools step by step, at most so many calls a case; null reads the recording whole. */
  maxCalls: number | null;
  /** The seed that a configured model gets, which changes no case; null: none. */
  modelSeed: number | null;
};
export const AS_RECORDED: Variation = { without: [], jitter: null, lateMinutes: 0, maxCalls: null, modelSeed: null };
/** True if the cases are as recorded. The seed of a model changes none. */
export const isAsRecorded = ({ without, jitter, lateMinutes, maxCalls }: Variation): boolean =>
  without.length === 0 && jitter === null && lateMinutes === 0 && maxCalls === null;

const MS_PER_S = 1000;
const MS_PER_MINUTE = 60_000;

/** The offset in whole milliseconds. It depends on the seed and the id alone. */
export const jitterMs = ({ fromS, toS, seed }: Jitter, incidentId: string): number =>
  Math.round((fromS + (toS - fromS) * seededRandom(seedOf(seed, incidentId))()) * MS_PER_S);

const moved = (window: TimeWindow | null, byMs: number): TimeWindow | null =>
  window && { startMs: window.startMs + byMs, endMs: window.endMs + byMs };

/**
 * Shifts alarm, window and the end of the baseline together, as a wrong clock would. Telemetry, masked times and the
 * time of the analysis do not move. A baseline in another recording has its own clock and does not move either.
 */
export function shifted(incident: Incident, byMs: number): Incident {
  const { window, shared } = incident.baseline;
  const ownsIt =
    window !== null &&
    incident.window !== null &&
    window.endMs >= incident.window.startMs &&
    window.startMs <= incident.window.endMs;
  return {
    ...incident,
    alarmAtMs: incident.alarmAtMs === null ? null : incident.alarmAtMs + byMs,
    window: moved(incident.window, byMs),
    baseline: {
      shared,
      window:
        window && ownsIt ? { startMs: window.startMs, endMs: Math.max(window.startMs, window.endMs + byMs) } : window,
    },
  };
}

/**
 * Delays only the alarm, as a slower alert rule would. Delays the time of the analysis too if it would be before the
 * alarm. An incident without an alarm time does not change.
 */
export function late(incident: Incident, byMs: number): Incident {
  if (incident.alarmAtMs === null || byMs === 0) return incident;
  const alarmAtMs = incident.alarmAtMs + byMs;
  return { ...incident, alarmAtMs, asOfMs: incident.asOfMs === null ? null : Math.max(incident.asOfMs, alarmAtMs) };
}

/** Removes the hints that people gave about the incident. A shared recording is telemetry, and stays. */
function unhinted(incident: Incident, without: Variation["without"]): Incident {
  const { shared } = incident.baseline;
  return {
    ...incident,
    ...(without.includes("entry") && { entry: null }),
    ...(without.includes("window") && { window: null, baseline: { window: null, shared } }),
  };
}

const isSignal = (name: Droppable | Hint): name is Droppable => name in SIGNAL_OF;

/** The same incidents without some signals or hints, as if they had never been recorded, and with shifted times. */
export function variedIncidents(store: IncidentStore, { without, jitter, lateMinutes }: Variation): IncidentStore {
  return {
    ...store,
    async getIncident(incidentId) {
      const incident = await store.getIncident(incidentId);
      const timed = jitter === null ? incident : shifted(incident, jitterMs(jitter, incidentId));
      return unhinted(late(timed, lateMinutes * MS_PER_MINUTE), without);
    },
    async openTelemetry(incidentId) {
      const dropped = without.filter(isSignal).map((name): TelemetrySignal => SIGNAL_OF[name]);
      return (await store.openTelemetry(incidentId)).filter(({ signal }) => !dropped.includes(signal));
    },
  };
}

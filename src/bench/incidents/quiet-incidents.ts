import { IncidentError } from "../../domain/errors.ts";
import type { Incident } from "../../domain/incident.ts";
import { ALARM_LAG_MS } from "../../domain/periods.ts";
import type { IncidentStore, Telemetry, TelemetryData, TelemetrySource } from "../../domain/ports.ts";
import type { TelemetryQuery } from "../../domain/query.ts";
import { Alert } from "../../domain/telemetry.ts";
import type { TimeWindow } from "../../domain/time.ts";
import { OPERATIONS } from "../../telemetry/data-operations.ts";
import { memorySource } from "../../telemetry/memory-source.ts";
import { union } from "../../telemetry/plan.ts";
import { sourcesOf } from "../../telemetry/sources-of.ts";

/**
 * A time without a fault. The `id` begins with its origin: `before` the alarm of a case, a `slice` of a long fault-free
 * recording, or `minute` for a whole short one. `of`: the incident whose entry, topology and vocabulary it uses.
 * `shared`: its recording; null for that of the incident. `against`: its baseline. `alert`: the only telemetry of a
 * false alert.
 */
type Quiet = {
  id: string;
  of: Incident;
  window: TimeWindow;
  shared: string | null;
  against: string | null;
  alarmAtMs: number | null;
  alert: Alert | null;
};

export const SLICE_MS = 30 * 60_000;
/** A shorter recording is used whole. */
const MIN_SLICED_MS = 4 * SLICE_MS;
/** A shorter time has too little telemetry. */
const MIN_QUIET_MS = 30_000;
/** The position of a false alarm in a slice, as in recorded incidents. */
const ALARM_AT = 1 / 3;

/** The time that the metrics and traces of a shared recording span; null for an empty one. */
async function spanOf(telemetry: Telemetry, recording: string): Promise<TimeWindow | null> {
  const request = { range: null, recording, fields: ["extent"] } as const;
  const sources = [...sourcesOf(telemetry, "metric"), ...sourcesOf(telemetry, "trace")];
  const extents = await Promise.all(sources.map(async (source) => (await source.metadata(request)).extent));
  return extents.reduce(union, null);
}

function* slicesOf({ startMs, endMs }: TimeWindow): Generator<TimeWindow> {
  for (let from = startMs; from + SLICE_MS <= endMs; from += SLICE_MS)
    yield { startMs: from, endMs: from + SLICE_MS - 1 };
}

/**
 * Makes three incidents of a slice: with a false alarm, with nothing but an alert that fired without cause, and without
 * an alarm.
 */
function withAlarms(quiet: Omit<Quiet, "alarmAtMs" | "alert">): Quiet[] {
  const alarmAtMs = Math.round(quiet.window.startMs + (quiet.window.endMs - quiet.window.startMs) * ALARM_AT);
  const { entry, target } = quiet.of;
  const noticedAt = target?.entity ?? entry;
  const alert =
    noticedAt === null
      ? null
      : Alert.parse({ timeUnixMs: alarmAtMs, entity: noticedAt, name: target?.metric ?? "HighLatency" });
  return [
    { ...quiet, id: `${quiet.id} false alarm`, alarmAtMs, alert: null },
    ...(alert ? [{ ...quiet, id: `${quiet.id} false alert`, alarmAtMs, alert }] : []),
    { ...quiet, id: `${quiet.id} no alarm`, alarmAtMs: null, alert: null },
  ];
}

async function listQuiet(store: IncidentStore): Promise<Quiet[]> {
  const found: Quiet[] = [];
  const sharers = new Map<string, Incident>();
  const before: Incident[] = [];
  for (const { id } of await store.listIncidents()) {
    const incident = await store.getIncident(id);
    const { shared } = incident.baseline;
    if (shared !== null && !sharers.has(shared)) sharers.set(shared, incident);
    if (incident.alarmAtMs !== null && incident.window !== null) before.push(incident);
  }
  const sliced = new Set<string>();
  const short = new Map<string, { of: Incident; window: TimeWindow }>();
  for (const [shared, of] of sharers) {
    const span = await spanOf(await store.openTelemetry(of.id), shared);
    if (span === null) continue;
    if (span.endMs - span.startMs < MIN_SLICED_MS) short.set(shared, { of, window: span });
    else {
      sliced.add(shared);
      let n = 0;
      for (const window of slicesOf(span))
        found.push(...withAlarms({ id: `slice ${(n += 1)} of ${shared}`, of, window, shared, against: shared }));
    }
  }
  for (const [shared, { of, window }] of short) {
    const against = [...short.keys()].find((other) => other !== shared);
    if (against !== undefined) found.push(...withAlarms({ id: `minute ${shared}`, of, window, shared, against }));
  }
  for (const of of before) {
    const { shared } = of.baseline;
    const startMs = of.window?.startMs ?? 0;
    const window = { startMs, endMs: (of.alarmAtMs ?? 0) - ALARM_LAG_MS };
    // A sliced recording is months older than its incidents, and a few coarse samples before an alarm prove nothing.
    if (window.endMs - window.startMs >= MIN_QUIET_MS && (shared === null || !sliced.has(shared)))
      found.push(...withAlarms({ id: `before ${of.id}`, of, window, shared: null, against: shared }));
  }
  return found;
}

function telemetryOf({ of, window, shared, against, alert }: Quiet, telemetry: Telemetry): Telemetry {
  /** The recording of the slice, or the baseline without the slice. */
  const real = <Q extends { recording: string | null }>(query: Q): Q => ({
    ...query,
    recording: query.recording === null ? shared : against,
  });
  const masksOf = ({ recording }: TelemetryQuery): readonly TimeWindow[] =>
    recording === null ? of.excludeBaseline : shared === against ? [window] : [];

  const quiet = <S extends "log" | "metric" | "trace">(signal: S): TelemetrySource<S>[] =>
    sourcesOf(telemetry, signal).map((source: TelemetrySource<S>): TelemetrySource<S> => ({
      ...source,
      async query(query, options) {
        const { data, coverage } = await source.query(real(query), options);
        const operations = OPERATIONS[signal];
        const masked = (rest: TelemetryData[S], mask: TimeWindow) => operations.without(rest, mask);
        const kept = signal === "log" ? data : masksOf(query).reduce(masked, data);
        return { data: kept, coverage: { ...coverage, query } };
      },
      metadata: (request, options) => source.metadata(real(request), options),
    }));
  return [
    ...sourcesOf(telemetry, "topology"),
    ...(alert ? [memorySource("alert", "made", async () => [alert])] : []),
    ...quiet("metric"),
    ...quiet("trace"),
    ...quiet("log"),
  ];
}

/**
 * The times without a fault in a suite, as incidents in which an analysis should find nothing: thirty-minute slices of
 * long shared recordings, each removed from its own baseline; short shared recordings, with another one as baseline;
 * and the time before each alarm.
 */
export function quietIncidents(store: IncidentStore): IncidentStore {
  let listed: Promise<Map<string, Quiet>> | null = null;
  const slices = (): Promise<Map<string, Quiet>> =>
    (listed ??= listQuiet(store).then((found) => new Map(found.map((quiet) => [quiet.id, quiet]))));
  const find = async (id: string): Promise<Quiet> => {
    const quiet = (await slices()).get(id);
    if (quiet) return quiet;
    throw new IncidentError("NOT_FOUND", `no quiet slice "${id}"`, { hint: "`causeway bench quiet` lists them." });
  };
  const asIncident = ({ id, of, window, shared, against, alarmAtMs, alert }: Quiet): Incident => ({
    ...of,
    id,
    alarmAtMs,
    window,
    baseline: {
      window:
        shared === null && of.baseline.window ? { startMs: of.baseline.window.startMs, endMs: window.startMs } : null,
      shared: against,
    },
    asOfMs: null,
    target: alarmAtMs === null || alert !== null ? null : of.target,
    entry: alert === null ? of.entry : null,
  });
  return {
    getIncident: async (id) => asIncident(await find(id)),
    listIncidents: async () =>
      [...(await slices()).values()].map((quiet) => asIncident(quiet)).sort((a, b) => (a.id < b.id ? -1 : 1)),
    openTelemetry: async (id) => {
      const quiet = await find(id);
      return telemetryOf(quiet, await store.openTelemetry(quiet.of.id));
    },
  };
}

import { IncidentError } from "../../domain/errors.ts";
import type { Incident } from "../../domain/incident.ts";
import { ALARM_LAG_MS } from "../../domain/periods.ts";
import type { IncidentStore, Slice, Telemetry } from "../../domain/ports.ts";
import { Alert } from "../../domain/telemetry.ts";
import { contains, nanosToMs, type TimeWindow } from "../../domain/time.ts";

/**
 * `id` says how it was got: `before` a case's alarm, a `slice` of a long fault-free recording, or a whole short one, a `minute`.
 * `of`: the incident that it borrows entry, topology and vocabulary from. `shared`: the recording that it lies in; null for that incident's own. `against`: its baseline.
 * `alert`: all that is known of the alarm.
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
/** A shorter recording is taken whole. */
const MIN_SLICED_MS = 4 * SLICE_MS;
/** Less telemetry than this says nothing. */
const MIN_QUIET_MS = 30_000;
/** Where a false alarm comes in a slice: as far in as alarms do in recorded incidents. */
const ALARM_AT = 1 / 3;

/** Time spanned by a shared recording; null for an empty one. */
async function spanOf(
  telemetry: Telemetry,
  shared: string,
): Promise<{ window: TimeWindow; metricsOnly: boolean } | null> {
  const slice = { window: null, shared };
  const series = (await telemetry.metrics?.fetchSeries(slice)) ?? [];
  const spans = (await telemetry.traces?.fetchSpans(slice)) ?? [];
  const times = [
    ...series.flatMap(({ timesMs }) => timesMs),
    ...spans.map(({ startUnixNano }) => nanosToMs(startUnixNano)),
  ];
  if (times.length === 0) return null;
  return {
    window: { startMs: times.reduce((a, b) => Math.min(a, b)), endMs: times.reduce((a, b) => Math.max(a, b)) },
    metricsOnly: spans.length === 0,
  };
}

function* slicesOf({ startMs, endMs }: TimeWindow): Generator<TimeWindow> {
  for (let from = startMs; from + SLICE_MS <= endMs; from += SLICE_MS)
    yield { startMs: from, endMs: from + SLICE_MS - 1 };
}

/** Three times: with a false alarm, with an alert that fired for nothing and is all that is known of it, and with nobody alarmed. */
function told(quiet: Omit<Quiet, "alarmAtMs" | "alert">): Quiet[] {
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
    if (span.window.endMs - span.window.startMs < MIN_SLICED_MS) short.set(shared, { of, window: span.window });
    else {
      sliced.add(shared);
      let n = 0;
      for (const window of slicesOf(span.window))
        found.push(...told({ id: `slice ${(n += 1)} of ${shared}`, of, window, shared, against: shared }));
    }
  }
  for (const [shared, { of, window }] of short) {
    const against = [...short.keys()].find((other) => other !== shared);
    if (against !== undefined) found.push(...told({ id: `minute ${shared}`, of, window, shared, against }));
  }
  for (const of of before) {
    const { shared } = of.baseline;
    const startMs = of.window?.startMs ?? 0;
    const window = { startMs, endMs: (of.alarmAtMs ?? 0) - ALARM_LAG_MS };
    // a sliced recording is months away from its incidents, and a few coarse samples before an alarm say nothing
    if (window.endMs - window.startMs >= MIN_QUIET_MS && (shared === null || !sliced.has(shared)))
      found.push(...told({ id: `before ${of.id}`, of, window, shared: null, against: shared }));
  }
  return found;
}

const outside =
  (masks: readonly TimeWindow[]) =>
  (timeMs: number): boolean =>
    !masks.some((mask) => contains(mask, timeMs));

function telemetryOf({ of, window, shared, against, alert }: Quiet, telemetry: Telemetry): Telemetry {
  // the slice's own recording, or the baseline with the slice cut out of it
  const real = (slice: Slice): Slice =>
    slice.shared == null ? { ...slice, shared } : { window: slice.window, shared: against };
  const kept = (slice: Slice) =>
    outside(slice.shared == null ? of.excludeBaseline : shared === against ? [window] : []);
  const { metrics, traces, logs, topology } = telemetry;
  return {
    ...(topology && { topology }),
    ...(alert && { alerts: { name: "made", fetchAlerts: async () => [alert] } }),
    ...(metrics && {
      metrics: {
        name: metrics.name,
        fetchSeries: async (slice, options) =>
          (await metrics.fetchSeries(real(slice), options))
            .map((series) => {
              const indices = series.timesMs.flatMap((timeMs, at) => (kept(slice)(timeMs) ? [at] : []));
              return {
                ...series,
                timesMs: indices.map((at) => series.timesMs[at] ?? 0),
                values: indices.map((at) => series.values[at] ?? 0),
              };
            })
            .filter(({ timesMs }) => timesMs.length > 0),
      },
    }),
    ...(traces && {
      traces: {
        name: traces.name,
        fetchSpans: async (slice, options) =>
          (await traces.fetchSpans(real(slice), options)).filter(({ startUnixNano }) =>
            kept(slice)(nanosToMs(startUnixNano)),
          ),
      },
    }),
    ...(logs && { logs: { name: logs.name, openLogs: (slice, options) => logs.openLogs(real(slice), options) } }),
  };
}

/**
 * What a suite holds of times without a fault, as incidents of their own: an analysis of them should find nothing. Thirty-minute slices of long shared
 * recordings, each cut out of its own baseline; short shared recordings, against another one; and what lies before each alarm.
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

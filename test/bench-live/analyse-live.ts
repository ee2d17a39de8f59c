import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { predictCase, type Predicted } from "../../src/bench/predict/predict.ts";
import { knownIncidents } from "../../src/app/incidents/known-incidents.ts";
import { openLiveSystem } from "../../src/compose/live-system.ts";
import { openService } from "../../src/compose/open-service.ts";
import { openStores } from "../../src/compose/stores.ts";
import { webhookDoors } from "../../src/compose/webhooks.ts";
import { type Config, loadConfig } from "../../src/config.ts";
import { fileIncidents } from "../../src/connectors/files/incidents.ts";
import type { Incident } from "../../src/domain/incident.ts";
import type { AlertSource, IncidentStore, Telemetry } from "../../src/domain/ports.ts";
import { queryFor } from "../../src/domain/query.ts";
import { type Alert, Alert as AlertSchema, type Series } from "../../src/domain/telemetry.ts";
import { listen } from "../../src/http/listen.ts";
import { memorySource } from "../../src/telemetry/memory-source.ts";
import { importSamples } from "../servers/import-samples.ts";
import { startVictoriaMetrics } from "../servers/metrics-servers.ts";
import { alertmanagerPayload, labelsOf, samplesOf, serverName } from "./as-history.ts";

/** `plain`: of the folder as it is, without the alert that is posted where it has none. */
export type LiveResult = { live: Predicted; folder: Predicted; plain: Predicted };

const ALL_TIMES = { startMs: 0, endMs: Date.UTC(2100, 0) };
const LOOKAHEAD_MS = 30 * 60_000;
/** Between the end of a baseline that is moved before the incident, and the incident. */
const GAP_MS = 300_000;
const log = pino({ level: "silent" });

/**
 * Analyses one recorded incident twice: as its folder, and live. Logs, traces and changes come from the folder both
 * times.
 */
export const analyseBoth = (suite: string, caseId: string): Promise<LiveResult> =>
  withLiveIncident(suite, caseId, async ({ config, incidents, incidentId, folder }) => ({
    live: await predictCase(incidents, incidentId, config, log),
    folder: await predictCase(folder, caseId, config, log),
    plain: await predictCase(fileIncidents([suite]), caseId, config, log),
  }));

/** `folder`: the recording with the same alerts. */
export type LiveIncident = { config: Config; incidents: IncidentStore; incidentId: string; folder: IncidentStore };

/**
 * Makes a recorded incident a live one: its metrics are imported into an empty VictoriaMetrics, and its alert is posted
 * to the webhook of a service. A baseline of another time is moved right before the incident, as the history of the
 * server.
 */
export async function withLiveIncident<T>(
  suite: string,
  caseId: string,
  use: (incident: LiveIncident) => Promise<T>,
): Promise<T> {
  const recorded = fileIncidents([suite]);
  const incident = await recorded.getIncident(caseId);
  const telemetry = await recorded.openTelemetry(caseId);
  const server = await startVictoriaMetrics();
  const home = await mkdtemp(join(tmpdir(), "causeway-live-"));
  try {
    const own = await seriesOf(telemetry, null);
    const baseline = incident.baseline.shared === null ? [] : await seriesOf(telemetry, incident.baseline.shared);
    await importSamples(server.url, [
      ...samplesOf(baseline, startOf(own) - GAP_MS - endOf(baseline)),
      ...samplesOf(own),
    ]);
    const topology = join(suite, "cases", caseId, "topology.json");
    const config = loadConfig(
      { home, llm: false },
      {
        CAUSEWAY_PORT: "0",
        LOG_LEVEL: "silent",
        PROMETHEUS_URL: server.url,
        CAUSEWAY_DATA: home,
        ...(existsSync(topology) ? { CAUSEWAY_TOPOLOGY: topology } : {}),
      },
    );
    const service = await openService(config, { log, workers: 0 });
    const { url, close } = await listen(service, { config, log, doors: webhookDoors(config) });
    const alerts = await alertsOf(telemetry, incident);
    const incidentId = await post(url, alerts.slice(0, 1), caseId, expressionOf(incident));
    const stores = await openStores(config);
    const live = openLiveSystem(config, { otlp: null, now: Date.now });
    const known = knownIncidents(fileIncidents([]), stores.service, { entry: incident.entry, open: live.open });
    const others = telemetry
      .filter(({ signal }) => !["metric", "topology"].includes(signal))
      .map((source) => (source.signal === "alert" ? withoutAlert(source, alerts[0]) : source));
    const folder = withAlerts(recorded, telemetry, alerts);
    try {
      return await use({ config, incidents: withSources(known, others), incidentId, folder });
    } finally {
      await stores.close();
      await live.close();
      await close();
      await service.drain();
    }
  } finally {
    await server.stop();
    await rm(home, { recursive: true, force: true });
  }
}

async function seriesOf(telemetry: Telemetry, recording: string | null): Promise<Series[]> {
  const sources = telemetry.filter((source) => source.signal === "metric");
  const answers = await Promise.all(
    sources.map((source) => source.query(queryFor("metric", ALL_TIMES, { recording }))),
  );
  return answers.flatMap(({ data }) => data);
}
const startOf = (series: readonly Series[]): number =>
  series.reduce((least, { timesMs }) => Math.min(least, timesMs[0] ?? least), Number.POSITIVE_INFINITY);
const endOf = (series: readonly Series[]): number =>
  series.reduce((most, { timesMs }) => Math.max(most, timesMs.at(-1) ?? most), Number.NEGATIVE_INFINITY);

/** The alert that called first, then the others that fired by then. Without alerts, the title is one. */
async function alertsOf(telemetry: Telemetry, { alarmAtMs, title, entry, target }: Incident): Promise<Alert[]> {
  const sources = telemetry.filter((source) => source.signal === "alert");
  const answers = await Promise.all(sources.map((source) => source.query(queryFor("alert", ALL_TIMES))));
  const atMs = alarmAtMs ?? 0;
  const fired = answers
    .flatMap(({ data }) => data)
    .filter(({ timeUnixMs }) => timeUnixMs !== null && timeUnixMs <= atMs + LOOKAHEAD_MS)
    .toSorted((a, b) => Math.abs((a.timeUnixMs ?? 0) - atMs) - Math.abs((b.timeUnixMs ?? 0) - atMs));
  if (fired.length > 0) return fired;
  const entity = target?.entity ?? entry ?? title.slice(0, 200);
  return [AlertSchema.parse({ timeUnixMs: atMs, entity, name: title.slice(0, 200), message: title })];
}

const expressionOf = ({ target }: Incident): string | null => {
  if (target === null) return null;
  const labels = Object.entries(labelsOf(target.entity, "service")).map(
    ([name, value]) => `${name}=${JSON.stringify(value)}`,
  );
  return `${serverName(target.metric)}{${labels.join(",")}} > 0`;
};

/** A folder without alerts gets the one that is posted, so that both analyses know the same. */
const withAlerts = (store: IncidentStore, telemetry: Telemetry, alerts: readonly Alert[]): IncidentStore =>
  telemetry.some(({ signal }) => signal === "alert")
    ? store
    : withSources(store, [memorySource("alert", "alerts", async () => [...alerts])]);

/** The other alerts of the recording: the first one is posted. */
const withoutAlert = (source: AlertSource, posted: Alert | undefined): AlertSource => ({
  ...source,
  async query(query, options) {
    const { data, coverage } = await source.query(query, options);
    return {
      data: data.filter(
        ({ name, entity, timeUnixMs }) =>
          name !== posted?.name || entity !== posted.entity || timeUnixMs !== posted.timeUnixMs,
      ),
      coverage,
    };
  },
});

/** Posts alerts as one group. */
async function post(url: string, alerts: readonly Alert[], key: string, expression: string | null): Promise<string> {
  const answer = await fetch(`${url}/v1/webhooks/alertmanager`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(alertmanagerPayload(alerts, key, expression)),
  });
  const body = (await answer.json()) as { incident_id?: string | null };
  if (answer.ok && typeof body.incident_id === "string") return body.incident_id;
  throw new Error(`the webhook refused: HTTP ${answer.status} ${JSON.stringify(body)}`);
}

const withSources = (store: IncidentStore, more: Telemetry): IncidentStore => ({
  ...store,
  openTelemetry: async (incidentId) => [...(await store.openTelemetry(incidentId)), ...more],
});

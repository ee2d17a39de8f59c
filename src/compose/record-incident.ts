import { analyseOnce } from "../app/analyse-once.ts";
import type { Config } from "../config.ts";
import { openScenarioWriter } from "../connectors/files/scenario-writer.ts";
import type { Log } from "../domain/log.ts";
import type { IncidentStore } from "../domain/ports.ts";
import type { Report } from "../domain/report.ts";
import { fileIncidents } from "../connectors/files/incidents.ts";
import { telemetryRecorder } from "../telemetry/recorder.ts";
import { allIncidents } from "./incidents.ts";
import { openLiveSystem } from "./live-system.ts";
import { withScratchAgent } from "./scratch-agent.ts";
import { openStores } from "./stores.ts";

/** `files`: names of the files of the scenario folder. */
export type RecordedIncident = { report: Report; files: string[] };

/**
 * Analyses an incident once more, without memory, and writes what the analysis read as a scenario folder.
 *
 * @throws {IncidentError} NOT_FOUND; REJECTED if the folder has something in it; CONFIG, UNAVAILABLE
 */
export async function recordIncident(
  config: Config,
  incidentId: string,
  dir: string,
  log: Log,
): Promise<RecordedIncident> {
  const stores = await openStores(config);
  const live = openLiveSystem(config, { otlp: stores.otlp, now: Date.now });
  try {
    const recorded = fileIncidents(config.data);
    return await recordFrom(allIncidents(config, { recorded, service: stores.service, live }), {
      config,
      incidentId,
      dir,
      log,
    });
  } finally {
    await live.close();
    await stores.close();
  }
}

type RecordRequest = { config: Config; incidentId: string; dir: string; log: Log };

/** The same for an incident of any store. */
export async function recordFrom(
  incidents: IncidentStore,
  { config, incidentId, dir, log }: RecordRequest,
): Promise<RecordedIncident> {
  const incident = await incidents.getIncident(incidentId);
  const writer = await openScenarioWriter(dir);
  const recorder = telemetryRecorder(writer);
  const recording: IncidentStore = {
    ...incidents,
    openTelemetry: async (id) => recorder.record(await incidents.openTelemetry(id)),
  };
  const { report } = await withScratchAgent({ config, incidents: recording, memory: null, log }, (agent) =>
    analyseOnce(agent, incidentId),
  ).catch(async (error: unknown) => {
    await writer.discard();
    throw error;
  });
  return { report, files: await writer.finish(incident, recorder.read()) };
}

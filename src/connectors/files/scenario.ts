import { join } from "node:path";
import { IncidentError } from "../../domain/errors.ts";
import type { Incident } from "../../domain/incident.ts";
import type { Telemetry } from "../../domain/ports.ts";
import { Scenario } from "../../domain/scenario.ts";
import { CLUSTER_FOLDER, fileCluster, fileTopology, readDocument } from "./documents.ts";
import { fileAlerts, fileChanges, type PastAlerts } from "./events.ts";
import { findFile, openFolder, type RecordedFile, type RecordedFolder } from "./folder.ts";
import { fileLogs, hasLogs } from "./logs.ts";
import { fileRecords, signalsIn } from "./otlp-records.ts";
import { sourcesOfRecords } from "../otlp/sources.ts";
import type { MetadataCache } from "./metadata.ts";
import { fileMetrics } from "./metrics.ts";
import { PAST_ALERTS_FILE, PastAlertSets } from "./past-alert-file.ts";
import { type Recording, recordingOf } from "./recording.ts";
import { fileTraces } from "./traces.ts";

/** A scenario folder with its incident. `suiteRoot`: real path of the folder that holds its `shared/`. */
export type ScenarioFolder = { folder: RecordedFolder; suiteRoot: string };

const SCENARIO_FILE = "scenario.json";

/** @returns null if there is no scenario. @throws {IncidentError} REJECTED if it lies elsewhere. */
export async function openScenario(suiteRoot: string, dir: string): Promise<ScenarioFolder | null> {
  const folder = await openFolder(suiteRoot, dir);
  return folder?.names.includes(SCENARIO_FILE) ? { folder, suiteRoot } : null;
}

/** @throws {IncidentError} BAD_INPUT, naming the folder. */
export async function readIncident({ folder }: ScenarioFolder): Promise<Incident> {
  const file = await findFile(folder, SCENARIO_FILE);
  if (file) return readDocument({ ...file, origin: `${folder.dir}/${SCENARIO_FILE}` }, Scenario, {});
  throw new IncidentError("NOT_FOUND", `${folder.dir} holds no ${SCENARIO_FILE}`, {
    hint: "Give the folder of one scenario.",
  });
}

/**
 * One source for each signal that was recorded. A signal without a file has no source.
 *
 * @param past the alert sets of other recordings of the same system, if known.
 */
export async function openRecording(
  { folder, suiteRoot }: ScenarioFolder,
  asOfMs: number | null,
  metadata: MetadataCache,
  past: PastAlerts | null = null,
): Promise<Telemetry> {
  const recording = recordingOf(folder, suiteRoot, asOfMs, metadata);
  const has = async (name: string): Promise<boolean> => (await findFile(folder, name)) !== null;
  return [
    ...((await hasLogs(folder)) ? [fileLogs(recording)] : []),
    ...((await has("metrics.csv")) ? [fileMetrics(recording)] : []),
    ...((await has("traces.csv")) ? [fileTraces(recording)] : []),
    ...((await has("alerts.jsonl")) ? [fileAlerts(recording, (await pastOf(recording)) ?? past)] : []),
    ...((await has("changes.jsonl")) ? [fileChanges(recording)] : []),
    ...((await has("topology.json")) ? [fileTopology(recording)] : []),
    ...((await has("tool_cache.json")) || folder.names.includes(CLUSTER_FOLDER) ? [fileCluster(recording)] : []),
    ...(await otlpOf(recording)),
  ];
}

/** The past alerts that a recording of a live incident brings along; null if it has none. */
async function pastOf(recording: Recording): Promise<PastAlerts | null> {
  const file = await recording.find(PAST_ALERTS_FILE, null);
  return file && ((signal) => readDocument(file, PastAlertSets, { signal }));
}

const OTLP_FILE = /^(.+\.jsonl?)(?:\.gz|\.zst)?$/;

/** What a collector wrote: the files in `otlp/`. */
async function otlpOf(recording: Recording): Promise<Telemetry> {
  const files = async (shared: string | null): Promise<RecordedFile[]> => {
    const { root, dir, label } = await recording.folderOf(shared);
    const folder = await openFolder(root, join(dir, "otlp"), `${label}otlp/`);
    const names = new Set(folder?.names.flatMap((name) => OTLP_FILE.exec(name)?.[1] ?? []));
    const found = await Promise.all([...names].map((name) => folder && findFile(folder, name)));
    return found.filter((file) => file !== null);
  };
  const records = { name: "otlp", holds: "incident", files, asOfMs: recording.asOfMs, now: Date.now } as const;
  return sourcesOfRecords(fileRecords(records), await signalsIn(await files(null), Number.POSITIVE_INFINITY), null);
}

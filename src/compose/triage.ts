import { triageAlerts as triageWith, type TriageOptions } from "../app/triage.ts";
import type { Config } from "../config.ts";
import { readTopology } from "../connectors/files/documents.ts";
import { logFiles } from "../connectors/files/log-files.ts";
import type { TriageReport } from "../domain/triage.ts";
import { recordedScenario } from "./recorded.ts";
import { webhookDoors } from "./webhooks.ts";

/** Triage over the files of this machine. @throws {IncidentError} as the use case does */
export const triageAlerts = (config: Config, path: string, options: TriageOptions): Promise<TriageReport> =>
  triageWith(
    {
      openFile: logFiles.open,
      openScenario: recordedScenario,
      doors: webhookDoors(config),
      readTopology: (file, fetchOptions) => readTopology(file, fetchOptions.signal),
    },
    config,
    path,
    options,
  );

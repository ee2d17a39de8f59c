import { ChangesFile } from "./changes.ts";
import { AlertsFile } from "./alerts.ts";
import { existsSync } from "node:fs";
import { z } from "zod";
import { EmbeddingFile } from "./embedding.ts";
import { Milliseconds } from "./env.ts";
import { ExecutionFile } from "./execution.ts";
import { HttpFile } from "./http.ts";
import { MaskingFile } from "./masking.ts";
import { ModelFile } from "./model.ts";
import { ModelsFile } from "./model-plan.ts";
import { NotifyFile } from "./notify.ts";
import { OtlpFile } from "./otlp.ts";
import { OwnersFile } from "./owners.ts";
import { QdrantFile } from "./qdrant.ts";
import { RetentionFile } from "./retention.ts";
import { RunbooksFile } from "./runbooks.ts";
import { ServiceFile } from "./service.ts";
import { SlackFile } from "./slack.ts";
import { SOURCE_SECTIONS } from "./sources.ts";
import { WebFile } from "./web.ts";
import { WebhooksFile } from "./webhooks.ts";
import { readYamlFile } from "./yaml-file.ts";

export const LogLevel = z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]);

/** `config.yaml` in `CAUSEWAY_HOME`, or the file in `CAUSEWAY_CONFIG`. Unknown keys are errors: likely typos. */
export const ConfigFile = z.strictObject({
  data: z.union([z.string(), z.array(z.string())]).optional(),
  runbooks: RunbooksFile.optional(),
  logLevel: LogLevel.optional(),
  nodeTimeoutMs: Milliseconds.optional(),
  model: ModelFile.optional(),
  models: ModelsFile.optional(),
  embedding: EmbeddingFile.optional(),
  qdrant: QdrantFile.optional(),
  service: ServiceFile.optional(),
  http: HttpFile.optional(),
  web: WebFile.optional(),
  webhooks: WebhooksFile.optional(),
  slack: SlackFile.optional(),
  notify: NotifyFile.optional(),
  otlp: OtlpFile.optional(),
  masking: MaskingFile.optional(),
  retention: RetentionFile.optional(),
  owners: OwnersFile.optional(),
  alerts: AlertsFile.optional(),
  changes: ChangesFile.optional(),
  execution: ExecutionFile.optional(),
  ...SOURCE_SECTIONS,
});
export type ConfigFile = z.infer<typeof ConfigFile>;

/** @returns null when there is no file and none is required. @throws {IncidentError} CONFIG naming each wrong key. */
export const readConfigFile = (path: string, required: boolean): ConfigFile | null =>
  !required && !existsSync(path)
    ? null
    : readYamlFile(path, ConfigFile, {
        what: "the configuration file",
        hint: "Correct the file (docs/configuration.md lists its keys), or set CAUSEWAY_CONFIG to another one.",
      });

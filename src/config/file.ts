import { existsSync, readFileSync } from "node:fs";
import { parse as parseYaml } from "yaml";
import { z } from "zod";
import { IncidentError } from "../domain/errors.ts";
import { Milliseconds } from "./env.ts";
import { HttpFile } from "./http.ts";
import { ModelFile } from "./model.ts";
import { OwnersFile } from "./owners.ts";
import { QdrantFile } from "./qdrant.ts";
import { ServiceFile } from "./service.ts";
import { SlackFile } from "./slack.ts";
import { WebhooksFile } from "./webhooks.ts";

export const LogLevel = z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]);

/** `config.yaml` in the home folder, or where `CAUSEWAY_CONFIG` says. A key that nobody knows is refused: it is a typing error. */
export const ConfigFile = z.strictObject({
  data: z.union([z.string(), z.array(z.string())]).optional(),
  runbooks: z.union([z.string(), z.array(z.string())]).optional(),
  logLevel: LogLevel.optional(),
  nodeTimeoutMs: Milliseconds.optional(),
  model: ModelFile.optional(),
  qdrant: QdrantFile.optional(),
  service: ServiceFile.optional(),
  http: HttpFile.optional(),
  webhooks: WebhooksFile.optional(),
  slack: SlackFile.optional(),
  owners: OwnersFile.optional(),
});
export type ConfigFile = z.infer<typeof ConfigFile>;

/** @returns null where there is no file, and none is required. @throws {IncidentError} CONFIG naming each key that is wrong. */
export function readConfigFile(path: string, required: boolean): ConfigFile | null {
  if (!required && !existsSync(path)) return null;
  const fail = (why: string, cause: unknown): IncidentError =>
    new IncidentError("CONFIG", `the configuration file ${path} ${why}`, { hint: "Mend it, or point CAUSEWAY_CONFIG at another.", cause });
  let content: unknown;
  try {
    content = parseYaml(readFileSync(path, "utf8"), { logLevel: "silent" }) ?? {};
  } catch (cause) {
    throw fail("cannot be read", cause);
  }
  const parsed = ConfigFile.safeParse(content);
  if (!parsed.success) throw fail(`is not valid:\n${z.prettifyError(parsed.error)}`, parsed.error);
  return parsed.data;
}

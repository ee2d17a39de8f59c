import { z } from "zod";
import type { Env } from "../env.ts";
import { BACKEND_KEYS, type BackendConfig, backendFromEnv, readBackend } from "./settings.ts";

/** `datasources`: uids or names of the data sources to read; all that Causeway can read unless given. */
export const GrafanaFile = z.strictObject({
  kind: z.literal("grafana"),
  ...BACKEND_KEYS,
  datasources: z.array(z.string().min(1).max(200)).optional(),
});
type GrafanaFile = z.infer<typeof GrafanaFile>;

export type GrafanaConfig = BackendConfig & { kind: "grafana"; datasources: readonly string[] | null };

export const grafanaFromEnv = (env: Env): GrafanaFile | undefined => {
  const file = backendFromEnv(env, "GRAFANA");
  return file && { kind: "grafana", ...file };
};

export const readGrafana = (file: GrafanaFile, place: string): GrafanaConfig => ({
  kind: "grafana",
  ...readBackend(file, "grafana", place),
  datasources: file.datasources ?? null,
});

import { z } from "zod";
import type { Env } from "../env.ts";
import { BACKEND_KEYS, type BackendConfig, backendFromEnv, readBackend } from "./settings.ts";

/** `filters`: matchers such as `severity="critical"`; only alerts that match all of them are read. */
export const AlertmanagerFile = z.strictObject({
  kind: z.literal("alertmanager"),
  ...BACKEND_KEYS,
  filters: z.array(z.string().min(1).max(1_000)).optional(),
});
type AlertmanagerFile = z.infer<typeof AlertmanagerFile>;

export type AlertmanagerConfig = BackendConfig & { kind: "alertmanager"; filters: readonly string[] };

export const alertmanagerFromEnv = (env: Env): AlertmanagerFile | undefined => {
  const file = backendFromEnv(env, "ALERTMANAGER");
  return file && { kind: "alertmanager", ...file };
};

export const readAlertmanager = (file: AlertmanagerFile, place: string): AlertmanagerConfig => ({
  kind: "alertmanager",
  ...readBackend(file, "alertmanager", place),
  filters: file.filters ?? [],
});

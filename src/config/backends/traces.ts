import { z } from "zod";
import type { Env } from "../env.ts";
import { BACKEND_KEYS, type BackendConfig, backendFromEnv, readBackend } from "./settings.ts";

/** Jaeger, or a server with its query API. */
export const JaegerFile = z.strictObject({ kind: z.literal("jaeger"), ...BACKEND_KEYS });
/** Grafana Tempo. */
export const TempoFile = z.strictObject({ kind: z.literal("tempo"), ...BACKEND_KEYS });
type TracesFile = z.infer<typeof JaegerFile> | z.infer<typeof TempoFile>;

export type TracesConfig = BackendConfig & { kind: "jaeger" | "tempo" };

export const tracesFromEnv = (env: Env, kind: TracesConfig["kind"]): TracesFile | undefined => {
  const file = backendFromEnv(env, kind.toUpperCase());
  return file && { kind, ...file };
};

export const readTraces = (file: TracesFile, place: string): TracesConfig => ({
  kind: file.kind,
  ...readBackend(file, file.kind, place),
});

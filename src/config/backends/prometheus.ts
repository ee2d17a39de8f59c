import { z } from "zod";
import type { Env } from "../env.ts";
import { BACKEND_KEYS, type BackendConfig, backendFromEnv, readBackend } from "./settings.ts";

/** A server with Prometheus's HTTP API: Prometheus, VictoriaMetrics, Thanos, Mimir. */
export const PrometheusFile = z.strictObject({ kind: z.literal("prometheus"), ...BACKEND_KEYS });
type PrometheusFile = z.infer<typeof PrometheusFile>;

export type PrometheusConfig = BackendConfig & { kind: "prometheus" };

export const prometheusFromEnv = (env: Env): PrometheusFile | undefined => {
  const file = backendFromEnv(env, "PROMETHEUS");
  return file && { kind: "prometheus", ...file };
};

export const readPrometheus = (file: PrometheusFile, place: string): PrometheusConfig => ({
  kind: "prometheus",
  ...readBackend(file, "prometheus", place),
});

import { z } from "zod";
import type { Env } from "../env.ts";
import { readPages, SHORT_LINK_KEYS } from "./links.ts";
import { BACKEND_KEYS, type BackendConfig, backendFromEnv, readBackend } from "./settings.ts";

/** `labels`: labels that name entities, and the kind of entity. */
const PROMETHEUS_KEYS = {
  labels: z
    .record(z.string().min(1).max(200), z.string().regex(/^[a-z][a-z0-9_-]{0,63}$/, "a kind such as service"))
    .optional(),
  ...SHORT_LINK_KEYS,
} as const;

/** A server with Prometheus's HTTP API: Prometheus, VictoriaMetrics, Thanos, Mimir. */
export const PrometheusFile = z.strictObject({ kind: z.literal("prometheus"), ...BACKEND_KEYS, ...PROMETHEUS_KEYS });
type PrometheusFile = z.infer<typeof PrometheusFile>;

export type PrometheusConfig = BackendConfig & {
  kind: "prometheus";
  labels: readonly { label: string; kind: string }[];
};

export const prometheusFromEnv = (env: Env): PrometheusFile | undefined => {
  const file = backendFromEnv(env, "PROMETHEUS");
  return file && { kind: "prometheus", ...file };
};

export const readPrometheus = (file: PrometheusFile, place: string): PrometheusConfig => ({
  kind: "prometheus",
  ...readBackend(file, "prometheus", place),
  labels: Object.entries(file.labels ?? {}).map(([label, kind]) => ({ label, kind })),
  pages: readPages(file.links, file.link),
});

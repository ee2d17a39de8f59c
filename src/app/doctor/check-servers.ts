import type { Config } from "../../config.ts";
import type { MemoryStore } from "../../domain/memory.ts";
import type { ServiceStore } from "../../domain/service-store.ts";
import type { CheckResult } from "./check.ts";

/** A request to a server whose status shows whether it works. `setting`: the one that holds its address. */
export type ProbeRequest = {
  url: string;
  label: string;
  setting: string;
  timeoutMs: number;
  method?: "GET" | "POST";
  headers?: Readonly<Record<string, string>>;
  json?: unknown;
  signal: AbortSignal;
};

export type ServerPorts = {
  openMemory(): Promise<MemoryStore>;
  /** Opens the store and the queue, like every start. */
  openStore(): Promise<{
    service: Pick<ServiceStore, "ping" | "countQueued" | "deadLetters">;
    close(): Promise<void>;
  }>;
  /** The status of the answer. @throws {IncidentError} UNAVAILABLE, REJECTED */
  probe(request: ProbeRequest): Promise<number>;
};

export const PROBE_PATIENCE_MS = 5_000;
const MAX_DEAD_LETTERS = 1_000;

/** Fails as well when the memory was filled with another embedding model. */
export async function checkMemory({ openMemory }: ServerPorts): Promise<CheckResult> {
  const store = await openMemory();
  try {
    const { count, model } = await store.describe();
    return { state: "ok", detail: `${count} documents in ${store.name}, embedded by ${model.name} ${model.version}` };
  } finally {
    await store.close();
  }
}

export async function checkStore(
  { openStore }: ServerPorts,
  { home, service: { databaseUrl } }: Config,
): Promise<CheckResult> {
  const { service, close } = await openStore();
  try {
    const startedMs = performance.now();
    await service.ping();
    const where = databaseUrl === null ? `SQLite in ${home}` : `Postgres at ${new URL(databaseUrl).host}`;
    const answered = `${where} answers in ${(performance.now() - startedMs).toFixed(0)} ms`;
    const queued = await service.countQueued();
    const dead = (await service.deadLetters(MAX_DEAD_LETTERS)).length;
    const waiting = `${answered}; ${queued} analyses are queued`;
    if (dead === 0) return { state: "ok", detail: waiting };
    return {
      state: "warning",
      detail:
        `${waiting}, ${dead} failed too often. GET /v1/dead-letters lists them with the reason; ` +
        "POST /v1/dead-letters/<analysis-id>/retry tries one again",
    };
  } finally {
    await close();
  }
}

/** Sends an empty trace to the collector. */
export async function checkTracing(
  { probe }: ServerPorts,
  { tracing }: Config,
  signal: AbortSignal,
): Promise<CheckResult> {
  if (tracing === null) return { state: "ok", detail: "off: OTEL_EXPORTER_OTLP_ENDPOINT is not set" };
  const status = await probe({
    url: `${tracing.endpoint.replace(/\/+$/, "")}/v1/traces`,
    label: "The trace collector",
    setting: "OTEL_EXPORTER_OTLP_ENDPOINT",
    timeoutMs: PROBE_PATIENCE_MS,
    method: "POST",
    headers: tracing.headers,
    json: { resourceSpans: [] },
    signal,
  });
  const isRefused = status === 401 || status === 403 || status === 404;
  return {
    state: isRefused ? "broken" : "ok",
    detail:
      `${new URL(tracing.endpoint).origin}: HTTP ${status}` +
      (isRefused
        ? ", the collector refuses traces; check OTEL_EXPORTER_OTLP_ENDPOINT and OTEL_EXPORTER_OTLP_HEADERS"
        : ""),
  };
}

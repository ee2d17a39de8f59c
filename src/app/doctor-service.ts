import type { Config } from "../config.ts";
import { probeHttp } from "../connectors/http-probe.ts";
import { openStores } from "../compose/stores.ts";

/** What a look at one thing showed. */
export type Found = { state: "ok" | "warning" | "broken"; detail: string };
const PATIENCE_MS = 5_000;

/** Opens what is kept, as every start does, and asks it. */
export async function store(config: Config): Promise<Found> {
  const stores = await openStores(config);
  try {
    await stores.openQueue({ works: false });
    const startedMs = performance.now();
    await stores.service.ping();
    const where =
      config.service.databaseUrl === null
        ? `SQLite in ${config.home}`
        : `Postgres at ${new URL(config.service.databaseUrl).host}`;
    const answered = `${where} answers in ${(performance.now() - startedMs).toFixed(0)} ms`;
    const [queued, dead] = [await stores.service.countQueued(), (await stores.service.deadLetters(1_000)).length];
    if (dead === 0) return { state: "ok", detail: `${answered}; ${queued} analyses wait` };
    return {
      state: "warning",
      detail: `${answered}; ${queued} analyses wait, ${dead} were given up: GET /v1/dead-letters says why, and tries them again`,
    };
  } finally {
    await stores.close();
  }
}

/** Whether anything listens where traces go: an empty lot of them is taken, or refused, by whoever does. */
export async function tracing({ tracing: configured, proxy }: Config, signal: AbortSignal): Promise<Found> {
  if (configured === null) return { state: "ok", detail: "off: OTEL_EXPORTER_OTLP_ENDPOINT is not set" };
  const { origin } = new URL(configured.endpoint);
  const url = `${configured.endpoint.replace(/\/+$/, "")}/v1/traces`;
  const target = { url, label: "The trace collector", setting: "OTEL_EXPORTER_OTLP_ENDPOINT", timeoutMs: PATIENCE_MS };
  const empty = { method: "POST", headers: configured.headers, json: { resourceSpans: [] } } as const;
  const status = await probeHttp({ ...target, ...empty, signal }, proxy);
  const isRefused = status === 401 || status === 403 || status === 404;
  return {
    state: isRefused ? "broken" : "ok",
    detail: `${origin}: HTTP ${status}${isRefused ? ", it takes no traces from us: check address and OTEL_EXPORTER_OTLP_HEADERS" : ""}`,
  };
}

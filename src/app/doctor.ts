import { access, constants } from "node:fs/promises";
import type { Config } from "../config.ts";
import { IncidentError, messageOf } from "../domain/errors.ts";
import type { MemoryStore } from "../domain/memory.ts";
import type {
  AnySource,
  FetchOptions,
  IncidentStore,
  Problem,
  RunbookSource,
  SourceHealth,
  Telemetry,
} from "../domain/ports.ts";
import { span } from "../domain/phrasing.ts";
import type { ServiceStore } from "../domain/service-store.ts";
import type { Topology } from "../domain/telemetry.ts";

/** The result of one check. */
export type CheckResult = { state: "ok" | "warning" | "broken"; detail: string };
export type Check = CheckResult & { name: string };

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

export type DoctorPorts = {
  /** Creates the home folder if needed. @throws {IncidentError} CONFIG */
  makeHome(path: string): Promise<void>;
  recorded: Pick<IncidentStore, "listIncidents">;
  runbooks: RunbookSource;
  readTopology(file: string, options: FetchOptions): Promise<Topology>;
  /** The live sources that the configuration names. */
  sources: Telemetry;
  openMemory(): Promise<MemoryStore>;
  /** Opens the store and the queue, like every start. */
  openStore(): Promise<{
    service: Pick<ServiceStore, "ping" | "countQueued" | "deadLetters">;
    close(): Promise<void>;
  }>;
  /** The status of the answer. @throws {IncidentError} UNAVAILABLE, REJECTED */
  probe(request: ProbeRequest): Promise<number>;
};

const OLDEST_NODE = [22, 18] as const;
const PROBE_PATIENCE_MS = 5_000;
const MAX_DEAD_LETTERS = 1_000;
/** A smaller difference of clocks is the network's delay. */
const MIN_SKEW_MS = 5_000;

const explain = (error: unknown): string =>
  error instanceof IncidentError ? `${error.message} (${error.hint})` : messageOf(error);

async function check(name: string, run: () => Promise<CheckResult>): Promise<Check> {
  try {
    return { name, ...(await run()) };
  } catch (error) {
    return { name, state: "broken", detail: explain(error) };
  }
}

/** Checks everything that an analysis needs. Never throws: a failed check is part of the answer. */
export const examine = (ports: DoctorPorts, config: Config, signal: AbortSignal): Promise<Check[]> =>
  Promise.all([
    check("node", checkNode),
    check("home", () => checkHome(ports, config)),
    check("data", () => checkData(ports, config)),
    check("runbooks", () => checkRunbooks(ports, config)),
    check("topology", () => checkTopology(ports, config, signal)),
    ...ports.sources
      .filter((source) => source.signal !== "topology")
      .map((source) => check(`${source.name} ${source.signal}`, () => checkSource(source, signal))),
    check("memory", () => checkMemory(ports)),
    check("model", () => checkModel(ports, config, signal)),
    check("store", () => checkStore(ports, config)),
    check("tracing", () => checkTracing(ports, config, signal)),
  ]);

async function checkNode(): Promise<CheckResult> {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const isNew = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
  const needed = isNew ? "" : `; Causeway needs ${OLDEST_NODE.join(".")} or later`;
  return { state: isNew ? "ok" : "broken", detail: `${process.version}${needed}` };
}

async function checkHome({ makeHome }: DoctorPorts, { home }: Config): Promise<CheckResult> {
  await makeHome(home);
  await access(home, constants.W_OK | constants.R_OK | constants.X_OK);
  return { state: "ok", detail: `${home} is writable` };
}

async function checkData({ recorded }: DoctorPorts, { data: dirs }: Config): Promise<CheckResult> {
  const listed = await recorded.listIncidents();
  const unreadable = listed.filter(({ title }) => title.startsWith("cannot be read"));
  const [first] = unreadable;
  if (first)
    return {
      state: "broken",
      detail: `${unreadable.length} of ${listed.length} incidents are unreadable; ${first.id}: ${first.title}`,
    };
  return { state: listed.length > 0 ? "ok" : "warning", detail: `${listed.length} incidents in ${dirs.join(", ")}` };
}

async function checkRunbooks(
  { runbooks }: DoctorPorts,
  { runbooks: dirs, runbookUrls: urls }: Config,
): Promise<CheckResult> {
  const problems: Problem[] = [];
  const usable = await runbooks.listRunbooks({ onProblem: (problem) => problems.push(problem) });
  const [first] = problems;
  if (first)
    return {
      state: "broken",
      detail: `${problems.length} problems, ${usable.length} runbooks are usable; ${first.source}: ${first.what}`,
    };
  const pages = urls.length === 0 ? "" : `; runbook links in alerts are followed below ${urls.join(", ")}`;
  return {
    state: usable.length > 0 ? "ok" : "warning",
    detail: `${usable.length} runbooks in ${dirs.join(", ")}${pages}`,
  };
}

/** `serve` does not start without a configured topology file, so a missing one is broken. */
async function checkTopology(
  { readTopology }: DoctorPorts,
  { topology }: Config,
  signal: AbortSignal,
): Promise<CheckResult> {
  if (topology === null) return { state: "ok", detail: "not configured; alerts are grouped without call edges" };
  const { nodes, edges } = await readTopology(topology.file, { signal });
  return {
    state: edges.length > 0 ? "ok" : "warning",
    detail: `${nodes.length} nodes, ${edges.length} edges in ${topology.file}`,
  };
}

/** Asks a live source for a little data, or for what it holds. */
async function checkSource(source: AnySource, signal: AbortSignal): Promise<CheckResult> {
  if (source.check !== undefined) return healthResult(await source.check({ signal }), Date.now());
  const { entities, names } = await source.metadata(
    { range: null, recording: null, fields: ["entities", "names"] },
    { signal },
  );
  const isEmpty = entities.length + names.length === 0;
  return {
    state: isEmpty ? "warning" : "ok",
    detail: `answers; lists ${entities.length} entities, ${names.length} names`,
  };
}

function healthResult(
  { hasData, sample, newestMs, clockSkewMs, tenant, advice }: SourceHealth,
  nowMs: number,
): CheckResult {
  const facts = [
    hasData ? `returned data: ${sample ?? ""}` : "answers, but returned no data",
    newestMs === null ? null : `newest record ${span(nowMs - newestMs)} old`,
    tenant === null ? null : `tenant ${tenant}`,
    clockSkewMs === null || Math.abs(clockSkewMs) < MIN_SKEW_MS
      ? null
      : `its clock is ${span(Math.abs(clockSkewMs))} ${clockSkewMs > 0 ? "ahead" : "behind"}`,
  ].filter((fact) => fact !== null);
  return {
    state: hasData && advice.length === 0 ? "ok" : "warning",
    detail: [facts.join("; "), ...advice].join(". "),
  };
}

/** Fails as well when the memory was filled with another embedding model. */
async function checkMemory({ openMemory }: DoctorPorts): Promise<CheckResult> {
  const store = await openMemory();
  try {
    const { count, model } = await store.describe();
    return { state: "ok", detail: `${count} documents in ${store.name}, embedded by ${model.name} ${model.version}` };
  } finally {
    await store.close();
  }
}

/** Only whether the server answers and accepts the key: a completion would cost money. */
async function checkModel({ probe }: DoctorPorts, { model }: Config, signal: AbortSignal): Promise<CheckResult> {
  if (model === null) return { state: "ok", detail: "not configured; reports are written without a model" };
  const url = new URL(model.baseUrl);
  url.pathname = `${url.pathname.replace(/\/+$/, "")}/models`;
  const status = await probe({
    url: url.href,
    label: "The model's server",
    setting: "OPENAI_BASE_URL",
    timeoutMs: PROBE_PATIENCE_MS,
    headers: model.apiKey === null ? {} : { authorization: `Bearer ${model.apiKey}` },
    signal,
  });
  const isRefused = status === 401 || status === 403;
  return {
    state: isRefused ? "broken" : "ok",
    detail:
      `${model.name} at ${url.origin}${url.pathname}: HTTP ${status}` +
      (isRefused ? ", the server refuses the key; check OPENAI_API_KEY" : ""),
  };
}

async function checkStore(
  { openStore }: DoctorPorts,
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
async function checkTracing({ probe }: DoctorPorts, { tracing }: Config, signal: AbortSignal): Promise<CheckResult> {
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

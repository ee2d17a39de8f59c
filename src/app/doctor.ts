import { access, constants } from "node:fs/promises";
import type { Config } from "../config.ts";
import { topologyAt } from "../connectors/files/documents.ts";
import { fileIncidents } from "../connectors/files/incidents.ts";
import { probeHttp } from "../connectors/http-probe.ts";
import { fileRunbooks } from "../connectors/files/runbooks.ts";
import { IncidentError, messageOf } from "../domain/errors.ts";
import type { Problem } from "../domain/ports.ts";
import { readRunbook } from "../remediation/runbook.ts";
import { type Found, store, tracing } from "./doctor-service.ts";
import { makeHome } from "../compose/make-home.ts";
import { openMemory } from "../compose/memory.ts";

export type Check = Found & { name: string };

const OLDEST_NODE = [22, 18] as const;
const MODEL_TIMEOUT_MS = 5_000;

const why = (error: unknown): string =>
  error instanceof IncidentError ? `${error.message} (${error.hint})` : messageOf(error);

async function check(name: string, look: () => Promise<Found>): Promise<Check> {
  try {
    return { name, ...(await look()) };
  } catch (error) {
    return { name, state: "broken", detail: why(error) };
  }
}

async function node(): Promise<Found> {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const isNew = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
  return { state: isNew ? "ok" : "broken", detail: `${process.version}, at least ${OLDEST_NODE.join(".")} is needed` };
}

async function home({ home: path }: Config): Promise<Found> {
  await makeHome(path);
  await access(path, constants.W_OK | constants.R_OK | constants.X_OK);
  return { state: "ok", detail: `${path} can be written` };
}

async function data({ data: dirs }: Config): Promise<Found> {
  const listed = await fileIncidents(dirs).listIncidents();
  const unreadable = listed.filter(({ title }) => title.startsWith("cannot be read"));
  const [first] = unreadable;
  if (first)
    return {
      state: "broken",
      detail: `${unreadable.length} of ${listed.length} incidents are unreadable; ${first.id}: ${first.title}`,
    };
  return { state: listed.length > 0 ? "ok" : "warning", detail: `${listed.length} incidents in ${dirs.join(", ")}` };
}

async function runbooks({ runbooks: dirs, runbookUrls: urls }: Config): Promise<Found> {
  const problems: Problem[] = [];
  const read = await fileRunbooks(dirs, readRunbook).listRunbooks({ onProblem: (problem) => problems.push(problem) });
  const [first] = problems;
  if (first)
    return {
      state: "broken",
      detail: `${problems.length} problems, ${read.length} runbooks are usable; ${first.source}: ${first.what}`,
    };
  const pages = urls.length === 0 ? "" : `; pages that alerts point to are read below ${urls.join(", ")}`;
  return { state: read.length > 0 ? "ok" : "warning", detail: `${read.length} runbooks in ${dirs.join(", ")}${pages}` };
}

/** Who calls whom: `serve` does not begin without the file that is named. */
async function topology({ topology: configured }: Config, signal: AbortSignal): Promise<Found> {
  if (configured === null) return { state: "ok", detail: "not configured; alerts are grouped without it" };
  const { nodes, edges } = await topologyAt(configured.file).fetchTopology({ signal });
  return {
    state: edges.length > 0 ? "ok" : "warning",
    detail: `${nodes.length} nodes, ${edges.length} edges in ${configured.file}`,
  };
}

/** Also that it was filled with the embedding model in force. */
async function memory(config: Config): Promise<Found> {
  const { store } = await openMemory(config);
  try {
    const {
      count,
      model: { name: embedding, version },
    } = await store.describe();
    return { state: "ok", detail: `${count} documents in ${store.name}, embedded by ${embedding} ${version}` };
  } finally {
    await store.close();
  }
}

/** Any answer of the server will do: whether it likes the key, only using it tells, and that costs money. */
async function model({ model: configured, proxy }: Config, signal: AbortSignal): Promise<Found> {
  if (configured === null) return { state: "ok", detail: "none is configured; the deterministic writer is used" };
  const url = new URL(configured.baseUrl);
  url.pathname = `${url.pathname.replace(/\/+$/, "")}/models`;
  const headers = configured.apiKey === null ? {} : { authorization: `Bearer ${configured.apiKey}` };
  const place = url.origin + url.pathname;
  const target = {
    url: url.href,
    label: "The model's server",
    setting: "OPENAI_BASE_URL",
    timeoutMs: MODEL_TIMEOUT_MS,
  };
  const status = await probeHttp({ ...target, headers, signal }, proxy);
  const refused = status === 401 || status === 403;
  return {
    state: refused ? "broken" : "ok",
    detail: `${configured.name} at ${place}: HTTP ${status}${refused ? ", the key is refused" : ""}`,
  };
}

/** Checks everything that an analysis needs. Never throws: what is broken is said in the answer. */
export const examine = (config: Config, signal: AbortSignal): Promise<Check[]> =>
  Promise.all([
    check("node", node),
    check("home", () => home(config)),
    check("data", () => data(config)),
    check("runbooks", () => runbooks(config)),
    check("topology", () => topology(config, signal)),
    check("memory", () => memory(config)),
    check("model", () => model(config, signal)),
    check("store", () => store(config)),
    check("tracing", () => tracing(config, signal)),
  ]);

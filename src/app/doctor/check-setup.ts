import { access, constants, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Config } from "../../config.ts";
import type { FetchOptions, IncidentStore, Problem, RunbookSource } from "../../domain/ports.ts";
import type { Topology } from "../../domain/telemetry.ts";
import type { PageLibrary } from "../../memory/pages/page-library.ts";
import type { CheckResult } from "./check.ts";

export type SetupPorts = {
  /** Creates the home folder if needed. @throws {IncidentError} CONFIG */
  makeHome(path: string): Promise<void>;
  /** @throws {IncidentError} UNAVAILABLE if the disk of the home folder is full */
  requireSpace(home: string): Promise<void>;
  recorded: Pick<IncidentStore, "listIncidents">;
  runbooks: RunbookSource;
  /** The team's own pages; undefined if no folder is configured. */
  library: PageLibrary | undefined;
  readTopology(file: string, options: FetchOptions): Promise<Topology>;
};

const OLDEST_NODE = [22, 18] as const;

export async function checkNode(): Promise<CheckResult> {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const isNew = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
  const needed = isNew ? "" : `; Causeway needs ${OLDEST_NODE.join(".")} or later`;
  return { state: isNew ? "ok" : "broken", detail: `${process.version}${needed}` };
}

export async function checkHome({ makeHome, requireSpace }: SetupPorts, { home }: Config): Promise<CheckResult> {
  await makeHome(home);
  await requireSpace(home);
  await access(home, constants.W_OK | constants.R_OK | constants.X_OK);
  const open = await readableByOthers(home);
  return open.length === 0
    ? { state: "ok", detail: `${home} is writable, and only its owner can read it` }
    : {
        state: "warning",
        detail: `others can read ${open.slice(0, 3).join(", ")}: run \`chmod -R go-rwx ${home}\`, or move the home folder`,
      };
}

const FOR_OTHERS = 0o077;

/** The home folder and its files that somebody besides the owner may read or write. */
async function readableByOthers(home: string): Promise<string[]> {
  if (process.platform === "win32") return [];
  const files = (await readdir(home)).filter((name) => /\.(?:db|db-wal|db-shm|key|vault)$/.test(name));
  const paths = [home, ...files.map((name) => join(home, name))];
  const modes = await Promise.all(paths.map(async (path) => (await stat(path).catch(() => null))?.mode ?? 0));
  return paths.filter((_, at) => ((modes[at] ?? 0) & FOR_OTHERS) !== 0);
}

export async function checkData({ recorded }: SetupPorts, { data: dirs }: Config): Promise<CheckResult> {
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

export async function checkRunbooks(
  { runbooks }: SetupPorts,
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

const NAMED_PROBLEMS = 3;

/** How many pages were read, and which could not be. */
export async function checkPages(
  { library }: SetupPorts,
  { runbookPages: dirs }: Config,
  signal: AbortSignal,
): Promise<CheckResult> {
  if (library === undefined)
    return { state: "ok", detail: "not configured; set CAUSEWAY_RUNBOOK_PAGES to folders of your own pages" };
  const problems: Problem[] = [];
  const { parts } = await library.open({ signal, onProblem: (problem) => problems.push(problem) });
  const named = problems.slice(0, NAMED_PROBLEMS).map(({ source, what }) => `${source}: ${what}`);
  const rest = problems.length > named.length ? `; and ${problems.length - named.length} more` : "";
  return {
    state: parts.length > 0 && problems.length === 0 ? "ok" : "warning",
    detail: `${parts.length} pages in ${dirs.join(", ")}${problems.length === 0 ? "" : `; ${named.join("; ")}${rest}`}`,
  };
}

/** `serve` does not start without a configured topology file, so a missing one is broken. */
export async function checkTopology(
  { readTopology }: SetupPorts,
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

import { join } from "node:path";
import { z } from "zod";
import { IncidentError } from "../../domain/errors.ts";
import { cappedAt, coverageFor, NO_METADATA } from "../../domain/answer.ts";
import type { Capabilities, FetchOptions, Problem, TelemetrySource } from "../../domain/ports.ts";
import { selectCalls } from "../../domain/query-match.ts";
import type { TelemetryQuery } from "../../domain/query.ts";
import { type ClusterAnswer, Topology } from "../../domain/telemetry.ts";
import { readClusterFiles } from "./cluster-files.ts";
import { readBytes } from "./bytes.ts";
import { codingOf, type RecordedFile } from "./folder.ts";
import { parseJson } from "./jsonl.ts";
import { fileProblems } from "./problems.ts";
import type { Recording } from "./recording.ts";

/** Bytes of a document that is parsed in one piece. */
const MAX_DOCUMENT_BYTES = 128 * 1024 * 1024;
/** The folder of an incident with what people have of its cluster. */
export const CLUSTER_FOLDER = "cluster";
const ToolCache = z.record(z.string(), z.unknown());
const ToolArgs = z.record(z.string(), z.unknown());

const TOPOLOGY_CAPABILITIES: Capabilities = { holds: "system", filters: ["range"], metadata: ["entities", "names"] };
const CLUSTER_CAPABILITIES: Capabilities = {
  holds: "incident",
  filters: ["range", "names", "limit"],
  metadata: ["names"],
};

/** Reads `topology.json`. It has no times, so it matches every range. */
export const fileTopology = (recording: Recording): TelemetrySource<"topology"> =>
  topologySource(async (signal, query) => {
    const file = await recording.find("topology.json", query?.recording ?? null);
    return file === null ? { nodes: [], edges: [] } : readDocument(file, Topology, { signal });
  });

/** A source for any file in the form of `topology.json`; plain, `.gz` or `.zst`. Each query reads it again. */
export const topologyAt = (path: string): TelemetrySource<"topology"> => {
  const file = { path, origin: `the topology in ${path}`, coding: codingOf(path) };
  return topologySource((signal) => readDocument(file, Topology, { signal }));
};

/** Reads only the topology from a file. @throws {IncidentError} as `readDocument` */
export const readTopology = (path: string, signal?: AbortSignal): Promise<Topology> =>
  readDocument({ path, origin: `the topology in ${path}`, coding: codingOf(path) }, Topology, { signal });

const topologySource = (
  read: (signal: AbortSignal | undefined, query: TelemetryQuery | null) => Promise<Topology>,
): TelemetrySource<"topology"> => ({
  name: "files",
  signal: "topology",
  capabilities: TOPOLOGY_CAPABILITIES,
  async query(query, { signal } = {}) {
    const data = await read(signal, query);
    const coverage = coverageFor({ name: "files", capabilities: TOPOLOGY_CAPABILITIES }, query);
    return { data, coverage: { ...coverage, returned: data.edges.length } };
  },
  async metadata(_request, { signal } = {}) {
    const { nodes, edges } = await read(signal, null);
    return { ...NO_METADATA, entities: nodes, names: [...new Set(edges.map(({ kind }) => kind))].toSorted() };
  },
});

/**
 * `tool_cache.json`: `{"Tool:{json args}": "its output"}`, and the files of the folder `cluster/`: pasted output of
 * kubectl, dumps, support bundles. Answers are in file order. A query selects by tool.
 */
export const fileCluster = (recording: Recording): TelemetrySource<"cluster"> => ({
  name: "files",
  signal: "cluster",
  capabilities: CLUSTER_CAPABILITIES,
  async query(query, { signal } = {}) {
    const coverage = coverageFor({ name: "files", capabilities: CLUSTER_CAPABILITIES }, query);
    const all = await readTools(recording, query.recording, coverage.problems, signal);
    const { selected, isCapped } = selectCalls(all, query);
    if (isCapped) coverage.gaps.push(cappedAt(query));
    return { data: selected, coverage: { ...coverage, returned: selected.length } };
  },
  async metadata(request, { signal } = {}) {
    const answers = await readTools(recording, request.recording, [], signal);
    return { ...NO_METADATA, names: [...new Set(answers.map(({ tool }) => tool))].toSorted() };
  },
});

async function readTools(
  recording: Recording,
  shared: string | null,
  found: Problem[],
  signal: AbortSignal | undefined,
): Promise<ClusterAnswer[]> {
  const folder = await recording.folderOf(shared);
  const files = folder.names.includes(CLUSTER_FOLDER)
    ? await readClusterFiles(join(folder.dir, CLUSTER_FOLDER), CLUSTER_FOLDER, (problem) => found.push(problem), {
        signal,
      })
    : [];
  return [...(await readToolCache(recording, shared, found, signal)), ...files];
}

async function readToolCache(
  recording: Recording,
  shared: string | null,
  found: Problem[],
  signal: AbortSignal | undefined,
): Promise<ClusterAnswer[]> {
  const file = await recording.find("tool_cache.json", shared);
  if (file === null) return [];
  const problems = fileProblems(file.origin, (problem) => found.push(problem));
  const answers = Object.entries(await readDocument(file, ToolCache, { signal })).flatMap(
    ([call, text]): ClusterAnswer[] => {
      const colon = call.indexOf(":");
      const tool = colon === -1 ? call : call.slice(0, colon);
      const args = ToolArgs.safeParse(colon === -1 ? {} : parseJson(call.slice(colon + 1)));
      if (args.success)
        return [{ tool, args: args.data, text: typeof text === "string" ? text : JSON.stringify(text) }];
      problems.add("the arguments of a tool call are not a JSON object; the call was skipped", null, call.slice(0, 80));
      return [];
    },
  );
  problems.close();
  return answers;
}

/** @throws {IncidentError} BAD_INPUT if the file is cut off, too long, not JSON, or has invalid content. */
export async function readDocument<T>(file: RecordedFile, schema: z.ZodType<T>, { signal }: FetchOptions): Promise<T> {
  const refuse = (why: string, cause?: unknown): IncidentError =>
    new IncidentError("BAD_INPUT", `${file.origin}: ${why}`, { hint: "Correct or remove this file.", cause });
  const found: string[] = [];
  const problems = fileProblems(file.origin, ({ what }) => found.push(what));
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of readBytes(file, problems, signal)) {
    bytes += chunk.length;
    if (bytes > MAX_DOCUMENT_BYTES) throw refuse(`longer than ${MAX_DOCUMENT_BYTES / 1024 / 1024} MiB`);
    chunks.push(chunk);
  }
  if (found.length > 0) throw refuse(found.join("; "));
  const text = Buffer.concat(chunks)
    .toString("utf8")
    .replace(/^\uFEFF/, "");
  const json = parseJson(text);
  if (json === undefined) throw refuse(text.trim() === "" ? "empty" : "not JSON");
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw refuse(`is not valid:\n${z.prettifyError(parsed.error)}`, parsed.error);
}

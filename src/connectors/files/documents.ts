import { z } from "zod";
import { IncidentError } from "../../domain/errors.ts";
import type { ClusterSource, FetchOptions, TopologySource } from "../../domain/ports.ts";
import { type ClusterAnswer, Topology } from "../../domain/telemetry.ts";
import { readBytes } from "./bytes.ts";
import { codingOf, type RecordedFile } from "./folder.ts";
import { parseJson } from "./jsonl.ts";
import { fileProblems } from "./problems.ts";
import type { Recording } from "./recording.ts";

/** Bytes of a document that is parsed in one piece. */
const MAX_DOCUMENT_BYTES = 128 * 1024 * 1024;
const ToolCache = z.record(z.string(), z.unknown());
const ToolArgs = z.record(z.string(), z.unknown());

/** `topology.json`. */
export const fileTopology = (recording: Recording): TopologySource => ({
  name: "files",
  async fetchTopology(options = {}) {
    const file = await recording.find("topology.json", {});
    return file === null ? { nodes: [], edges: [] } : readDocument(file, Topology, options);
  },
});

/** One file in the form of `topology.json`, wherever it lies; plain, `.gz` or `.zst`. Read anew each time it is asked for. */
export const topologyAt = (path: string): TopologySource => ({
  name: "files",
  fetchTopology: (options = {}) =>
    readDocument({ path, origin: `the topology in ${path}`, coding: codingOf(path) }, Topology, options),
});

/** `tool_cache.json`: `{"Tool:{json args}": "what it printed"}`. Answers in file order. */
export const fileCluster = (recording: Recording): ClusterSource => ({
  name: "files",
  async fetchAnswers(options = {}) {
    const file = await recording.find("tool_cache.json", {});
    if (file === null) return [];
    const problems = fileProblems(file.origin, options.onProblem);
    const answers = Object.entries(await readDocument(file, ToolCache, options)).flatMap(
      ([call, text]): ClusterAnswer[] => {
        const colon = call.indexOf(":");
        const tool = colon === -1 ? call : call.slice(0, colon);
        const args = ToolArgs.safeParse(colon === -1 ? {} : parseJson(call.slice(colon + 1)));
        if (args.success)
          return [{ tool, args: args.data, text: typeof text === "string" ? text : JSON.stringify(text) }];
        problems.add("a tool call whose arguments are not a JSON object, left out", null, call.slice(0, 80));
        return [];
      },
    );
    problems.close();
    return answers;
  },
});

/** @throws {IncidentError} BAD_INPUT if the file is cut off, too long, not JSON, or does not fit. */
export async function readDocument<T>(file: RecordedFile, schema: z.ZodType<T>, { signal }: FetchOptions): Promise<T> {
  const refuse = (why: string, cause?: unknown): IncidentError =>
    new IncidentError("BAD_INPUT", `${file.origin}: ${why}`, { hint: "Mend or remove this file.", cause });
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
  throw refuse(`does not fit:\n${z.prettifyError(parsed.error)}`, parsed.error);
}

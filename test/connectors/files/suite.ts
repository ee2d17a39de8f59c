import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { fileIncidents } from "../../../src/connectors/files/incidents.ts";
import type { FetchOptions, IncidentStore, Problem, Slice, Telemetry } from "../../../src/domain/ports.ts";
import type { LogStream } from "../../../src/domain/telemetry.ts";

export const ALL: Slice = { window: null };
export const SPAN_HEADER = "traceId,spanId,parentSpanId,service,pod,operation,startUnixNano,durationUs,status";
export const SAMPLE_HEADER = "timeUnixMs,entity,entityKind,metric,value";

/** Writes files below a new folder; a name ending in `.gz` or `.zst` is compressed. @returns the folder. */
export function folderWith(files: Readonly<Record<string, string | Uint8Array>>): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "causeway-files-")));
  for (const [name, content] of Object.entries(files)) {
    const path = join(root, name);
    mkdirSync(dirname(path), { recursive: true });
    if (typeof content !== "string") writeFileSync(path, content);
    else
      writeFileSync(
        path,
        name.endsWith(".gz") ? gzipSync(content) : name.endsWith(".zst") ? zstdCompressSync(content) : content,
      );
  }
  return root;
}

export const scenarioJson = (id: string, scenario: object = {}): string =>
  JSON.stringify({ schema: "causeway.scenario/1", id, ...scenario });

/** A suite of one case `one` with these files. */
export const suiteOf = (files: Readonly<Record<string, string | Uint8Array>>, scenario: object = {}): string =>
  folderWith({
    "cases/one/scenario.json": scenarioJson("one", scenario),
    ...Object.fromEntries(
      Object.entries(files).map(([name, content]) => [
        name.startsWith("shared/") ? name : `cases/one/${name}`,
        content,
      ]),
    ),
  });

/** The telemetry of case `one`, with what it complains about. */
export async function opened(files: Readonly<Record<string, string | Uint8Array>>, scenario: object = {}) {
  const problems: Problem[] = [];
  const options: FetchOptions = { onProblem: (problem) => problems.push(problem) };
  const store: IncidentStore = fileIncidents([suiteOf(files, scenario)]);
  const telemetry: Telemetry = await store.openTelemetry("one");
  return { telemetry, problems, options };
}

export async function textOf(stream: LogStream | undefined): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream?.chunks ?? []) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

export const log = (nanos: string, body: string): string =>
  JSON.stringify({ timeUnixNano: nanos, service: "shop", pod: "", body, traceId: "", spanId: "" });

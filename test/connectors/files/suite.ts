import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { fileIncidents } from "../../../src/connectors/files/incidents.ts";
import type { QueryCoverage } from "../../../src/domain/ports.ts";
import { queryFor, type TelemetrySignal } from "../../../src/domain/query.ts";
import type { LogStream } from "../../../src/domain/telemetry.ts";
import type { TimeWindow } from "../../../src/domain/time.ts";
import { sourcesOf } from "../../../src/telemetry/sources-of.ts";

/** A range with every time that a test uses. */
export const ALL: TimeWindow = { startMs: 0, endMs: Number.MAX_SAFE_INTEGER };
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

type Where = { range?: TimeWindow; recording?: string | null; signal?: AbortSignal };

/** Case `one`, ready for queries. `problems`: from all answers so far. */
export async function opened(files: Readonly<Record<string, string | Uint8Array>>, scenario: object = {}) {
  const coverage: QueryCoverage[] = [];
  const telemetry = await fileIncidents([suiteOf(files, scenario)]).openTelemetry("one");
  return {
    telemetry,
    problems: () => coverage.flatMap(({ problems }) => problems),
    async ask<S extends TelemetrySignal>(kind: S, { range = ALL, recording = null, signal }: Where = {}) {
      const [source] = sourcesOf(telemetry, kind);
      if (source === undefined) throw new Error(`no ${kind} was recorded`);
      const answer = await source.query(queryFor(kind, range, { recording }), { signal });
      coverage.push(answer.coverage);
      return answer.data;
    },
  };
}

export async function textOf(stream: LogStream | undefined): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream?.chunks ?? []) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

export const log = (nanos: string, body: string): string =>
  JSON.stringify({ timeUnixNano: nanos, service: "shop", pod: "", body, traceId: "", spanId: "" });

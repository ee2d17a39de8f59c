import { z } from "zod";
import { csvCutter } from "../../domain/csv-records.ts";
import { type CaseFolder, seriesNames } from "./case-folder.ts";
import type { ImportNotes } from "./notes.ts";
import { anyMs, anyNanos, sampleOf } from "./times.ts";

/** What AIOpsLab saves of a session. https://github.com/microsoft/AIOpsLab */
export const AiopslabSession = z.looseObject({
  problem_id: z.string(),
  start_time: z.union([z.number(), z.string()]).nullish(),
  trace: z.array(z.looseObject({ role: z.string(), content: z.string() })),
});
export type AiopslabSession = z.infer<typeof AiopslabSession>;

/** One action of an agent: its name and the texts among its arguments. */
type Action = { name: string; texts: string[] };

/** The only fenced block of a message holds the call. */
const BLOCK = /```[^\n`]*\n(.*?)\n```/s;
const CALL = /^\s*(\w+)\((.*)\)\s*$/s;
const TEXT = /"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'/gs;

export function actionOf(message: string): Action | null {
  const [, name = "", args = ""] = CALL.exec(BLOCK.exec(message)?.[1] ?? "") ?? [];
  if (name === "") return null;
  const texts = [...args.matchAll(TEXT)].map(([, double, single]) =>
    (double ?? single ?? "").replaceAll(/\\(["'\\])/g, "$1"),
  );
  return { name, texts };
}

/** What AIOpsLab adds to each observation. */
const PROMPT = /\n*Please take the next action\s*$/;
/** Commands that change a cluster: what is seen after them is no longer the incident. */
const VERBS =
  "apply|create|delete|patch|edit|scale|set|rollout\\s+(?:restart|undo)|replace|label|annotate|cordon|drain|taint|exec";
const WRITES = new RegExp(
  `\\bkubectl\\b[^|;&]*\\b(?:${VERBS})\\b|\\bhelm\\b[^|;&]*\\b(?:install|upgrade|uninstall|rollback)\\b`,
);
/** Commands and objects that show the injected fault itself. */
const SHOWS_FAULT = /flagd|chaos/i;
const FAULT_OBJECT = /chaos-mesh\.org|"defaultVariant"|\bkind:\s*\w*Chaos\b/;
const FAILED = /^\s*(Error|Traceback|.*command not found|error:)/i;

/**
 * Writes what the agent of a session saw, up to its first change: output of kubectl as files of the cluster, logs,
 * metrics and traces.
 *
 * @returns the number of observations that were kept.
 */
export async function replaySession(
  { trace }: AiopslabSession,
  path: string,
  folder: CaseFolder,
  notes: ImportNotes,
): Promise<number> {
  const logs = new Map<string, string>();
  let kept = 0;
  for (const [at, { role, content }] of trace.entries()) {
    const action = role === "assistant" ? actionOf(content) : null;
    const next = trace[at + 1];
    if (action === null || next?.role !== "env") continue;
    const [first = "", second = ""] = action.texts;
    const text = next.content.replace(PROMPT, "").trim();
    if (action.name === "exec_shell" && WRITES.test(first)) {
      notes.dropped("observations", "seen after the agent changed the cluster", path, observationsAfter(trace, at));
      break;
    }
    if (SHOWS_FAULT.test(first) || FAULT_OBJECT.test(text)) {
      notes.defect("observations that show the injected fault itself (feature flags, chaos objects)", "left out", path);
      continue;
    }
    if (text === "" || FAILED.test(text)) notes.dropped("observations", "empty, or an error of the tool", path);
    else if (action.name === "exec_shell" && /\bkubectl\b/.test(first)) {
      await folder.file(`cluster/${String(kept + 1).padStart(3, "0")}.txt`, `$ ${first}\n${text}\n`);
      kept += 1;
    } else if (action.name === "get_logs" && second !== "") {
      logs.set(second, text);
      kept += 1;
    } else if (action.name === "read_metrics") kept += metricsIn(text, folder, path, notes);
    else if (action.name === "read_traces") kept += spansIn(text, folder, path, notes);
    else if (!["get_metrics", "get_traces", "submit"].includes(action.name))
      notes.dropped("observations", `of ${action.name}, which no reader knows`, path);
    await folder.settle();
  }
  for (const [service, text] of logs) await folder.file(`logs/${safeName(service)}.log`, `${text}\n`);
  return kept;
}

const observationsAfter = (trace: AiopslabSession["trace"], at: number): number =>
  trace.slice(at).filter(({ role }) => role === "env").length;

/** A service's name comes from a recording, and becomes that of a file. */
const safeName = (name: string): string =>
  name
    .slice(0, 100)
    .replaceAll(/[^\w.-]/g, "_")
    .replace(/^\.+/, "_");

function cellsIn(text: string, path: string, notes: ImportNotes): string[][] {
  const rows: string[][] = [];
  const problems = { add: (why: string) => notes.dropped("rows", `not valid CSV: ${why}`, path) };
  const cutter = csvCutter(
    problems,
    ({ length }) => length === rows[0]?.length,
    (fields) => void rows.push(fields),
  );
  for (const line of text.split(/\r?\n/)) cutter.push(line, 0);
  cutter.end();
  return rows;
}

/** The rows of a table in an observation; none if it is no table with these columns. */
function rowsOf(text: string, columns: readonly string[], path: string, notes: ImportNotes): Record<string, string>[] {
  const [header = [], ...cells] = cellsIn(text, path, notes);
  const rows = cells.map((row) => Object.fromEntries(header.map((name, at) => [name, row[at] ?? ""])));
  if (rows[0] !== undefined && columns.every((name) => name in (rows[0] as object))) return rows;
  notes.dropped("observations", `no table with ${columns.join(", ")}`, path);
  return [];
}

function metricsIn(text: string, folder: CaseFolder, path: string, notes: ImportNotes): number {
  const rows = rowsOf(text, ["timestamp", "cmdb_id", "kpi_name", "value"], path, notes);
  for (const { timestamp = "", cmdb_id: entity = "", kpi_name: metric = "", value } of rows) {
    const [timeMs, number] = [anyMs(timestamp), sampleOf(value)];
    if (timeMs === null || number === null) notes.dropped("samples", "no time or no value", path);
    else folder.sample(timeMs, seriesNames(entity, "pod", metric), number);
  }
  return Math.min(rows.length, 1);
}

function spansIn(text: string, folder: CaseFolder, path: string, notes: ImportNotes): number {
  const columns = ["trace_id", "span_id", "parent_span", "service_name", "operation_name", "start_time", "duration"];
  const rows = rowsOf(text, columns, path, notes);
  for (const row of rows) {
    const [startNanos, durationUs] = [anyNanos(row.start_time ?? ""), sampleOf(row.duration)];
    if (startNanos === null || durationUs === null) notes.dropped("spans", "no start or no duration", path);
    else
      folder.span({
        traceId: row.trace_id ?? "",
        spanId: row.span_id ?? "",
        parentSpanId: /^(ROOT|None|nan)?$/i.test(row.parent_span ?? "") ? "" : (row.parent_span ?? ""),
        service: row.service_name ?? "",
        operation: row.operation_name ?? "",
        startNanos,
        durationUs,
        status: /^true$/i.test(row.has_error ?? "") ? "ERROR" : "OK",
      });
  }
  return Math.min(rows.length, 1);
}

import { z } from "zod";
import { isTool, type ToolAnswer } from "./answers.ts";
import type { Attempt, ErrorLog, RaisedAlert } from "./state.ts";

/** Reads connection attempts. Attempts from several vantage points count as one, which failed if none got through. */
export function readAttempts(answers: readonly ToolAnswer[]): Attempt[] {
  return answers
    .filter((one) => isTool(one, "connectivity"))
    .map(({ name, namespace, text, source }) => ({
      service: name,
      namespace,
      source,
      port: /"port":"?(\d+)/.exec(source)?.[1] ?? "",
      failed: FAILED.test(text) && !SUCCEEDED.test(text),
      failedFrom: SUCCEEDED.test(text) ? failedFrom(text) : [],
    }));
}

const FAILED = /fail|refused|timed out|unreachable/i;
const SUCCEEDED = /succe|\bopen\b/i;

/** Some reports hold one part for each node that the attempt was made from: `… on worker-01: …`. */
const failedFrom = (text: string): string[] =>
  text
    .split(/(?=^.*\bon [\w.-]+:)/m)
    .filter((part) => FAILED.test(part) && !SUCCEEDED.test(part))
    .flatMap((part) => /\bon ([\w.-]+):/.exec(part)?.[1] ?? []);

/** Reads call edges from the text of a dependency report: callers on one line, callees as a drawn tree. */
export function readCalls(answers: readonly ToolAnswer[]): { from: string; to: string }[] {
  const calls = new Map<string, { from: string; to: string }>();
  const add = (from: string | undefined, to: string): void => {
    if (from !== undefined && from !== "" && from !== to) calls.set(`${from} ${to}`, { from, to });
  };
  for (const { name, text } of answers.filter((one) => isTool(one, "dependenc"))) {
    const callers = /^\[?Upstream[^\]:]*\]?:\s*(.*)$/m.exec(text)?.[1] ?? "";
    for (const caller of callers.split(",").map((part) => part.trim())) if (/^[\w.-]+$/.test(caller)) add(caller, name);
    const above: string[] = [name];
    for (const line of text.split("\n")) {
      const [, drawn = "", callee] = /^((?:│ {3}|\| {3}| {4})*(?:[├└]── |[|`+\\]-- ))([\w.-]+)/.exec(line) ?? [];
      if (callee === undefined) continue;
      const depth = drawn.length / 4;
      add(above[depth - 1], callee);
      above.length = depth;
      above[depth] = callee;
    }
  }
  return [...calls.values()];
}

const Patterns = z.looseObject({
  patterns: z.array(z.looseObject({ count: z.number().default(1), sample: z.string().default("") })),
});
const ByContainer = z.record(z.string(), z.array(z.string()));

/**
 * Reads error lines of services: patterns with a count and a sample, or plain lines by container, else the text
 * itself.
 */
export function readErrorLogs(answers: readonly ToolAnswer[]): ErrorLog[] {
  return answers
    .filter((one) => isTool(one, "errorlog"))
    .flatMap(({ name, text, source }) => {
      const json = parseJson(text);
      const patterns = Patterns.safeParse(json);
      const plain = ByContainer.safeParse(json);
      const lines = patterns.success
        ? patterns.data.patterns.map(({ sample, count }) => ({ text: sample, count }))
        : plain.success
          ? Object.values(plain.data)
              .flat()
              .map((line) => ({ text: line, count: 1 }))
          : json === null && text.trim() !== ""
            ? [{ text, count: 1 }]
            : [];
      return lines.length > 0 ? [{ service: name, source, lines }] : [];
    });
}

const Text = z.string().optional().catch(undefined);
const Labels = z.record(z.string(), z.string()).catch({});
const Alert = z.looseObject({
  type: Text,
  name: Text,
  entity_name: Text,
  service: Text,
  entry_service: Text,
  node: Text,
  evidence: z.array(z.string()).catch([]),
  raw_error: Text,
  message: Text,
  occurrences: z.number().catch(1),
  labels: Labels.optional(),
  annotations: Labels.optional(),
  status: Text,
});
const Alerts = z.union([z.array(Alert), z.looseObject({ alerts: z.array(Alert) }).transform(({ alerts }) => alerts)]);

/**
 * Reads alerts from a JSON list, either with a subject and sentences, or as Alertmanager sends them, with labels and
 * annotations.
 */
export function readRaisedAlerts(answers: readonly ToolAnswer[]): RaisedAlert[] {
  return answers
    .filter((one) => isTool(one, "alert"))
    .flatMap(({ text, source }) => {
      const parsed = Alerts.safeParse(parseJson(text));
      return (parsed.success ? parsed.data : []).flatMap((alert): RaisedAlert[] => {
        const { labels = {}, annotations = {} } = alert;
        const node =
          alert.type?.toLowerCase() === "node" ||
          (alert.node !== undefined && alert.name === undefined) ||
          (labels.node !== undefined && labels.service === undefined && labels.pod === undefined);
        const subject =
          alert.entity_name ??
          alert.name ??
          alert.service ??
          alert.entry_service ??
          alert.node ??
          labels.service ??
          labels.app ??
          labels.deployment ??
          labels.node;
        const texts = [
          ...alert.evidence,
          alert.raw_error,
          alert.message,
          labels.alertname,
          annotations.summary,
          annotations.description,
        ].filter((part) => part !== undefined);
        return subject === undefined || alert.status === "resolved" || texts.length === 0
          ? []
          : [{ subject, subjectKind: node ? "node" : "app", source, texts, count: alert.occurrences }];
      });
    });
}

/** Parses JSON; null if the text is not JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null; // an answer in plain text
  }
}

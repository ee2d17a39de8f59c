import type { Finding } from "../domain/finding.ts";
import { type TelemetryQuery, type TelemetrySignal, WILDCARD } from "../domain/query.ts";
import type { IncidentRead } from "./handle.ts";

type Conditions = Partial<Pick<TelemetryQuery, "entities" | "names" | "patterns" | "matchers">>;

/**
 * The queries behind a finding: the queries that read its signal, narrowed to its entity, series, operation, template,
 * alert, change or tool call, so that running them again is cheap.
 */
export const evidenceQueries = (
  finding: Finding,
  { query, baselineQuery }: Pick<IncidentRead<TelemetrySignal>, "query" | "baselineQuery">,
): TelemetryQuery[] =>
  [query, baselineQuery].flatMap((base) =>
    base === null ? [] : [{ ...base, rules: [], near: [], ...conditionsOf(finding, base) }],
  );

/** Keeps the names among the facts. A fact may also be a number, or missing. */
const named = (...names: (string | number | null | undefined)[]): string[] =>
  names.filter((name): name is string => typeof name === "string" && name !== "");

/** The recorded metrics behind a series. A computed series (`request_duration mean`) was never recorded itself. */
const namesOfSeries = ({ metric, bound, computed_from }: Finding["evidence"]["facts"]): string[] =>
  typeof computed_from === "string" ? computed_from.split(RAW_METRICS) : named(metric, bound);
/** Separator between the names of raw metrics. */
const RAW_METRICS = " | ";

function conditionsOf({ kind, entity, peer, evidence }: Finding, { signal }: TelemetryQuery): Conditions {
  const { facts, template, query: words } = evidence;
  switch (signal) {
    case "metric":
      return { entities: [entity.id], names: namesOfSeries(facts) };
    case "log":
      return { entities: [entity.id], patterns: linePatterns(template, facts) };
    case "trace":
      return {
        entities: named(entity.id, peer),
        names: OF_ONE_OPERATION.has(kind) ? named(facts.operation) : [],
      };
    case "alert":
      return { entities: [entity.id], names: named(facts.name) };
    case "change":
      return { entities: [entity.id], matchers: named(facts.id).map((value) => ({ label: "id", op: "=", value })) };
    case "cluster":
      return { names: TOOL_CALL.test(words) ? [words] : [] };
    case "topology":
      return {};
  }
}

/** Kinds about spans of the operation that they name. Other kinds name an operation of another service, or none. */
const OF_ONE_OPERATION: ReadonlySet<string> = new Set(["trace.self-time", "trace.error-origin"]);
/** `Tool:{"its":"arguments"}` */
const TOOL_CALL = /^\w+:\{/;

/** Text that the lines of a log finding contain: its template, or the templates of an event flow. */
function linePatterns(template: string | undefined, { from, lost, gained }: Finding["evidence"]["facts"]): string[] {
  const flow = [from, lost, gained].filter((text) => typeof text === "string");
  const texts = flow.length > 0 ? flow : template === undefined ? [] : [template];
  return texts.flatMap((text) => patternOf(text) ?? []);
}

/** The first line of a template, without the mark of a cut. Null if it contains no constant text. */
function patternOf(template: string): string | null {
  const [line = ""] = template.replace(/…$/, "").split("\n");
  const pattern = line.trim();
  return pattern === "" ||
    pattern === "(start)" ||
    pattern === "(end)" ||
    pattern.replaceAll(WILDCARD, "").trim() === ""
    ? null
    : pattern;
}

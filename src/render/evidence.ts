import type { EvidenceListing, EvidenceQuery, ListedEvidence } from "../domain/evidence-listing.ts";
import type { ReportBasis, ReportQuery } from "../domain/report-query.ts";
import { plural, utc } from "./labels.ts";
import { hang, type TextLayout, textLayout } from "./layout.ts";
import { neutral } from "./neutral.ts";

/** The noun for one record of a query. */
export const UNITS: Readonly<Record<ReportQuery["signal"], string>> = {
  log: "log line",
  metric: "sample",
  trace: "span",
  alert: "alert",
  change: "change",
  cluster: "tool output",
  topology: "edge",
};
/** Facts of a change that only the ranking reads: stems of its words, without their order. */
const WORD_STEMS = new Set(["altered", "around"]);
const MAX_FACT_CHARS = 160;
/** A link must stay whole to work. */
const MAX_NATIVE_CHARS = 4_000;

/** Evidence with its numbers, its queries, and the lines or points behind them; after a re-run, then and now. */
export function renderEvidence(listing: EvidenceListing, options: { color: boolean; width: number }): string {
  const layout = textLayout(options);
  const { analysis_id: id, incident_id: incident, evidence, note } = listing;
  const title = `Evidence of analysis ${neutral(id, 100)}, incident ${neutral(incident, 100)}`;
  const lines = [
    ...hang(layout, "", layout.paint("bold", title)),
    ...(note === null ? [] : hang(layout, "", note)),
    ...(evidence.length === 0 ? ["The report has no evidence."] : []),
    ...evidence.flatMap((item) => ["", ...itemLines(layout, item, listing.rerun)]),
    ...(listing.rerun ? ["", ...hang(layout, "", rerunResult(evidence))] : []),
  ];
  return `${lines.join("\n")}\n`;
}

/** The numbers and names that a finding rests on, as safe text. */
export const factsOf = ({ facts }: Pick<ListedEvidence, "facts">): [name: string, value: string][] =>
  Object.entries(facts).flatMap(([name, value]): [string, string][] =>
    value === null || value === "" || WORD_STEMS.has(name)
      ? []
      : [[neutral(name, 60), neutral(String(value), MAX_FACT_CHARS)]],
  );

function itemLines(layout: TextLayout, item: ListedEvidence, rerun: boolean): string[] {
  const traces = (item.trace_ids ?? []).map((id) => neutral(id, 64));
  const facts = factsOf(item).map(([name, value]) => `${name}=${value}`);
  return [
    ...hang(layout, `${layout.paint("bold", item.id)}  `, `${neutral(item.summary, 400)} (${item.kind})`),
    ...hang(layout, "  source   ", `${neutral(item.connector, 100)}: ${neutral(item.query, 400)}`),
    ...(facts.length === 0 ? [] : hang(layout, "  numbers  ", facts.join(", "))),
    ...(item.exemplar === null ? [] : hang(layout, "  example  ", neutral(item.exemplar, 400))),
    ...(traces.length === 0 ? [] : hang(layout, "  traces   ", traces.join(", "))),
    ...Object.values(item.trace_links ?? {}).flatMap((url) =>
      hang(layout, "  open     ", neutral(url, MAX_NATIVE_CHARS)),
    ),
    ...Object.entries(item.links ?? {}).flatMap(([what, url]) =>
      hang(layout, "  link     ", `${neutral(what, 60)}: ${neutral(url)}`),
    ),
    ...item.reads.flatMap((read) => readLines(layout, read, rerun)),
  ];
}

function readLines(layout: TextLayout, read: EvidenceQuery, rerun: boolean): string[] {
  const { query, native, basis, now, same, samples, gaps, error } = read;
  const unit = UNITS[query.signal];
  return [
    ...hang(layout, "  query    ", queryText(query)),
    ...native.flatMap(({ language, text, link }) => [
      ...hang(layout, "  ask      ", `${neutral(language, 40)}: ${neutral(text, MAX_NATIVE_CHARS)}`),
      ...(link === null ? [] : hang(layout, "  open     ", neutral(link, MAX_NATIVE_CHARS))),
    ]),
    ...(basis === null ? [] : hang(layout, rerun ? "  then     " : "  returned ", basisText(basis, unit))),
    ...(now === null
      ? []
      : hang(layout, "  now      ", `${basisText(now, unit)}${same === false ? " (differs)" : ""}`)),
    ...gaps.flatMap((gap) => hang(layout, "  gap      ", neutral(gap, 300))),
    ...(error === null ? [] : hang(layout, "  not read ", neutral(error, 400))),
    ...samples.flatMap(({ at, where, text }) => {
      const when = at === null ? "" : `${precise(at)} `;
      return hang(layout, "    ", `${when}${layout.paint("dim", neutral(where, 160))} ${neutral(text, 400)}`);
    }),
  ];
}

const list = (label: string, values: readonly string[] | undefined): string[] =>
  values === undefined ? [] : [`${label} ${values.map((value) => neutral(value, 200)).join(" | ")}`];

/** A query in words, with every condition that it sets. */
export function queryText({ signal, start, end, recording, ...rest }: ReportQuery): string {
  return [
    `${UNITS[signal]}s from ${utc(start)} to ${utc(end)}`,
    ...(recording === undefined ? [] : [`recording ${neutral(recording, 100)}`]),
    ...list("sources", rest.sources),
    ...list("entities", rest.entities),
    ...list("names", rest.names),
    ...list("text", rest.patterns),
    ...list(
      "labels",
      rest.matchers?.map(({ label, op, value }) => `${label}${op}"${value}"`),
    ),
    ...(rest.limit === undefined ? [] : [`limit ${rest.limit}`]),
  ].join(", ");
}

/** "12 log lines, 2026-11-23 … to …, min 1, max 9". */
export function basisText({ count, first, last, min, max }: ReportBasis, unit: string): string {
  const times = first === null || last === null ? "" : `, ${timesText(first, last)}`;
  const values = min === null || max === null ? "" : `, min ${min}, max ${max}`;
  return `${plural(count, unit)}${times}${values}`;
}

const timesText = (first: string, last: string): string =>
  first === last ? `at ${precise(first)}` : `${precise(first)} to ${precise(last)}`;

/** "2026-11-23 05:39:08.565 UTC": milliseconds tell records of one second apart. */
export const precise = (iso: string): string => iso.replace("T", " ").replace(/Z$/, " UTC");

/** The result of the whole re-run. */
export function rerunResult(evidence: readonly ListedEvidence[]): string {
  const reads = evidence.flatMap((item) => item.reads);
  const differs = evidence.filter((item) => item.reads.some(({ same }) => same === false)).map(({ id }) => id);
  const unknown = reads.filter(({ same }) => same === null).length;
  const compared = reads.length - unknown;
  return [
    ...(compared > 0 && differs.length === 0
      ? [`${compared === 1 ? "The query returns" : `All ${compared} compared queries return`} the same as before.`]
      : []),
    ...(differs.length === 0 ? [] : [`Different now: ${differs.join(", ")}.`]),
    ...(unknown === 0 ? [] : [`${plural(unknown, "query", "queries")} could not be compared.`]),
  ].join(" ");
}

import type { Report, ReportEvidence } from "../domain/report.ts";
import { neutral } from "./neutral.ts";

// Picks from a report what an engineer reads first. Text, markdown and chat cards differ only in how they write it
// down.

type Claim = Report["claims"][number];
type Hypothesis = Report["hypotheses"][number];

const MAX_SUPPORTING = 3;
const MAX_AGAINST = 1;
const MAX_NUMBERS = 4;
/** Log findings whose exemplar is the unusual line itself. Others show the line before a gap, or one that stopped. */
const KEY_LOG = /^log\.(?:new|bursting)-template$/;
/** Four words, so that a person reads more than a level and an address. */
const MANY_WORDS = /(?:\p{L}{2,}\P{L}+){3}\p{L}{2,}/u;

/** The hypothesis behind the root cause, or the first one when the report names no root cause. */
function leading({ root_causes: [blamed], hypotheses }: Report): Hypothesis | undefined {
  return (
    hypotheses.find(({ entity, category }) => entity === blamed?.entity && category === blamed.category) ??
    hypotheses.find(({ entity }) => entity === blamed?.entity) ??
    (blamed === undefined ? hypotheses[0] : undefined)
  );
}

/** "golden signals: 0.37 votes": how the ranking counted, which only its developers understand. */
const VOTES = /: [\d.]+ votes$/;

/** Why a candidate is suspected, in one clause: its first reason, or else its strongest finding. */
export function reasonOf({ reasons, why, evidence_ids: ids }: Hypothesis, { evidence }: Report): string {
  const inWords = reasons.find((reason) => !VOTES.test(reason));
  const [found] = ids.flatMap((cited) => evidence.find(({ id }) => id === cited) ?? []);
  return inWords ?? (found === undefined ? why : summaryOf(found));
}

/** The best candidate that is not a root cause. */
export const runnerUp = ({ root_causes: blamed, hypotheses }: Report): Hypothesis | undefined =>
  hypotheses.find(({ entity, status }) => status !== "ruled_out" && !blamed.some((cause) => cause.entity === entity));

/**
 * The strongest evidence for the verdict, at most `limit`. Strengths compare only within a kind, so the strongest
 * finding of each kind comes first, in the order in which the root causes cite the kinds. Three kinds that agree prove
 * more than one kind thrice.
 */
export function strongest(report: Report, limit = MAX_SUPPORTING): ReportEvidence[] {
  const byId = new Map(report.evidence.map((found) => [found.id, found]));
  const cited = [
    ...report.root_causes.flatMap((cause) => cause.evidence_ids),
    ...(leading(report)?.evidence_ids ?? []),
  ];
  const pool = cited.length > 0 ? [...new Set(cited)].flatMap((id) => byId.get(id) ?? []) : report.evidence;

  const kinds = [...Map.groupBy(pool, ({ kind }) => kind).values()].map((same) =>
    same.toSorted((a, b) => b.strength - a.strength),
  );
  const longest = Math.max(0, ...kinds.map((same) => same.length));
  return Array.from({ length: longest }, (_, rank) => kinds.flatMap((same) => same[rank] ?? []))
    .flat()
    .slice(0, limit);
}

/** The content of a short report, each finding once. */
export type Digest = {
  /** The one raw log line, or else the metric, that shows the fault best. Null when nothing is wrong. */
  keyEvidence: ReportEvidence | null;
  /** The strongest other evidence for the leading hypothesis. */
  supporting: ReportEvidence[];
  /** Evidence against the leading hypothesis, and how much of it there is in all. */
  against: ReportEvidence[];
  againstCount: number;
  /** The sentences of the explanation that add something to the above. */
  claims: Claim[];
};

/**
 * Selects what a short report says. What the path shows, and what quotes the telling log line again, it does not
 * repeat.
 */
export function digest(report: Report): Digest {
  const all = strongest(report, report.evidence.length);
  const keyEvidence = keyEvidenceOf(report, all);
  const onPath = new Set(pathStops(report).flatMap(({ role, evidenceIds }) => (role === "cause" ? [] : evidenceIds)));
  const template = keyEvidence?.template ?? null;
  const supporting = all
    .filter(({ id, summary }) => !onPath.has(id) && (template === null || !summary.includes(template)))
    .filter(({ id }) => id !== keyEvidence?.id)
    .slice(0, MAX_SUPPORTING);
  const contrary = contraryOf(report);
  const against = contrary.slice(0, MAX_AGAINST);
  const shown = new Set(
    [keyEvidence, ...supporting, ...contrary].flatMap((found) => (found === null ? [] : [found.id])),
  );
  return {
    keyEvidence: keyEvidence,
    supporting,
    against,
    againstCount: contrary.length,
    claims: report.claims.filter((claim, place) => !repeats(report, claim, place, shown)),
  };
}

function keyEvidenceOf(report: Report, all: readonly ReportEvidence[]): ReportEvidence | null {
  if (report.verdict === "no_incident") return null;
  const lines = all.filter(({ kind, exemplar }) => KEY_LOG.test(kind) && MANY_WORDS.test(exemplar ?? ""));
  const suspect = leading(report);
  // The ranking cites what fits the cause best first: a failure message about the suspect, whoever wrote it.
  const cited = lines.find(({ id }) => id === suspect?.evidence_ids[0]);
  // What a program writes as usual business is no sign of a fault.
  const loud = lines.filter(({ facts }) => facts.severity !== "info");
  const [reasons, requests] = [
    loud.filter(({ exemplar }) => !REQUEST_LINE.test(exemplar ?? "")),
    loud.filter(({ exemplar }) => REQUEST_LINE.test(exemplar ?? "")),
  ];
  const ofSuspect = ({ entity }: ReportEvidence): boolean => entity === suspect?.entity;
  const own = reasons.find(ofSuspect) ?? requests.find(ofSuspect);
  return cited ?? own ?? reasons[0] ?? requests[0] ?? all.find(({ signal }) => signal === "metric") ?? null;
}

/** The causes inside a stack trace, and the last line of a Python traceback: `psycopg2.errors.DiskFull: …`. */
const INNER =
  /^\s*(?:Caused by: |---> |[A-Za-z_][\w.]*(?:Error|Exception)\b|[A-Za-z_]\w*(?:(?:\.|::|\\)\w+)*(?:\.|::|\\)[A-Z]\w*: \S)/;
/** A line about a request: it says that the request failed, and not why. */
const REQUEST_LINE = /\b(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) \S+(?: HTTP\/[\d.]+)?"?,? \d{3}\b/;

/** The line of a raw record that says most: the innermost cause of its stack trace, or else its first line. */
export function clearestLine(record: string): string {
  const lines = record.split(/\r?\n/).filter((line) => line.trim() !== "");
  return (lines.slice(1).findLast((line) => INNER.test(line)) ?? lines[0] ?? record).trim();
}

/** Evidence against the leading hypothesis; none where the report names no suspect. */
function contraryOf(report: Report): ReportEvidence[] {
  if (report.verdict === "no_incident") return [];
  const ids = leading(report)?.against_ids ?? [];
  return [...new Set(ids)].flatMap((id) => report.evidence.find((found) => found.id === id) ?? []);
}

/** Tells whether a claim only says again what the verdict, or a finding that is shown, says already. */
function repeats(
  report: Report,
  { text, evidence_ids: ids }: Claim,
  place: number,
  shown: ReadonlySet<string>,
): boolean {
  const isVerdict = place === 0 && report.mode === "deterministic" && report.root_causes.length > 0;
  const cited = report.evidence.filter(({ id }) => ids.includes(id));
  const quoted = cited.filter(({ summary }) => comparable(summary) !== "" && quotes(text, summary));
  return isVerdict || (quoted.length > 0 && quoted.every(({ id }) => shown.has(id)));
}

/** Claims cut long summaries, so the beginning decides. */
const COMPARED = 80;
const quotes = (text: string, summary: string): boolean =>
  comparable(text).includes(comparable(summary).slice(0, COMPARED).trimEnd());

/** Makes two texts that say the same compare equal. */
const comparable = (text: string): string => text.trim().replaceAll(/\s+/g, " ").replace(/\.$/, "").toLowerCase();

/** One entity between symptom and cause, with what was found there. */
export type PathStop = {
  entity: string;
  role: "symptom" | "between" | "cause";
  what: string | null;
  evidenceIds: string[];
};

/**
 * The path from the symptom to the cause; empty where the report names no cause. Each stop has the effect of the next
 * entity on it, or else its own strongest finding.
 */
export function pathStops(report: Report): PathStop[] {
  const hasCause = report.verdict === "root_cause" || report.verdict === "recovered";
  const path = hasCause ? (leading(report)?.path ?? []) : [];
  return path.map((entity, i): PathStop => {
    const next = path[i + 1];
    const hop = report.propagation.find(({ source, target }) => source === next && target === entity);
    const own = report.evidence
      .filter((found) => found.entity === entity)
      .toSorted((a, b) => b.strength - a.strength)[0];
    return {
      entity,
      role: next === undefined ? "cause" : i === 0 ? "symptom" : "between",
      what: withoutName(entity, hop?.effect ?? own?.summary ?? null),
      evidenceIds: hop === undefined ? (own === undefined ? [] : [own.id]) : effectIds(report, hop),
    };
  });
}

/**
 * A hop cites its condition, which its source shows, and its effect. A stop cites the effect alone, where it can be
 * told apart.
 */
function effectIds({ evidence }: Report, { effect, evidence_ids: ids }: Report["propagation"][number]): string[] {
  const own = evidence.filter(({ id, summary }) => ids.includes(id) && summary === effect).map(({ id }) => id);
  return own.length > 0 ? own : ids;
}

/** "store: errors rose" → "errors rose", where the entity's name is shown next to it. */
const withoutName = (entity: string, text: string | null): string | null =>
  text?.startsWith(`${entity}: `) === true ? text.slice(entity.length + 2) : text;

/** A finding's summary, with its entity where the summary does not name it. */
export const summaryOf = ({ entity, summary }: ReportEvidence): string =>
  summary.includes(entity) ? summary : `${entity}: ${summary}`;

/**
 * " (p95 812 ms, delay 5 s)" for a finding whose summary has no number; else nothing. An alert's counts say nothing.
 */
export function numbersOf({ facts, signal, summary }: ReportEvidence): string {
  if (signal === "alert" || /\d/.test(summary)) return "";
  const numbers = Object.entries(facts)
    .filter(([, value]) => typeof value === "number")
    .slice(0, MAX_NUMBERS)
    .map(([name, value]) => numberLabel(neutral(name, 40), String(value)));
  return numbers.length === 0 ? "" : ` (${numbers.join(", ")})`;
}

/** The unit moves from the end of the name to the number: "period_s", "10" → "period 10 s". */
function numberLabel(name: string, value: string): string {
  const [, words = name, unit = ""] =
    /^(.+?)(?:_(ms|s)|(?<=[a-z0-9])(Ms))$/.exec(name)?.filter((part) => part !== undefined) ?? [];
  return `${words.replaceAll("_", " ")} ${value}${unit === "" ? "" : ` ${unit.toLowerCase()}`}`;
}

/** Sources that were not checked for the same reason, together. `sources` as a person names them. */
export type Unchecked = { sources: string[]; why: string };

/** The unchecked sources, one entry for each reason. "cluster" reads as "cluster state". */
export const uncheckedOf = ({ not_checked: missed }: Report): Unchecked[] =>
  [
    // "logs of cart" speaks of one entity, and so does its reason
    ...Map.groupBy(missed, ({ source, why }) => (source.includes(" of ") ? `${source}: ${why}` : why)).values(),
  ].map((same) => ({
    why: same[0]?.why ?? "",
    sources: same.map(({ source }) => (source === "cluster" ? "cluster state" : source)),
  }));

/** The label of the end of a path. A recovered incident has no proven cause. */
export const causeMark = ({ root_causes: blamed }: Report): string => (blamed.length > 0 ? "cause" : "likeliest cause");

/** A path of at most `limit` entries: a longer one loses its middle, because its ends matter most. */
export function foldedPath(all: readonly PathStop[], limit: number): (PathStop | { hidden: number })[] {
  if (all.length <= limit) return [...all];
  const tail = all.slice(3 - limit);
  return [...all.slice(0, 2), { hidden: all.length - 2 - tail.length }, ...tail];
}

/**
 * The next queries, and the observation that would disprove the leading hypothesis. `refute` is null if a query
 * already contains it, or if there is no hypothesis.
 */
export function openQuestions(report: Report): { queries: string[]; refute: string | null } {
  const queries = [
    ...new Map(
      report.next_evidence.filter((query) => query.trim() !== "").map((query) => [comparable(query), query]),
    ).values(),
  ];
  const refute = report.verdict === "no_incident" ? "" : (leading(report)?.would_refute ?? "");
  const isKnown = comparable(refute) === "" || queries.some((query) => comparable(query).includes(comparable(refute)));
  return { queries, refute: isKnown ? null : refute };
}

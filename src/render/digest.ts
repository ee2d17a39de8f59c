import type { Report, ReportEvidence } from "../domain/report.ts";
import { leadingHypothesis } from "./hypotheses.ts";
import { pathStops } from "./path-stops.ts";

// Picks from a report what an engineer reads first. Text, markdown and chat cards differ only in how they write it
// down.

type Claim = Report["claims"][number];

const MAX_SUPPORTING = 3;
const MAX_AGAINST = 1;
/** Log findings whose exemplar is the unusual line itself. Others show the line before a gap, or one that stopped. */
const KEY_LOG = /^log\.(?:new|bursting)-template$/;
/** Four words, so that a person reads more than a level and an address. */
const MANY_WORDS = /(?:\p{L}{2,}\P{L}+){3}\p{L}{2,}/u;

/**
 * The strongest evidence for the verdict, at most `limit`. Strengths compare only within a kind, so the strongest
 * finding of each kind comes first, in the order in which the root causes cite the kinds. Three kinds that agree prove
 * more than one kind thrice.
 */
export function strongest(report: Report, limit = MAX_SUPPORTING): ReportEvidence[] {
  const byId = new Map(report.evidence.map((found) => [found.id, found]));
  const cited = [
    ...report.root_causes.flatMap((cause) => cause.evidence_ids),
    ...(leadingHypothesis(report)?.evidence_ids ?? []),
  ];
  const pool = cited.length > 0 ? [...new Set(cited)].flatMap((id) => byId.get(id) ?? []) : report.evidence;

  // The ranking cites what fits the cause best first.
  const [best] = pool;
  const kinds = [...Map.groupBy(pool, ({ kind }) => kind).values()].map((same) =>
    same.toSorted((a, b) => Number(b === best) - Number(a === best) || b.strength - a.strength),
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
 * Selects the content of a short report. It does not repeat evidence that the path shows, or that quotes the key log
 * line again.
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
  const suspect = leadingHypothesis(report);
  // The ranking cites the best evidence for the cause first, such as a failure message about the suspect.
  const cited = lines.find(({ id }) => id === suspect?.evidence_ids[0]);
  // A message at level info is not a sign of a fault.
  const loud = lines.filter(({ facts }) => facts.severity !== "info");
  const [reasons, requests] = [
    loud.filter(({ exemplar }) => !REQUEST_LINE.test(exemplar ?? "")),
    loud.filter(({ exemplar }) => REQUEST_LINE.test(exemplar ?? "")),
  ];
  const ofSuspect = ({ entity }: ReportEvidence): boolean => entity === suspect?.entity;
  const own = reasons.find(ofSuspect) ?? requests.find(ofSuspect);
  return cited ?? own ?? reasons[0] ?? requests[0] ?? all.find(({ signal }) => signal === "metric") ?? null;
}

/** A line about a request: it says that the request failed, and not why. */
const REQUEST_LINE = /\b(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) \S+(?: HTTP\/[\d.]+)?"?,? \d{3}\b/;

/** Evidence against the leading hypothesis; none where the report names no suspect. */
function contraryOf(report: Report): ReportEvidence[] {
  if (report.verdict === "no_incident") return [];
  const ids = leadingHypothesis(report)?.against_ids ?? [];
  return [...new Set(ids)].flatMap((id) => report.evidence.find((found) => found.id === id) ?? []);
}

/** True if a claim only repeats the verdict or the findings that are shown. */
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
  const refute = report.verdict === "no_incident" ? "" : (leadingHypothesis(report)?.would_refute ?? "");
  const isKnown = comparable(refute) === "" || queries.some((query) => comparable(query).includes(comparable(refute)));
  return { queries, refute: isKnown ? null : refute };
}

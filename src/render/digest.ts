import type { Report } from "../domain/report.ts";

// What of a report is worth a tired person's ten seconds. Text and markdown differ only in how they write it down.

type Evidence = Report["evidence"][number];
type Hypothesis = Report["hypotheses"][number];

const TOP_EVIDENCE = 3;

/** The hypothesis behind the blamed entity; the first one where nothing is blamed. */
function leading({ root_causes: [blamed], hypotheses }: Report): Hypothesis | undefined {
  return (
    hypotheses.find(({ entity, category }) => entity === blamed?.entity && category === blamed.category) ??
    hypotheses.find(({ entity }) => entity === blamed?.entity) ??
    (blamed === undefined ? hypotheses[0] : undefined)
  );
}

/** The best candidate that is not blamed. */
export const runnerUp = ({ root_causes: blamed, hypotheses }: Report): Hypothesis | undefined =>
  hypotheses.find(({ entity, status }) => status !== "ruled_out" && !blamed.some((cause) => cause.entity === entity));

/**
 * The strongest evidence for the verdict, at most `limit`. Strength compares only within a kind, so the strongest of each kind
 * come first, kinds in the order in which the blamed causes cite them: three kinds that agree say more than one kind thrice.
 */
export function strongest(report: Report, limit = TOP_EVIDENCE): Evidence[] {
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

/** One stop between symptom and cause, with what was seen there. */
export type Stop = {
  entity: string;
  role: "symptom" | "between" | "cause";
  what: string | null;
  evidenceIds: string[];
};

/** From the symptom to the cause; empty where no cause is named. Each stop says what the next one did to it, or else the strongest thing found on it. */
export function stops(report: Report): Stop[] {
  const isAbout = report.verdict === "root_cause" || report.verdict === "recovered"; // else nobody is to blame, and no way leads from them
  const path = isAbout ? (leading(report)?.path ?? []) : [];
  return path.map((entity, i): Stop => {
    const next = path[i + 1];
    const hop = report.propagation.find(({ source, target }) => source === next && target === entity);
    const own = report.evidence
      .filter((found) => found.entity === entity)
      .toSorted((a, b) => b.strength - a.strength)[0];
    return {
      entity,
      role: next === undefined ? "cause" : i === 0 ? "symptom" : "between",
      what: hop?.effect ?? (own === undefined ? null : own.summary),
      evidenceIds: hop?.evidence_ids ?? (own === undefined ? [] : [own.id]),
    };
  });
}

/** What the end of a path is: nothing is proven of trouble that is over. */
export const causeMark = ({ root_causes: blamed }: Report): string => (blamed.length > 0 ? "cause" : "likeliest cause");

/** What to ask next, and what would show the leading hypothesis wrong; null where a question says so already, or nothing is blamed. */
export function openQuestions(report: Report): { asks: string[]; refute: string | null } {
  const asks = [
    ...new Map(report.next_evidence.filter((ask) => ask.trim() !== "").map((ask) => [plain(ask), ask])).values(),
  ];
  const refute = report.verdict === "no_incident" ? "" : (leading(report)?.would_refute ?? "");
  const isSaid = plain(refute) === "" || asks.some((ask) => plain(ask).includes(plain(refute)));
  return { asks, refute: isSaid ? null : refute };
}

/** As two texts compare that say the same. */
const plain = (text: string): string => text.trim().replace(/\.$/, "").toLowerCase();

/** The signals that an analysis asks for: as people call them, and as sources name them. */
const SIGNALS = [
  { label: "logs", signal: "log", stem: "log" },
  { label: "metrics", signal: "metric", stem: "metric" },
  { label: "traces", signal: "trace", stem: "trace" },
  { label: "alerts", signal: "alert", stem: "alert" },
  { label: "cluster state", signal: "cluster", stem: "cluster" },
  { label: "changes", signal: "change", stem: "change" },
] as const;

export type Look = { label: string; checked: "yes" | "in part" | "no"; found: string[]; why: string | null };

/**
 * What was looked at, and what it gave. A report names every source that was not asked or not read whole; the others were.
 * `found` holds ids of evidence; none means quiet.
 */
export function looks(report: Report): Look[] {
  return SIGNALS.map(({ label, signal, stem }) => {
    const missed = report.not_checked.find(({ source }) => new RegExp(`^${stem}`, "i").test(source));
    const found = report.evidence.filter((one) => one.signal === signal).map(({ id }) => id);
    const isPart = missed !== undefined && (found.length > 0 || /[.:/]| of /.test(missed.source)); // a file, a line or somebody's: the rest was read
    return {
      label,
      checked: missed === undefined ? "yes" : isPart ? "in part" : "no",
      found,
      why: missed?.why ?? null,
    };
  });
}

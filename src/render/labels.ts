import type { RejectionReason } from "../domain/action.ts";
import { span } from "../domain/phrasing.ts";
import type { Report } from "../domain/report.ts";

const UNKNOWN = "unknown";

/** A probability as a phrase, easier to read at night than a decimal. */
export function likelihood(confidence: number): string {
  if (confidence >= 0.9) return "very likely";
  if (confidence >= 0.7) return "likely";
  if (confidence >= 0.5) return "more likely than not";
  if (confidence >= 0.25) return "possible";
  return "unlikely";
}

/** A probability in whole percent. Never 0 % or 100 %: the ranking is never that certain. */
export function percent(probability: number): string {
  if (probability < 0.005) return "<1 %";
  return probability >= 0.995 ? ">99 %" : `${Math.round(probability * 100)} %`;
}

/** "orders, 5 %". */
export const candidateLabel = (entity: string, probability: number): string => `${entity}, ${percent(probability)}`;

/** "connection_pool_exhausted" → "connection pool exhausted". */
export const causeLabel = (category: string): string =>
  category === UNKNOWN ? "cause unknown" : category.replaceAll("_", " ");

/** The title of a hypothesis's cause: "returns errors of its own". */
export const hypothesisLabel = ({ title, category }: Report["hypotheses"][number]): string =>
  title === undefined || title.trim() === "" ? causeLabel(category) : title;

/** "12 % likely to have the same cause". */
export const sameCauseLabel = (probability: number): string => `${percent(probability)} likely to have the same cause`;

/** The probability of a past incident's cause; says so if the cause is unknown. */
export const pastCauseLabel = (category: string | null, probability: number): string =>
  category === null ? "cause unknown" : sameCauseLabel(probability);

const REASONS: Readonly<Record<RejectionReason, string>> = {
  wrong_cause: "the cause is wrong",
  wrong_fix: "the cause is right, the fix is wrong",
  too_risky: "too risky now",
  already_fixed: "fixed in another way",
  other: "another reason",
  replaced: "edited, another action took its place",
};
/** Why a person rejected an action. */
export const reasonLabel = (reason: RejectionReason): string => REASONS[reason];

const TRIED: Readonly<Record<string, string>> = {
  helped: "helped",
  did_not_help: "did not help",
  made_worse: "made it worse",
  rejected: "was rejected",
};
/** What became of the fixes of a past incident: `"Restart cart" did not help; …`. Empty if nothing was tried. */
export const triedLabel = (tried: readonly { step: string; result: string }[] = []): string =>
  tried.map(({ step, result }) => `"${step}" ${TRIED[result] ?? result}`).join("; ");

/** The same as a sentence that follows another one. */
export const triedSentence = (tried?: Parameters<typeof triedLabel>[0]): string => {
  const label = triedLabel(tried);
  return label === "" ? "" : ` Then: ${sentence(label)}`;
};

/** How a past analysis was reviewed: "confirmed". */
export const outcomeLabel = (outcome: string): string => (outcome === UNKNOWN ? "not reviewed" : outcome);

/** "2026-11-23 08:41:10 UTC". Takes an ISO time or Unix milliseconds. */
export const utc = (time: string | number): string => `${secondOf(time).replace("T", " ")} UTC`;

/** "2026-11-23 08:41 UTC". For times a day away, where the date matters more than the second. */
export const minute = (time: string | number): string => utc(time).replace(/:\d\d UTC$/, " UTC");

/** "08:41:10", in UTC. */
export const clock = (time: string | number): string => secondOf(time).slice(11);

const secondOf = (time: string | number): string => {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? "an unreadable time" : date.toISOString().replace(/\.\d+Z$/, "");
};

/**
 * When it began, relative to the alarm, and how: "2026-11-23 08:41:10 UTC (± 30 s), 2 min before the alarm; it
 * grew slowly".
 */
export function onsetLine(report: Pick<Report, "onset" | "onset_found" | "alarm_at">): string {
  const { onset, alarm_at: alarm, onset_found: found } = report;
  if (onset === null) return alarm === null ? "unknown" : `unknown; alarm at ${utc(alarm)}`;
  if (found?.shape === "before_data") return `before the first record, at ${utc(onset)}`;
  return `${utc(onset)}${precision(found)}${relativeToAlarm(onset, alarm)}${courseOf(onset, alarm, found)}`;
}

function courseOf(onset: string, alarm: string | null, found: Report["onset_found"]): string {
  if (found?.shape === "ramp") return "; it grew slowly";
  const over = found?.over ?? null;
  if (over === null || Date.parse(over) <= Date.parse(onset)) return "";
  const since = `; over since ${clock(over)} UTC`;
  return alarm !== null && Date.parse(over) < Date.parse(alarm) ? `${since}${relativeToAlarm(over, alarm)}` : since;
}

/** An onset with a smaller uncertainty is shown as exact. Milliseconds. */
const EXACT_MS = 10_000;

function precision(found: Report["onset_found"]): string {
  const withinMs = found?.earliest ? (Date.parse(found.latest) - Date.parse(found.earliest)) / 2 : Number.NaN;
  return withinMs >= EXACT_MS ? ` (± ${span(Math.round(withinMs / 1000) * 1000)})` : "";
}

function relativeToAlarm(onset: string, alarm: string | null): string {
  const gapMs = alarm === null ? Number.NaN : Math.round((Date.parse(alarm) - Date.parse(onset)) / 1000) * 1000;
  if (!Number.isFinite(gapMs)) return "";
  return gapMs === 0 ? ", at the time of the alarm" : `, ${span(gapMs)} ${gapMs > 0 ? "before" : "after"} the alarm`;
}

/** "metric.shift" → "metric shift". */
export const kindLabel = (kind: string): string => kind.replaceAll(/[.-]/g, " ");

/** The first whole parts of "a; b; c" that fit into `columns`; at least one. */
export function firstParts(text: string, columns: number): string {
  const [first = "", ...others] = text.split("; ");
  return others.reduce((kept, part) => (kept.length + part.length + 2 <= columns ? `${kept}; ${part}` : kept), first);
}

/** Adds a full stop, unless the text already ends like a sentence. Empty text stays empty. */
export const sentence = (text: string): string => (text === "" || /[.!?…]$/.test(text) ? text : `${text}.`);

export const capitalized = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

/**
 * Why a plan uses its runbook: "Runbook restart: it treats slow_code." For a draft, why Causeway wrote it. `name` and
 * `why` must be safe to show.
 */
export function runbookSentence(name: string, why: string, drafted: boolean): string {
  if (!drafted) return why === "" ? `Runbook ${name}.` : sentence(`Runbook ${name}: ${why}`);
  if (why === "") return `Runbook ${name}. ${DRAFT_WARNING}`;
  return `Causeway drafted the runbook ${name} from the findings, because ${sentence(why)} ${REVIEW_DRAFT}`;
}

const REVIEW_DRAFT = "Review it before you use it.";
export const DRAFT_WARNING = `Causeway drafted this runbook from the findings. ${REVIEW_DRAFT}`;

/**
 * Describes a runbook address from alerts: "the runbook crash-loop, from PodRestarts and 2 more alerts".
 * Not safe to show: the text is somebody else's.
 */
export function pointerLabel({ alerts, runbook, title }: NonNullable<Report["alert_runbooks"]>[number]): string {
  const [first = "", ...others] = alerts;
  const from = `from ${first}${others.length === 0 ? "" : ` and ${plural(others.length, "more alert")}`}`;
  const known = [runbook === null ? null : `the runbook ${runbook}`, title === null ? null : `"${title}"`, from];
  return known.filter((part) => part !== null).join(", ");
}

/**
 * Describes a page of the team's own: "for HighErrorRate and 1 more alert". Not safe to show.
 */
export function pageLabel({ alerts }: NonNullable<Report["runbook_pages"]>[number]): string {
  const [first = "", ...others] = alerts;
  return `for ${first}${others.length === 0 ? "" : ` and ${plural(others.length, "more alert")}`}`;
}

/** Where a person opens it: the path, and the fragment of the section. Not safe to show. */
export const pagePlace = ({ page, section }: NonNullable<Report["runbook_pages"]>[number]): string =>
  section === null ? page : `${page}#${section}`;

/** A command that can be pasted into a shell as it stands: unusual arguments are quoted. */
export const command = (...words: readonly string[]): string =>
  ["causeway", ...words]
    .map((word) => (/^[\w.:@%+=,/-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`))
    .join(" ");

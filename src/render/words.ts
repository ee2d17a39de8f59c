import { span } from "../domain/phrasing.ts";
import type { Report } from "../domain/report.ts";

const UNKNOWN = "unknown";

/** What a probability means, for people who do not read decimals at night. */
export function sureness(confidence: number): string {
  if (confidence >= 0.9) return "very likely";
  if (confidence >= 0.7) return "likely";
  if (confidence >= 0.5) return "more likely than not";
  if (confidence >= 0.25) return "possible";
  return "unlikely";
}

/** A probability in whole percent. Never 0 % or 100 %: the ranking is not that sure of anything. */
export function percent(probability: number): string {
  if (probability < 0.005) return "<1 %";
  return probability >= 0.995 ? ">99 %" : `${Math.round(probability * 100)} %`;
}

/** "orders, 5 %". */
export const runnerUpWords = (entity: string, probability: number): string => `${entity}, ${percent(probability)}`;

/** "connection_pool_exhausted" → "connection pool exhausted". */
export const causeWords = (category: string): string =>
  category === UNKNOWN ? "cause not known" : category.replaceAll("_", " ");

/** What a person said of a past analysis: "confirmed". */
export const outcomeWords = (outcome: string): string => (outcome === UNKNOWN ? "not judged" : outcome);

/** "2026-11-23 08:41:10 UTC", of an ISO time or of Unix milliseconds. */
export const utc = (time: string | number): string => `${secondOf(time).replace("T", " ")} UTC`;

/** "2026-11-23 08:41 UTC": of what lies a day off, the date matters more than the second. */
export const minute = (time: string | number): string => utc(time).replace(/:\d\d UTC$/, " UTC");

/** "08:41:10", in UTC. */
export const clock = (time: string | number): string => secondOf(time).slice(11);

const secondOf = (time: string | number): string => {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? "a time that cannot be read" : date.toISOString().replace(/\.\d+Z$/, "");
};

/** When it began and how that lies to the alarm: "2026-11-23 08:41:10 UTC, 2 min before the alarm". */
export function began({ onset, alarm_at: alarm }: Pick<Report, "onset" | "alarm_at">): string {
  if (onset === null)
    return alarm === null ? "nothing tells when" : `nothing tells when; the alarm came at ${utc(alarm)}`;
  const gapMs = alarm === null ? Number.NaN : Date.parse(alarm) - Date.parse(onset);
  if (!Number.isFinite(gapMs)) return utc(onset);
  if (Math.abs(gapMs) < 1000) return `${utc(onset)}, as the alarm came`;
  return `${utc(onset)}, ${span(gapMs)} ${gapMs > 0 ? "before" : "after"} the alarm`;
}

/** "metric.shift" → "metric shift". */
export const kindWords = (kind: string): string => kind.replaceAll(/[.-]/g, " ");

/** With a full stop, unless the text ends as a sentence does. Empty stays empty. */
export const sentence = (text: string): string => (text === "" || /[.!?…]$/.test(text) ? text : `${text}.`);

export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

/** What a plan rests on: "Runbook restart: it treats slow_code." `name` and `why` are safe to show already. */
export function runbookWords(name: string, why: string, drafted: boolean): string {
  const because = why === "" ? `Runbook ${name}.` : sentence(`Runbook ${name}: ${why}`);
  return drafted ? `${because} Drafted by this analysis from its findings: read it as a proposal.` : because;
}

/** What is known of an address that alerts point to: "the runbook crash-loop, by PodRestarts and 2 more alerts". Not safe to show yet. */
export function pointerWords({ alerts, runbook, title }: NonNullable<Report["alert_runbooks"]>[number]): string {
  const [first = "", ...others] = alerts;
  const by = `by ${first}${others.length === 0 ? "" : ` and ${plural(others.length, "more alert")}`}`;
  return [...(runbook === null ? [] : [`the runbook ${runbook}`]), ...(title === null ? [] : [`"${title}"`]), by].join(
    ", ",
  );
}

/** A command that can be pasted into a shell as it stands: an odd argument is quoted. */
export const command = (...words: readonly string[]): string =>
  ["causeway", ...words]
    .map((word) => (/^[\w.:@%+=,/-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`))
    .join(" ");

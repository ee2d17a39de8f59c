import { createHash } from "node:crypto";
import type { Severity } from "../../domain/alert-event.ts";
import { targetOf } from "../../domain/alert-target.ts";
import { short } from "./read-payload.ts";

const SEVERITY_LABELS = ["severity", "priority", "level", "urgency"] as const;

/** Common words for severities. */
const SEVERITY_WORDS: Readonly<Record<Severity, readonly string[]>> = {
  critical: ["critical", "crit", "page", "emergency", "disaster", "fatal", "p1", "sev1", "sev-1", "s1"],
  high: ["high", "error", "major", "p2", "sev2", "sev-2", "s2"],
  warning: ["warning", "warn", "average", "moderate", "medium", "minor", "p3", "sev3", "sev-3", "s3"],
  info: ["info", "information", "informational", "notice", "none", "p4", "sev4", "sev-4", "s4"],
  low: ["low", "p5", "sev5", "sev-5", "s5"],
};
const SEVERITY_OF: ReadonlyMap<string, Severity> = new Map(
  (Object.entries(SEVERITY_WORDS) as [Severity, string[]][]).flatMap(([severity, words]) =>
    words.map((word) => [word, severity] as const),
  ),
);

const MAX_LABELS = 64;
const MAX_NAME_LENGTH = 200;
const MAX_VALUE_LENGTH = 500;
const MAX_LINK_LENGTH = 2_000;

type Labels = Readonly<Record<string, string>>;

/** @returns null for an unknown word. */
export const severityWord = (word: string): Severity | null => SEVERITY_OF.get(word.trim().toLowerCase()) ?? null;

/** The severity in the labels; `warning` when there is none. */
export function severityOf(labels: Labels): Severity {
  for (const name of SEVERITY_LABELS) {
    const severity = severityWord(labels[name] ?? "");
    if (severity !== null) return severity;
  }
  return "warning";
}

/** @returns null when no label names an entity. */
export function entityOf(labels: Labels): string | null {
  const target = targetOf(labels);
  return target === null ? null : short(target.entity, MAX_NAME_LENGTH);
}

/**
 * The summary, and the description if it says more: it often names the pod, the node or the value. Omits an annotation
 * that repeats another one.
 */
export function summaryOf(annotations: Labels, name: string): string {
  const texts = [annotations.summary, annotations.description, annotations.message].map((text) => (text ?? "").trim());
  const kept = texts.filter(
    (text, at) => text !== "" && !texts.some((other, from) => from !== at && repeats(other, text, from < at)),
  );
  return short(kept.map(asSentence).join(" ") || name, 2_000);
}

/** True if `other` holds the whole text; of two equal ones only the later repeats the earlier. */
const repeats = (other: string, text: string, isEarlier: boolean): boolean =>
  other === text ? isEarlier : other.toLowerCase().includes(text.toLowerCase().replace(/\.$/, ""));

const asSentence = (text: string, at: number, all: readonly string[]): string =>
  at < all.length - 1 && !/[.!?:]$/.test(text) ? `${text}.` : text;

/** Labels sorted by name, limited in number and length. */
export const boundedLabels = (labels: Labels): Record<string, string> =>
  Object.fromEntries(
    Object.entries(labels)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .slice(0, MAX_LABELS)
      .map(([name, value]) => [short(name, MAX_NAME_LENGTH), short(value, MAX_VALUE_LENGTH)]),
  );

/** A fingerprint for senders without one: the same parts give the same fingerprint in any order. */
export const printOf = (parts: Labels): string =>
  createHash("sha256")
    .update(JSON.stringify(Object.entries(parts).toSorted(([a], [b]) => (a < b ? -1 : 1))))
    .digest("hex")
    .slice(0, 16);

/** Keeps http(s) addresses; others could run code when clicked. */
export function webLinks(candidates: Readonly<Record<string, unknown>>): { links?: Record<string, string> } {
  const links = Object.entries(candidates).flatMap(([name, link]) =>
    typeof link === "string" && link.length <= MAX_LINK_LENGTH && /^https?:\/\//i.test(link) && URL.canParse(link)
      ? [[name, link] as const]
      : [],
  );
  return links.length === 0 ? {} : { links: Object.fromEntries(links) };
}

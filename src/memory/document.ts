import type { Decision } from "../domain/action.ts";
import type { CitedFinding } from "../domain/finding.ts";
import type { Ranking } from "../domain/hypothesis.ts";
import type { Incident } from "../domain/incident.ts";
import type { IncidentDocument } from "../domain/ports.ts";
import { redactSecrets } from "../domain/redact.ts";
import { asOneWord, symptomsOf, wordsOf } from "./symptoms.ts";

/** Characters; search gains nothing from more. */
const MAX_TEXT_CHARS = 8000;
const MAX_SHARED_WORDS = 5;
const WORD = /[\p{L}\p{N}_]+/gu;

type Seen = { incident: Pick<Incident, "id" | "title" | "system">; ranking: Pick<Ranking, "verdict" | "hypotheses">; findings: readonly CitedFinding[] };

/**
 * An incident as it is remembered: kinds of finding, names, words of mined templates, and the cause if one was found. Never raw
 * log text, and nothing personal or secret. The title is kept for people, and not searched: monitors word alarms alike whatever broke.
 *
 * An analysis that found no incident is written down with nothing to search by, so that it is never recalled: a quiet hour resembles
 * every other, and has no cause to offer. It is still written, because it may take back what an earlier analysis of the incident blamed.
 *
 * @param atMs when it was analysed, Unix milliseconds.
 * @returns `outcome` is `confirmed` if a person approved an action of it. A rejected action says that the action was wrong, not
 *   the diagnosis, and silence says nothing: both are `unknown`.
 */
export function incidentDocument(seen: Seen & { analysisId: string; decision: Decision | null; atMs: number }): IncidentDocument {
  const { incident, ranking, analysisId, decision, atMs } = seen;
  const top = ranking.verdict === "root_cause" ? (ranking.hypotheses[0] ?? null) : null;
  const cause = top ? `${asOneWord(top.entity.id)} ${top.cause} ${wordsOf(top.cause.replaceAll("_", " ")).join(" ")}` : "";
  return {
    incidentId: incident.id,
    analysisId,
    system: incident.system,
    title: redactSecrets(incident.title),
    text: `${recallQueryText(seen)}\n${cause}`.trim(),
    entity: top?.entity.id ?? null,
    cause: top?.cause ?? null,
    outcome: decision?.decision === "approved" ? "confirmed" : "unknown",
    atMs,
  };
}

/**
 * What to look for in the memory: the symptoms alone. No title, since two incidents with one title may have nothing else in common, and
 * no guess at the cause, which would recall what confirms it. Empty where nothing was found, or too little for an incident: what is always
 * a little unusual somewhere is in every past incident too.
 */
export function recallQueryText({ ranking, findings }: Seen): string {
  if (ranking.verdict === "no_incident") return "";
  const { kinds, names, words } = symptomsOf(findings, ranking);
  const lines = [kinds.map(asOneWord), names, words].map((line) => line.join(" "));
  return lines.filter((line) => line !== "").join("\n").slice(0, MAX_TEXT_CHARS);
}

/** One line on what a past incident has in common with this one. */
export function whySimilar({ past, ranking, findings }: Seen & { past: Pick<IncidentDocument, "text"> }): string {
  const remembered = new Set(past.text.toLowerCase().match(WORD));
  const { kinds, names, words } = symptomsOf(findings, ranking);
  const sharedKinds = kinds.filter((kind) => remembered.has(asOneWord(kind)));
  const sharedNames = names.filter((name) => remembered.has(name)).slice(0, MAX_SHARED_WORDS);
  const sharedWords = words.filter((word) => remembered.has(word)).slice(0, MAX_SHARED_WORDS);
  const reasons = [
    sharedKinds.length > 0 && `both show ${sharedKinds.join(", ")}`,
    sharedNames.length > 0 && `both name ${sharedNames.join(", ")}`,
    sharedWords.length > 0 && `both log "${sharedWords.join('", "')}"`,
  ].filter((reason) => reason !== false);
  // Search also takes words of one stem for equal.
  return reasons.join("; ") || "words of one stem stand in both";
}

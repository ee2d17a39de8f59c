import type { Report } from "../domain/report.ts";
import { summaryOf } from "./finding-words.ts";

type Hypothesis = Report["hypotheses"][number];

/** The hypothesis behind the root cause, or the first one when the report names no root cause. */
export function leadingHypothesis({ root_causes: [blamed], hypotheses }: Report): Hypothesis | undefined {
  return (
    hypotheses.find(({ entity, category }) => entity === blamed?.entity && category === blamed.category) ??
    hypotheses.find(({ entity }) => entity === blamed?.entity) ??
    (blamed === undefined ? hypotheses[0] : undefined)
  );
}

/** "golden signals: 0.37 votes": a detail of the ranking that only its developers understand. */
const VOTES = /: [\d.]+ votes$/;

/** All reasons of a candidate that are in words, the strongest first. */
export const reasonsInWords = ({ reasons }: Pick<Hypothesis, "reasons">): string[] =>
  reasons.filter((reason) => !VOTES.test(reason));

/** Why a candidate is suspected, in one clause: its first reason in words, else its strongest finding. */
export function reasonOf({ reasons, why, evidence_ids: ids }: Hypothesis, { evidence }: Report): string {
  const [inWords] = reasonsInWords({ reasons });
  const [found] = ids.flatMap((cited) => evidence.find(({ id }) => id === cited) ?? []);
  return inWords ?? (found === undefined ? why : summaryOf(found));
}

/** The best candidate that is not a root cause. */
export const runnerUp = ({ root_causes: blamed, hypotheses }: Report): Hypothesis | undefined =>
  hypotheses.find(({ entity, status }) => status !== "ruled_out" && !blamed.some((cause) => cause.entity === entity));

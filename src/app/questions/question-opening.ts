import type { AskSession } from "../../ask/ask-session.ts";
import { MAX_QUESTION } from "../../ask/plan-question.ts";
import type { CitedFinding } from "../../domain/finding.ts";
import { ownWords, quotedJson, quotedName, quotedText, quotedTime } from "../../llm/quoted-data.ts";
import type { StoredAnalysis } from "./answer-from-report.ts";

const MOST = { findings: 30, facts: 12, hypotheses: 6 };
const LONGEST_TEXT = 240;

/** The data of the case. It comes after the static prefix. */
export function questionOpening(
  question: string,
  isOwner: boolean,
  { report, entities }: StoredAnalysis,
  findings: readonly CitedFinding[],
  session: AskSession,
  names: ReadonlySet<string>,
): string {
  const cited = new Set(report.hypotheses.flatMap(({ evidence_ids: a, against_ids: b }) => [...a, ...b]));
  const shown = findings.toSorted((a, b) => Number(cited.has(b.id)) - Number(cited.has(a.id))).slice(0, MOST.findings);
  const data = {
    question: isOwner ? ownWords(question, MAX_QUESTION) : quotedText(question, MAX_QUESTION, names),
    verdict: report.verdict,
    onset: report.onset,
    entities: entities.slice(0, 80).map(quotedName),
    hypotheses: report.hypotheses
      .slice(0, MOST.hypotheses)
      .map(({ entity, category, status, evidence_ids: evidence, against_ids: against }) => ({
        entity: quotedName(entity),
        cause: quotedName(category),
        status,
        for: evidence.slice(0, 12),
        against: against.slice(0, 12),
      })),
    findings: shown.map(({ id, kind, entity, peer, onsetMs, evidence: { facts } }) => ({
      id,
      kind,
      entity: quotedName(entity.id),
      ...(peer === null ? {} : { peer: quotedName(peer) }),
      onset: quotedTime(onsetMs),
      facts: Object.fromEntries(
        Object.entries(facts)
          .slice(0, MOST.facts)
          .map(([name, value]) => [
            quotedName(name),
            typeof value === "string" ? quotedText(value, LONGEST_TEXT, names) : value,
          ]),
      ),
    })),
    selections: session.selections,
  };
  return `<data>\n${quotedJson(data)}\n</data>\nAnswer the question.`;
}

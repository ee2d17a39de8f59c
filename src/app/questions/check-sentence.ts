import type { AskAnswer, AskObservation } from "../../domain/ask-answer.ts";
import type { CitedFinding } from "../../domain/finding.ts";
import { checkCitations, entitiesNamed } from "../../llm/check-citations.ts";
import { otherConclusion } from "../../llm/claim-conclusion.ts";
import { nameBook } from "../../llm/quoting/names.ts";
import type { StoredAnalysis } from "./answer-from-report.ts";
import { asFinding, entitiesIn, tableFacts } from "./observations.ts";

type Checking = {
  findings: readonly CitedFinding[];
  observations: readonly AskObservation[];
  known: ReadonlySet<string>;
  stored: StoredAnalysis;
};

/**
 * Checks one sentence of a model against what it cites. It may name the entities that its observations name, and it
 * concludes nothing else than the analysis did.
 */
export function checkSentence(
  { text, evidenceIds }: { text: string; evidenceIds: string[] },
  { findings, observations, known, stored }: Checking,
): { kept: AskAnswer["claims"][number] | null; why: string | null } {
  const restored = nameBook(known).restored(text);
  const mentioned = [...known].filter((entity) => restored.toLowerCase().includes(entity.toLowerCase()));
  const cited = observations.filter(({ id }) => evidenceIds.includes(id)).map((one) => aboutRows(one, mentioned));
  // An observation may be about several entities: each gets a finding of its own, under an id of its own.
  const own = cited.flatMap((one) =>
    [...new Set([...entitiesIn(one, known), ...entitiesOfText(Object.values(one.facts), known)])].map((entity, at) => ({
      ...asFinding(one),
      id: `${one.id}-${at}`,
      entity: { id: entity, kind: "unknown" },
    })),
  );
  const { kept, dropped } = checkCitations(
    [{ text: restored, evidenceIds: [...evidenceIds, ...own.map(({ id }) => id)] }],
    [...findings, ...stored.entities.map(nameOnly), ...cited.map(asFinding), ...own],
  );
  const [one] = kept;
  const why = one === undefined ? (dropped[0]?.why ?? "it is not supported") : otherThanReport(one.text, known, stored);
  const real = new Set(evidenceIds.map((id) => id.trim()));
  return one === undefined || why !== null
    ? { kept: null, why }
    : {
        kept: { text: one.text, evidence_ids: one.evidenceIds.filter((id) => real.has(id) || !id.includes("-")) },
        why: null,
      };
}

/** Of a table, the rows of the entities that a sentence names: the number of one row does not support another. */
function aboutRows(observation: AskObservation, mentioned: readonly string[]): AskObservation {
  const { table } = observation;
  const rows =
    table?.rows.filter(({ group }) => Object.values(group).some((value) => mentioned.includes(String(value)))) ?? [];
  if (table === null || rows.length === 0) return observation;
  const narrowed = { ...table, rows };
  return { ...observation, table: narrowed, facts: tableFacts({ table: narrowed }) };
}

/** Makes every entity a name that a sentence must have evidence for, also those without a finding. */
const nameOnly = (entity: string, at: number): CitedFinding => ({
  id: `(entity ${at})`,
  signal: "log",
  kind: "log.event-flow",
  entity: { id: entity, kind: "unknown" },
  strength: 0,
  onsetMs: null,
  peer: null,
  summary: "",
  evidence: { connector: "", query: "", window: null, facts: {} },
});

const entitiesOfText = (texts: readonly (string | number | null)[], known: ReadonlySet<string>): string[] =>
  [...known].filter((entity) => texts.some((text) => typeof text === "string" && text.includes(entity)));

/** Why a sentence concludes something else than the report; null if it does not. */
function otherThanReport(text: string, known: ReadonlySet<string>, { report }: StoredAnalysis): string | null {
  const suspects = report.hypotheses.filter(({ status }) => status !== "ruled_out").map(({ entity }) => entity);
  const change = report.change ?? null;
  const changed = report.evidence
    .filter(({ facts }) => change !== null && facts.id === change)
    .map(({ entity }) => entity);
  return otherConclusion(text, entitiesNamed(text, known), { verdict: report.verdict, suspects, changed });
}

import type { CitedFinding } from "../domain/finding.ts";
import type { ExplainInput } from "../domain/ports.ts";
import { redactNamed } from "../domain/redact.ts";
import { EXPLAIN } from "./prompts/explain.ts";
import { quotedJson, quotedText, quotedTime } from "./quoted-data.ts";

/** Most characters of both parts of the prompt together, whatever the telemetry holds. */
export const MAX_PROMPT_LENGTH = 24_000;

const LONGEST = { name: 120, fact: 160, template: 300, reason: 200, title: 200, factName: 60 };
const MOST = { facts: 16, hypotheses: 5, reasons: 4, path: 12, ids: 20 };

/** Markers around the data. They cannot occur in it, because its JSON is written without angle brackets. */
const OPEN = "<findings>";
const CLOSE = "</findings>";

/** Builds the prompt from findings and templates only: no raw log line (exemplar), query or summary goes in. */
export function claimPrompt(input: ExplainInput): { system: string; user: string } {
  const ordered = byImportance(input);
  const shown = ordered.map(findingOf);
  const frame = (hypotheses: number, findings: readonly unknown[]): string => {
    const data = {
      incident: incidentOf(input),
      ranking: rankingOf(input, hypotheses),
      findings,
      findingsLeftOut: ordered.length - findings.length,
    };
    return `${OPEN}\n${quotedJson(data)}\n${CLOSE}\nExplain the incident.`;
  };
  // Hypotheses get at most half of the space, findings the rest, strongest first. Each costs its length and a comma.
  const space = MAX_PROMPT_LENGTH - EXPLAIN.system.length;
  let hypotheses = MOST.hypotheses;
  while (hypotheses > 0 && frame(hypotheses, []).length > space / 2) hypotheses -= 1;
  let left = space - frame(hypotheses, []).length;
  const fitting = shown.findIndex((one) => (left -= quotedJson(one).length + 1) < 0);
  return { system: EXPLAIN.system, user: frame(hypotheses, fitting === -1 ? shown : shown.slice(0, fitting)) };
}

const incidentOf = ({ incident: { id, title, system, entry, alarmAtMs } }: ExplainInput): unknown => ({
  id: quoted(id, LONGEST.name),
  title: quoted(title, LONGEST.title),
  system: quoted(system, LONGEST.name),
  entry: quoted(entry, LONGEST.name),
  alarmAt: quotedTime(alarmAtMs),
});

/** Leaves out confidences: no finding holds them, so a sentence that quotes one would be dropped. */
const rankingOf = ({ ranking }: ExplainInput, hypotheses: number): unknown => ({
  verdict: ranking.verdict,
  why: quoted(ranking.why, LONGEST.reason),
  ...(ranking.change === undefined ? {} : { change: quoted(ranking.change, LONGEST.name) }),
  hypotheses: ranking.hypotheses.slice(0, hypotheses).map((hypothesis) => ({
    entity: quoted(hypothesis.entity.id, LONGEST.name),
    cause: quoted(hypothesis.cause, LONGEST.name),
    status: hypothesis.status,
    reasons: hypothesis.reasons.slice(0, MOST.reasons).map((reason) => quoted(reason, LONGEST.reason)),
    for: hypothesis.for.slice(0, MOST.ids).map((id) => quoted(id, LONGEST.name)),
    against: hypothesis.against.slice(0, MOST.ids).map((id) => quoted(id, LONGEST.name)),
    path: hypothesis.path.slice(0, MOST.path).map((id) => quoted(id, LONGEST.name)),
  })),
});

const findingOf = ({
  id,
  kind,
  entity,
  peer,
  onsetMs,
  evidence: { window, facts, template },
}: CitedFinding): unknown => ({
  id,
  kind,
  entity: quoted(entity.id, LONGEST.name),
  entityKind: quoted(entity.kind, LONGEST.name),
  ...(peer === null ? {} : { peer: quoted(peer, LONGEST.name) }),
  onset: quotedTime(onsetMs),
  window: window === null ? null : { start: quotedTime(window.startMs), end: quotedTime(window.endMs) },
  facts: Object.fromEntries(
    Object.entries(facts)
      .slice(0, MOST.facts)
      .map(([name, value]) => [quoted(name, LONGEST.factName), factOf(name, value)]),
  ),
  ...(template === undefined ? {} : { template: quoted(template, LONGEST.template) }),
});

/** Redacts a fact by its name, which may show that the value is a secret. */
function factOf(name: string, value: number | string | null): number | string | null {
  if (typeof value !== "string") return value;
  return quoted(redactNamed(name, value.slice(0, LONGEST.fact * 4)), LONGEST.fact);
}

/**
 * Order: findings that the best hypotheses cite, the strongest of each kind, the rest. Strengths compare only within a
 * kind.
 */
function byImportance({ ranking, findings }: ExplainInput): CitedFinding[] {
  const byId = new Map(findings.map((finding) => [finding.id, finding]));
  const cited = ranking.hypotheses
    .slice(0, MOST.hypotheses)
    .flatMap((one) => [...one.for, ...one.against])
    .flatMap((id) => byId.get(id) ?? []);
  const kinds = [...Map.groupBy(findings, ({ kind }) => kind).values()].map((same) =>
    same.toSorted((a, b) => b.strength - a.strength),
  );
  const ranked = kinds
    .flatMap((same) => same.map((finding, place) => ({ finding, place })))
    .toSorted((a, b) => a.place - b.place)
    .map(({ finding }) => finding);
  return [...new Set([...cited, ...ranked])];
}

const quoted = (text: string | null, longest: number): string | null =>
  text === null ? null : quotedText(text, longest);

import type { CitedFinding } from "../domain/finding.ts";
import type { ExplainInput } from "../domain/ports.ts";
import { redactNamed } from "../domain/redact.ts";
import { EXPLAIN } from "./prompts/explain.ts";
import { quotedJson, quotedName, quotedText, quotedTime } from "./quoted-data.ts";

/** Most characters of both parts of the prompt together, whatever the telemetry holds. */
export const MAX_PROMPT_LENGTH = 24_000;

const LONGEST = { fact: 160, template: 300, reason: 200, title: 200 };
const MOST = { facts: 16, hypotheses: 5, reasons: 4, path: 12, ids: 20 };

/** Markers around the data. They cannot occur in it, because its JSON is written without angle brackets. */
const OPEN = "<findings>";
const CLOSE = "</findings>";

/**
 * Builds the prompt from findings and templates only: no raw log line (exemplar), query or summary goes in. Names,
 * values and texts pass quoted-data.ts: nothing that telemetry holds can be read as an instruction.
 *
 * @param longest characters of both parts together.
 */
export function claimPrompt(input: ExplainInput, longest = MAX_PROMPT_LENGTH): { system: string; user: string } {
  const ordered = byImportance(input);
  const names = namesOf(input);
  const shown = ordered.map((finding) => findingOf(finding, names));
  const frame = (hypotheses: number, findings: readonly unknown[]): string => {
    const data = {
      incident: incidentOf(input, names),
      ranking: rankingOf(input, hypotheses, names),
      findings,
      findingsLeftOut: ordered.length - findings.length,
    };
    return `${OPEN}\n${quotedJson(data)}\n${CLOSE}\nExplain the incident.`;
  };
  // Hypotheses get at most half of the space, findings the rest, strongest first. Each costs its length and a comma.
  const space = longest - EXPLAIN.system.length;
  let hypotheses = MOST.hypotheses;
  while (hypotheses > 0 && frame(hypotheses, []).length > space / 2) hypotheses -= 1;
  let left = space - frame(hypotheses, []).length;
  const fitting = shown.findIndex((one) => (left -= quotedJson(one).length + 1) < 0);
  return { system: EXPLAIN.system, user: frame(hypotheses, fitting === -1 ? shown : shown.slice(0, fitting)) };
}

/** Every entity of the analysis. */
export const namesOf = ({ incident: { system, entry }, ranking, findings }: ExplainInput): ReadonlySet<string> =>
  new Set([
    ...[system, entry].flatMap((name) => name ?? []),
    ...ranking.hypotheses.flatMap(({ entity, path }) => [entity.id, ...path]),
    ...findings.flatMap(({ entity, peer }) => [entity.id, ...(peer === null ? [] : [peer])]),
  ]);

const incidentOf = (
  { incident: { title, system, entry, alarmAtMs } }: ExplainInput,
  names: ReadonlySet<string>,
): unknown => ({
  title: quotedText(title, LONGEST.title, names),
  system: nameOrNull(system),
  entry: nameOrNull(entry),
  alarmAt: quotedTime(alarmAtMs),
});

/** Leaves out confidences: no finding holds them, so a sentence that quotes one would be dropped. */
const rankingOf = ({ ranking }: ExplainInput, hypotheses: number, names: ReadonlySet<string>): unknown => ({
  verdict: ranking.verdict,
  why: quotedText(ranking.why, LONGEST.reason, names),
  ...(ranking.change === undefined ? {} : { change: nameOrNull(ranking.change) }),
  hypotheses: ranking.hypotheses.slice(0, hypotheses).map((hypothesis) => ({
    entity: quotedName(hypothesis.entity.id),
    cause: quotedName(hypothesis.cause),
    status: hypothesis.status,
    reasons: hypothesis.reasons.slice(0, MOST.reasons).map((reason) => quotedText(reason, LONGEST.reason, names)),
    for: hypothesis.for.slice(0, MOST.ids).map(quotedName),
    against: hypothesis.against.slice(0, MOST.ids).map(quotedName),
    path: hypothesis.path.slice(0, MOST.path).map(quotedName),
  })),
});

const findingOf = (
  { id, kind, entity, peer, onsetMs, evidence: { window, facts, template } }: CitedFinding,
  names: ReadonlySet<string>,
): unknown => ({
  id,
  kind,
  entity: quotedName(entity.id),
  entityKind: quotedName(entity.kind),
  ...(peer === null ? {} : { peer: quotedName(peer) }),
  onset: quotedTime(onsetMs),
  window: window === null ? null : { start: quotedTime(window.startMs), end: quotedTime(window.endMs) },
  facts: Object.fromEntries(
    Object.entries(facts)
      .slice(0, MOST.facts)
      .map(([name, value]) => [quotedName(name), factOf(name, value, names)]),
  ),
  ...(template === undefined ? {} : { template: quotedText(template, LONGEST.template, names) }),
});

/** Redacts a fact by its name, which may show that the value is a secret. */
function factOf(name: string, value: number | string | null, names: ReadonlySet<string>): number | string | null {
  if (typeof value !== "string") return value;
  return quotedText(redactNamed(name, value.slice(0, LONGEST.fact * 4)), LONGEST.fact, names);
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

const nameOrNull = (name: string | null): string | null => (name === null ? null : quotedName(name));

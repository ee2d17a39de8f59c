import type { CitedFinding } from "../domain/finding.ts";
import type { IncidentShape } from "../domain/memory.ts";
import { redactPersonal } from "../domain/redact-personal.ts";
import { type Places, type Role, roleOf } from "./roles.ts";

export type Sign = IncidentShape["signs"][number];

/** More say no more: the strongest are kept. */
const MAX_SIGNS = 120;

/** What a finding shows, without a name: its kind, family and direction. */
export function kindWords({ kind, evidence: { facts } }: Pick<CitedFinding, "kind" | "evidence">): string {
  return [kind, facts.family, facts.direction].filter((part) => typeof part === "string").join(" ");
}

/**
 * What was seen, by the part that each entity plays for `blamed`: one sign for each role and kind, one for each role and metric, one for each pair of roles of a call; weight
 * ln(1 + strength) of the strongest finding that shows it. Strongest first, then by the alphabet.
 */
export function signsAround(blamed: string, findings: readonly CitedFinding[], places: Places): Sign[] {
  const weights = new Map<string, number>();
  const roles = new Map<string, Role>();
  const role = (id: string): Role => {
    const known = roles.get(id) ?? roleOf(id, blamed, places);
    roles.set(id, known);
    return known;
  };
  for (const finding of findings) {
    const part = role(finding.entity.id);
    const signs = [
      `${part} ${kindWords(finding)}`,
      ...named(part, finding),
      ...(finding.peer === null ? [] : [`${part}>${role(finding.peer)} ${kindWords(finding)}`]),
    ];
    const weight = Number(Math.log1p(finding.strength).toFixed(4));
    for (const sign of signs) weights.set(sign, Math.max(weights.get(sign) ?? 0, weight));
  }
  return [...weights]
    .map(([sign, weight]) => ({ sign, weight }))
    .toSorted((a, b) => b.weight - a.weight || (a.sign < b.sign ? -1 : 1))
    .slice(0, MAX_SIGNS);
}

/** A metric's or an alert's own name tells more than its family; a log alert's is a running number. */
function named(part: Role, { kind, evidence: { facts } }: CitedFinding): string[] {
  const name = facts.metric ?? facts.name;
  if (typeof name !== "string" || facts.family === "log") return [];
  return [
    [`${part} ${kind}`, redactPersonal(name), facts.direction].filter((word) => typeof word === "string").join(" "),
  ];
}

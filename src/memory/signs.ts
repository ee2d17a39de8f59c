import type { CitedFinding } from "../domain/finding.ts";
import type { IncidentShape } from "../domain/memory.ts";
import { redactPersonal } from "../domain/redact-personal.ts";
import { type Places, type Role, roleOf } from "./roles.ts";

export type Sign = IncidentShape["signs"][number];

/** Signs kept, the strongest first. More add nothing. */
const MAX_SIGNS = 120;

/** A finding without names: its kind, family and direction. */
export function kindWords({ kind, evidence: { facts } }: Pick<CitedFinding, "kind" | "evidence">): string {
  return [kind, facts.family, facts.direction].filter((part) => typeof part === "string").join(" ");
}

/**
 * Describes findings by each entity's role relative to `blamed`: a sign for each role and kind, for each role and
 * metric,
 * and for each pair of roles of a call. Weight: ln(1 + strength) of the strongest finding. Strongest first, ties in
 * alphabetical order.
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

/** A metric's or alert's own name is more specific than its family. The name of a log alert is only a number. */
function named(part: Role, { kind, evidence: { facts } }: CitedFinding): string[] {
  const name = facts.metric ?? facts.name;
  if (typeof name !== "string" || facts.family === "log") return [];
  return [
    [`${part} ${kind}`, redactPersonal(name), facts.direction].filter((word) => typeof word === "string").join(" "),
  ];
}

type Signs = IncidentShape["signs"];

/** Weight by role: the blamed entity's signs show the cause, those of others only how far it spread. */
const ROLE_WEIGHT: Readonly<Record<Role, number>> = {
  self: 1,
  member: 1,
  guest: 1,
  owner: 0.3,
  sibling: 0.3,
  host: 0.3,
  caller: 0.3,
  callee: 0.2,
  entry: 0.2,
  neighbour: 0.1,
  other: 0.1,
};

const roleWeight = (sign: string): number => {
  const role = sign.slice(0, sign.search(/[ >]/));
  return role in ROLE_WEIGHT ? ROLE_WEIGHT[role as Role] : 0; // just looked up
};

/**
 * Compares incidents by signs, independent of entity names: the cosine of sign weight × rarity × role weight, in [0,
 * 1].
 * Rarity is ln(1 + n / holders) among the compared incidents, so that a sign of every incident counts little.
 *
 * @param past signs of n ≥ 0 incidents.
 * @returns a function from signs to their likeness to each of `past`, in order; 0 without signs.
 */
export function structureIn(past: readonly Signs[]): (present: Signs) => number[] {
  const holders = new Map<string, number>();
  for (const signs of past) for (const { sign } of signs) holders.set(sign, (holders.get(sign) ?? 0) + 1);
  const rarity = (sign: string): number => Math.log(1 + past.length / (holders.get(sign) ?? 1));
  const vectorOf = (signs: Signs): Map<string, number> =>
    new Map(signs.map(({ sign, weight }) => [sign, weight * rarity(sign) * roleWeight(sign)]));
  const vectors = past.map(vectorOf).map((vector) => ({ vector, length: lengthOf(vector) }));
  return (present) => {
    const own = vectorOf(present);
    const length = lengthOf(own);
    return vectors.map((known) => {
      if (length === 0 || known.length === 0) return 0;
      const dot = [...own].reduce((sum, [sign, weight]) => sum + weight * (known.vector.get(sign) ?? 0), 0);
      return Math.min(1, dot / (length * known.length));
    });
  };
}

const lengthOf = (vector: ReadonlyMap<string, number>): number => Math.hypot(...vector.values());

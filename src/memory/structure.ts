import type { IncidentShape } from "../domain/memory.ts";
import type { Role } from "./roles.ts";

type Signs = IncidentShape["signs"];

/** What the blamed one shows tells the cause; what others show tells how far it reached. */
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
 * Compares what was seen by role, whatever the entities are called: the cosine of sign weights × rarity × role, in [0, 1]. Rarity is ln(1 + n / holders) among the incidents that
 * are compared, so that what every incident shows counts little.
 *
 * @param past n ≥ 0 incidents. @returns for a set of signs, its likeness to each of `past`, in order; 0 for one without signs.
 */
export function structureIn(past: readonly Signs[]): (present: Signs) => number[] {
  const holders = new Map<string, number>();
  for (const signs of past) for (const { sign } of signs) holders.set(sign, (holders.get(sign) ?? 0) + 1);
  const rarity = (sign: string): number => Math.log(1 + past.length / (holders.get(sign) ?? 1));
  const vectorOf = (signs: Signs): Map<string, number> =>
    new Map(signs.map(({ sign, weight }) => [sign, weight * rarity(sign) * roleWeight(sign)]));
  const vectors = past.map(vectorOf).map((vector) => ({ vector, length: lengthOf(vector) }));
  return (present) => {
    const asked = vectorOf(present);
    const length = lengthOf(asked);
    return vectors.map((known) => {
      if (length === 0 || known.length === 0) return 0;
      const dot = [...asked].reduce((sum, [sign, weight]) => sum + weight * (known.vector.get(sign) ?? 0), 0);
      return Math.min(1, dot / (length * known.length));
    });
  };
}

const lengthOf = (vector: ReadonlyMap<string, number>): number => Math.hypot(...vector.values());

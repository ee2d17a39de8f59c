import type { Change } from "./telemetry.ts";

/** Two reports of one change differ by less: a deploy may be dated by its start or by its end. Milliseconds. */
const SAME_MS = 60 * 60_000;
/** Commits may be shortened to this many characters. */
const SHORTEST_COMMIT = 7;

/**
 * Joins what several sources report of one change: the webhook of a deployment and the list that its server gives
 * later, or two tools that deploy one commit. Such changes have the same entity, kind and id, within an hour. One
 * source reports each change once, so changes of one source stay apart: a commit may be deployed twice.
 *
 * @param parts the changes of each source.
 */
export function distinctChanges(parts: readonly (readonly Change[])[]): Change[] {
  const [first = [], ...others] = parts;
  const known = [...first];
  for (const part of others) {
    const free = new Set(known.keys());
    for (const change of part) {
      const at = nearest(change, known, free);
      if (at === null) known.push(change);
      else {
        free.delete(at);
        known[at] = joined(known[at] ?? change, change);
      }
    }
  }
  return known;
}

/** The place of the same change among those that are not taken yet, the nearest in time; null if there is none. */
function nearest(change: Change, known: readonly Change[], free: ReadonlySet<number>): number | null {
  let best: { at: number; gapMs: number } | null = null;
  for (const at of free) {
    const other = known[at];
    if (other === undefined || !isSame(change, other)) continue;
    const gapMs = Math.abs(change.timeUnixMs - other.timeUnixMs);
    if (gapMs <= SAME_MS && (best === null || gapMs < best.gapMs)) best = { at, gapMs };
  }
  return best?.at ?? null;
}

const isSame = (a: Change, b: Change): boolean => a.entity === b.entity && a.kind === b.kind && isSameId(a.id, b.id);

const isSameId = (a: string, b: string): boolean => {
  if (a === b) return true;
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  return short.length >= SHORTEST_COMMIT && /^[0-9a-f]+$/.test(long) && long.startsWith(short);
};

/** The first report, with what only the second has. The longer id is the whole one. */
function joined(a: Change, b: Change): Change {
  const began = [a.beganUnixMs, b.beganUnixMs].filter((ms) => ms !== undefined);
  return {
    ...b,
    ...Object.fromEntries(Object.entries(a).filter(([, value]) => value !== undefined && value !== null)),
    entity: a.entity,
    kind: a.kind,
    id: a.id.length >= b.id.length ? a.id : b.id,
    summary: a.summary ?? b.summary,
    timeUnixMs: Math.min(a.timeUnixMs, b.timeUnixMs),
    ...(began.length === 0 ? {} : { beganUnixMs: Math.min(...began) }),
  };
}

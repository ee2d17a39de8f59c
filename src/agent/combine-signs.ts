import type { Incident } from "../domain/incident.ts";
import { FAR_BACK_MS } from "../domain/periods.ts";
import type { Onset, OnsetSign } from "../domain/onset.ts";
import { type Agreement, consistentOnset } from "../stats/consistent-onset.ts";
import { quantile } from "../stats/quantile.ts";

/** The effects of one fault show within this time: callers wait, retry and time out. Milliseconds. */
const TOGETHER_MS = 3 * 60_000;
/** A sign that ended this long before the alarm probably did not raise it. Milliseconds. */
const HEALED_MS = 5 * 60_000;
const HEALED = 0.3;
/** Weight of a slow climb: its start is uncertain. */
const RAMP = 0.5;
/** Weight of signs at the entry or the alerting entities, where users notice trouble. */
const NOTICED = 3;
/** Signs of less weight than this share of the clearest one agree with its time, but do not move it. */
const CLEAR_SHARE = 0.5;
/** Weaker support is everyday noise. */
const MIN_SUPPORT = 1.25;

/**
 * Combines the signs of all signals into one onset: the earliest time on which several agree. Signs that users feel
 * decide; signs of busy resources count only if there are no others.
 *
 * @param alerted entities whose alerts raised the alarm.
 * @returns null if too few signs agree.
 */
export function combineSigns(
  signs: readonly OnsetSign[],
  { alarmAtMs, entry, target }: Pick<Incident, "alarmAtMs" | "entry" | "target">,
  alerted: readonly string[] = [],
): Onset | null {
  const felt = signs.filter((sign) => sign.felt);
  const pool = felt.length > 0 ? felt : signs;
  const isHealed = ({ endMs }: OnsetSign): boolean =>
    endMs !== null && alarmAtMs !== null && endMs < alarmAtMs - HEALED_MS;
  const isNoticed = ({ entity }: OnsetSign): boolean => [entry, target?.entity, ...alerted].includes(entity);
  const agreeing = (ofHealed: number): Agreement | null => {
    const votes = pool.map((sign) => {
      const { atMs, stepMs, entity, signal, shape, weight } = sign;
      return {
        at: atMs,
        slack: stepMs,
        group: `${signal}\u0000${entity}`,
        weight:
          weight * (isHealed(sign) ? ofHealed : 1) * (shape === "ramp" ? RAMP : 1) * (isNoticed(sign) ? NOTICED : 1),
      };
    });
    const agreed = consistentOnset(votes, TOGETHER_MS);
    return agreed !== null && agreed.support >= MIN_SUPPORT ? agreed : null;
  };
  const isLatelyHealed = (sign: OnsetSign): boolean =>
    isHealed(sign) && isNoticed(sign) && sign.atMs >= (alarmAtMs ?? 0) - FAR_BACK_MS;
  const agreed = agreeing(HEALED) ?? onlyIf(agreeing(1), pool, isLatelyHealed);
  if (agreed === null) return null;
  const members = agreed.votes.flatMap((index) => pool[index] ?? []);
  const clearest = members.reduce((most, { weight }) => Math.max(most, weight), 0);
  const clear = members.filter(({ weight }) => weight >= CLEAR_SHARE * clearest);
  const began = clear.map(({ atMs, stepMs }) => atMs - stepMs / 2);
  const [usual] = [...Map.groupBy(clear, ({ shape }) => shape)].toSorted((a, b) => b[1].length - a[1].length);
  const ends = clear.flatMap(({ endMs }) => endMs ?? []).toSorted((a, b) => a - b);
  // single errors come in quiet times as well, so the later of two ends may be such a one
  const overMs = ends[(ends.length - 1) >> 1] ?? null;
  const lasts = pool.some(
    ({ atMs, endMs, weight }) => endMs === null && weight >= CLEAR_SHARE * clearest && atMs >= Math.min(...began),
  );
  return {
    atMs: Math.round(quantile(began, 0.25)),
    earliestMs: Math.round(clear.reduce((a, m) => Math.min(a, m.atMs - m.stepMs), Number.POSITIVE_INFINITY)),
    latestMs: Math.round(quantile(began, 0.5)),
    shape: usual?.[0] ?? "step",
    overMs: usual?.[0] === "burst" && overMs !== null && !lasts ? Math.round(overMs) : null,
    signals: [...new Set(members.map(({ signal }) => signal))].toSorted(),
    signs: members.length,
  };
}

/**
 * What has healed is the fault itself if nothing else is, and users noticed it: the alarm was late. Null if none of the
 * signs that agree is such a one.
 */
const onlyIf = (
  agreed: Agreement | null,
  pool: readonly OnsetSign[],
  isSuch: (sign: OnsetSign) => boolean,
): Agreement | null =>
  agreed !== null && agreed.votes.some((index) => pool[index] !== undefined && isSuch(pool[index])) ? agreed : null;

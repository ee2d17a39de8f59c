import type { ChangeOutcome, ChangeVerdict, MetricEffect } from "../../domain/change-verdict.ts";
import type { Hurts } from "../../domain/signals.ts";
import type { Change, Series } from "../../domain/telemetry.ts";
import { isoTime, type TimeWindow } from "../../domain/time.ts";
import { holm } from "../../stats/holm.ts";
import { seedOf } from "../../stats/seeded-random.ts";
import { rolloutsOf } from "../rollouts.ts";
import { type ControlGroup, CONTROL_WORDS, metricEffect, type RawEffect } from "./metric-effect.ts";
import { sidesOf } from "./sides.ts";

/**
 * What is known of the system. `series`: levels and rates, counters never as they are. `ownerOf`: the service of an
 * instance, itself if it is none. `feelsIt`: true for an entity that depends on another, so that it is no control.
 * `rank`: which metrics are compared, the most telling first; null for those that say nothing.
 */
export type ChangedSystem = {
  changes: readonly Change[];
  series: readonly Series[];
  instances: ReadonlySet<string>;
  ownerOf: (entity: string) => string;
  feelsIt: (entity: string, changed: string) => boolean;
  read: (metric: string) => { hurts: Hurts; rank: number | null };
};

/** Chance of any false "better" or "worse" of one change, over all its metrics. */
export const ALPHA = 0.05;
/** Corrected p below which a difference is shown. Memory is measured too short, so that p itself is too small. */
const SHOWN_P = 0.01;
/** More metrics cost more certainty than they add. */
const MAX_METRICS = 8;
/** Changed instances that were not there before are compared with replaced ones only if there are some of each. */
const MIN_INSTANCES = 3;

/** Judges one change of `system` by what its metrics did before and after it, beyond what others did. */
export function changeVerdict(change: Change, system: ChangedSystem): ChangeVerdict {
  const { entity, id, kind, timeUnixMs: atMs } = change;
  const about = { change_id: id, entity, kind, at: isoTime(atMs), before: null, after: null };
  const nothing = (why: string): ChangeVerdict => ({
    ...about,
    outcome: "cannot_tell",
    why,
    effects: [],
    not_compared: [],
  });
  const own = system.series.filter(
    (one) => system.ownerOf(one.entity) === system.ownerOf(entity) && comparedAs(one.metric, system) !== null,
  );
  if (own.length === 0) return nothing("no metric of it was recorded that could get better or worse");
  const others = system.changes.filter((one) => one !== change && one.entity === entity && one.id !== id);
  const sides = sidesOf(
    { beganMs: change.beganUnixMs ?? atMs, atMs },
    own,
    others.map((one) => ({ beganMs: one.beganUnixMs ?? one.timeUnixMs, atMs: one.timeUnixMs })),
  );
  if (sides === null)
    return nothing("its metrics were not recorded both before and after it, apart from other changes");
  const metrics = [...Map.groupBy(own, ({ metric }) => metric)]
    .toSorted(([a], [b]) => (comparedAs(a, system) ?? 0) - (comparedAs(b, system) ?? 0) || (a < b ? -1 : 1))
    .slice(0, MAX_METRICS);
  const range = { startMs: sides.before.startMs, endMs: sides.after.endMs };
  const found = metrics.map(([metric, series]) => ({
    metric,
    effect: metricEffect(metric, series, controlsOf(change, series, range, system), sides, seedOf(1, id + metric)),
  }));
  const raw = found.flatMap(({ effect }) => (typeof effect === "string" ? [] : [effect]));
  const corrected = holm(raw.map(({ p }) => p));
  const effects = raw.map((effect, at) => judged(effect, corrected[at] ?? 1, system.read(effect.metric).hurts));
  const notCompared = found.flatMap(({ metric, effect }) =>
    typeof effect === "string" ? [{ metric, why: effect }] : [],
  );
  const outcome = outcomeOf(effects);
  return {
    ...about,
    before: isoWindow(sides.before),
    after: isoWindow(sides.after),
    outcome,
    why: whyOf(outcome, effects, notCompared),
    effects,
    not_compared: notCompared,
  };
}

const comparedAs = (metric: string, { read }: ChangedSystem): number | null => {
  const { hurts, rank } = read(metric);
  return hurts === "both" ? null : rank;
};

const isoWindow = ({ startMs, endMs }: TimeWindow): { start: string; end: string } => ({
  start: isoTime(startMs),
  end: isoTime(endMs),
});

/** Instances that the change did not reach, then services that nothing changed and that do not depend on this one. */
function controlsOf(change: Change, own: readonly Series[], range: TimeWindow, system: ChangedSystem): ControlGroup[] {
  const { ownerOf, series, changes, feelsIt } = system;
  const owner = ownerOf(change.entity);
  const sameKind = new Set(own.map(({ entityKind }) => entityKind));
  const touched = new Set(
    changes
      .filter((one) => one.timeUnixMs >= range.startMs && (one.beganUnixMs ?? one.timeUnixMs) <= range.endMs)
      .map((one) => ownerOf(one.entity)),
  );
  const peers = series.filter(
    (one) =>
      one.metric === own[0]?.metric &&
      sameKind.has(one.entityKind) &&
      !touched.has(ownerOf(one.entity)) &&
      !feelsIt(ownerOf(one.entity), owner),
  );
  const byService = [...Map.groupBy(peers, (one) => ownerOf(one.entity))]
    .filter(([service]) => service !== owner)
    .map(([, group]) => group);
  return [
    ...instancesOf(change, own, system),
    ...(byService.length === 0 ? [] : [{ control: "untouched_services" as const, treated: own, groups: byService }]),
  ];
}

const began = ({ timesMs }: Series): number => timesMs[0] ?? Infinity;
const ended = ({ timesMs }: Series): number => timesMs.at(-1) ?? -Infinity;

/** Changed against unchanged instances of the same service, if the change reached only some. */
function instancesOf(change: Change, own: readonly Series[], system: ChangedSystem): ControlGroup[] {
  const { instances, ownerOf } = system;
  const atMs = change.timeUnixMs;
  const [rollout] = rolloutsOf([change], own, { asOfMs: atMs, instances, ownerOf });
  if (rollout === undefined || rollout.changedAtMs.size === 0) return [];
  const ofInstances = own.filter(({ entity }) => entity !== change.entity);
  const changed = ofInstances.filter(({ entity }) => rollout.changedAtMs.has(entity));
  const rest = ofInstances.filter(({ entity }) => !rollout.changedAtMs.has(entity));
  const unchanged = rest.filter((one) => began(one) < atMs && ended(one) > atMs);
  const replaced = rest.filter((one) => !unchanged.includes(one));
  const inPlace = changed.filter((one) => began(one) < atMs);
  const treated =
    inPlace.length > 0
      ? inPlace
      : changed.length >= MIN_INSTANCES && replaced.length >= MIN_INSTANCES
        ? [...changed, ...replaced]
        : [];
  return treated.length === 0 || unchanged.length === 0
    ? []
    : [{ control: "unchanged_instances", treated, groups: unchanged.map((one) => [one]) }];
}

function judged(effect: RawEffect, p: number, hurts: Hurts): MetricEffect {
  const isShown = p < SHOWN_P && effect.effect !== 0;
  const isWorse = hurts === "up" ? effect.effect > 0 : effect.effect < 0;
  return { ...effect, p, outcome: isShown ? (isWorse ? "worse" : "better") : "no_difference_shown" };
}

function outcomeOf(effects: readonly MetricEffect[]): ChangeOutcome {
  if (effects.length === 0) return "cannot_tell";
  if (effects.some(({ outcome }) => outcome === "worse")) return "worse";
  return effects.some(({ outcome }) => outcome === "better") ? "better" : "no_difference_shown";
}

function whyOf(
  outcome: ChangeOutcome,
  effects: readonly MetricEffect[],
  notCompared: readonly { metric: string; why: string }[],
): string {
  if (outcome === "cannot_tell") {
    const [most] = [...Map.groupBy(notCompared, ({ why }) => why)].toSorted(([, a], [, b]) => b.length - a.length);
    return most === undefined
      ? "nothing could be compared"
      : `${most[0]} (${most[1].length} of ${notCompared.length} metrics)`;
  }
  const controls = [...new Set(effects.map(({ control }) => CONTROL_WORDS[control]))].join(" and ");
  const shown = effects.filter((one) => one.outcome === outcome).length;
  const metrics = effects.length === 1 ? "metric" : "metrics";
  const gains = effects.filter((one) => one.outcome === "better").length;
  const but = outcome === "worse" && gains > 0 ? `; ${gains} got better` : "";
  return outcome === "no_difference_shown"
    ? `${effects.length} ${metrics} compared with ${controls}; a difference within the intervals is still possible`
    : `${shown} of ${effects.length} ${metrics} beyond ${controls}${but}`;
}

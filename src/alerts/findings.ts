import { Severity } from "../domain/alert-event.ts";
import type { Finding } from "../domain/finding.ts";
import type { Incident } from "../domain/incident.ts";
import type { Alert } from "../domain/telemetry.ts";
import { isoTime } from "../domain/time.ts";
import { readAlert } from "./alert-reading.ts";
import { alertRarity } from "./rarity.ts";
import { withoutCredentials } from "./runbook-links.ts";
import { alertKind } from "./tally.ts";

/** Hard cap; the strongest findings are kept. */
const MAX_FINDINGS = 2000;
/** Decay time of an alert's strength after the first alert: by then trouble has spread. Milliseconds. */
const SPREAD_MS = 300_000;

/**
 * Makes one finding per (entity, kind of alert, peer). Its strength is the product of: how unusual the alert is for
 * its entity; how strongly such an alert implicates its entity; the discount for habitual alerts; and e^(−delay / 5
 * min) after the first metric alert (after the first alert of any kind if no metric alert fired). A ranker takes only
 * the strongest finding of one `family` about one entity, because they repeat one symptom.
 *
 * @param past alert sets of other incidents of the same system, without labels; `[]` if there are none.
 */
export function alertFindings({
  alerts,
  past = [],
  incident,
  connector,
  query,
}: {
  alerts: readonly Alert[];
  past?: readonly (readonly Alert[])[];
  incident: Incident;
  connector: string;
  query: string;
}): Finding[] {
  const rarity = alertRarity(alerts, past);
  const beganMs = firstTime(alerts.filter(({ signal }) => signal === "metric")) ?? firstTime(alerts);
  const groups = Map.groupBy(alerts, (alert) => `${alert.entity}\u0000${alertKind(alert)}\u0000${alert.peer ?? ""}`);
  return [...groups.values()]
    .flatMap((same): Finding[] => {
      const [first] = same.toSorted(byName);
      if (!first) return [];
      const onsetMs = firstTime(same);
      const worst = Severity.options.find((level) => same.some(({ severity }) => severity === level));
      const reading = readAlert(first);
      const { family, cause } = reading;
      const flaps = firingsOf(same);
      const isFlapping = flaps >= MIN_FLAPS;
      const background = reading.background ?? (isFlapping ? "flapping" : null);
      const weight = isFlapping ? reading.weight * FLAPPING : reading.weight;
      const freshness =
        onsetMs === null || beganMs === null ? 1 : Math.exp(-Math.max(0, onsetMs - beganMs) / SPREAD_MS);
      const about = first.signal === "metric" && family !== first.name ? (background ?? family) : null;
      const meaning = [about, first.direction].filter((word) => word !== null).join(" ");
      const note = meaning === "" ? "" : ` (${meaning})`;
      const caller = first.peer !== null && first.peer !== first.entity ? `, called by ${first.peer}` : "";
      return [
        {
          signal: "alert",
          kind: "alert.firing",
          entity: { id: first.entity, kind: first.entityKind },
          strength:
            rarity.ofAlert(first) * weight * freshness * staleness(onsetMs, incident) * rarity.discountOf(first.entity),
          onsetMs,
          peer: first.peer,
          summary: `${first.entity}: alert "${first.name}" fires${note}${caller}`,
          evidence: {
            connector,
            query: `${query} entity=${first.entity} name=${first.name}`,
            window: incident.window,
            facts: {
              alert_signal: first.signal,
              name: first.name,
              direction: first.direction,
              family,
              count: same.reduce((sum, alert) => sum + alert.count, 0),
              ...(cause === null ? {} : { means: cause }),
              ...(background === null ? {} : { background }),
              ...(isFlapping ? { firings: flaps } : {}),
              ...targetFacts(same),
              raised_by: rarity.raisedBy(first),
              entities: rarity.entities,
              ...(rarity.pastSets > 0
                ? {
                    past_sets: rarity.pastSets,
                    seen_before: rarity.seenBefore(first),
                    entity_seen_alike: Math.round(rarity.habitOf(first.entity)),
                  }
                : {}),
              ...(onsetMs === null ? {} : { since: isoTime(onsetMs) }),
              ...(worst === undefined ? {} : { severity: worst }),
              ...(first.signal === "trace" && first.message !== null ? { status: first.message } : {}),
            },
            ...(first.message === null ? {} : { exemplar: first.message.slice(0, 500) }),
            ...linksOf(same),
          },
        },
      ];
    })
    .toSorted(
      (a, b) => b.strength - a.strength || (a.onsetMs ?? 0) - (b.onsetMs ?? 0) || (a.summary < b.summary ? -1 : 1),
    )
    .slice(0, MAX_FINDINGS);
}

/** An alert that fires this long before the onset is older than the fault. Milliseconds. */
const STALE_MS = 15 * 60_000;
/** Weight of such an alert. Not 0: a filling disk may alert hours before it is full. */
const STALE = 0.4;

const staleness = (firedMs: number | null, { onset }: Incident): number =>
  firedMs !== null && onset != null && firedMs < onset.atMs - STALE_MS ? STALE : 1;

/** An alert that fires this often within one incident is flapping. */
const MIN_FLAPS = 3;
/** Weight of a flapping alert. */
const FLAPPING = 0.2;
/** Firings closer than this are updates of one firing. Milliseconds. */
const APART_MS = 300_000;

/** How often an alert fired: the firings of several instances, or the same one sent twice, are one. */
function firingsOf(same: readonly Alert[]): number {
  const times = same.flatMap(({ timeUnixMs }) => timeUnixMs ?? []).toSorted((a, b) => a - b);
  const apart = times.slice(1).filter((time, at) => time - (times[at] ?? time) >= APART_MS);
  return apart.length + 1;
}

/** Labels that locate the target and name its owner. */
const TARGET_LABELS = [
  "namespace",
  "cluster",
  "region",
  "environment",
  "pod",
  "container",
  "node",
  "instance",
  "reason",
  "device",
  "mountpoint",
  "persistentvolumeclaim",
  "team",
  "owner",
] as const;
const MAX_LABEL_CHARS = 120;

/** The target's labels whose values all alerts of the group share. */
function targetFacts(same: readonly Alert[]): Record<string, string> {
  return Object.fromEntries(
    TARGET_LABELS.flatMap((label) => {
      const values = new Set(same.map(({ labels }) => (labels?.[label] ?? "").trim()));
      const [only = ""] = values;
      return values.size === 1 && only !== "" ? [[label, only.slice(0, MAX_LABEL_CHARS)]] : [];
    }),
  );
}

/** The links of the newest alert of the group. */
function linksOf(same: readonly Alert[]): { links?: Record<string, string> } {
  const links = same.flatMap((alert) => Object.entries(alert.links ?? {})).filter(([, url]) => URL.canParse(url));
  return links.length === 0
    ? {}
    : { links: Object.fromEntries(links.map(([what, url]) => [what, withoutCredentials(url)])) };
}

/** Names may differ within a kind: picks the earliest alert, whatever the order of the file. */
const byName = (a: Alert, b: Alert): number =>
  (a.timeUnixMs ?? 0) - (b.timeUnixMs ?? 0) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

const firstTime = (alerts: readonly Alert[]): number | null =>
  alerts.reduce<number | null>(
    (first, { timeUnixMs }) => (timeUnixMs !== null && (first === null || timeUnixMs < first) ? timeUnixMs : first),
    null,
  );

import type { Finding } from "../domain/finding.ts";
import type { Incident } from "../domain/incident.ts";
import type { Change } from "../domain/telemetry.ts";
import { isoTime } from "../domain/time.ts";

/** How often a change of each kind is to blame, before anything else is known. */
const KIND_WEIGHT: Record<Change["kind"], number> = { deploy: 1, config: 0.9, flag: 0.8, scale: 0.5, other: 0.3 };
/** A change that lies this long before the alarm is half as suspect. Milliseconds. */
const HALF_LIFE_MS = 30 * 60_000 * Math.LN2;

/**
 * One finding for each change made before the alarm (or, without one, at any time), newest first. Changes after the alarm cannot have caused it: they
 * are left out. The strength is kind weight × exp(−age / 30 min).
 */
export function changeFindings({ changes, incident, connector, query }: { changes: readonly Change[]; incident: Incident; connector: string; query: string }): Finding[] {
  const toldMs = incident.alarmAtMs ?? incident.window?.endMs ?? Number.POSITIVE_INFINITY;
  const latestMs = changes.reduce((latest, { timeUnixMs }) => (timeUnixMs <= toldMs ? Math.max(latest, timeUnixMs) : latest), 0);
  const standsAtMs = Number.isFinite(toldMs) ? toldMs : latestMs;
  return changes
    .filter(({ timeUnixMs }) => timeUnixMs <= toldMs)
    .map((change): Finding => {
      const ageMs = standsAtMs - change.timeUnixMs;
      const minutes = Number((ageMs / 60_000).toPrecision(3));
      const said = change.summary ? `: ${change.summary.slice(0, 200)}` : "";
      return {
        signal: "change",
        kind: `change.${change.kind}`,
        entity: { id: change.entity, kind: "service" },
        strength: KIND_WEIGHT[change.kind] * 2 ** (-ageMs / HALF_LIFE_MS),
        onsetMs: change.timeUnixMs,
        peer: null,
        summary: `${change.kind} ${change.id} on ${change.entity}, ${minutes} min before the alarm${said}`,
        evidence: {
          connector, query: `${query} id=${change.id}`, window: incident.window,
          facts: { id: change.id, kind: change.kind, at: isoTime(change.timeUnixMs), minutes_before: minutes, change_summary: change.summary },
        },
      };
    })
    .toSorted((a, b) => b.strength - a.strength || (a.summary < b.summary ? -1 : 1));
}

import { backgroundOf } from "../alerts/background.ts";
import type { Incident } from "../domain/incident.ts";
import type { Alert } from "../domain/telemetry.ts";
import { sliOf } from "../domain/signals.ts";

type Alarm = Pick<Incident, "entry" | "target">;

/**
 * Completes what the alarm is about from its alerts. If all alerts on latency or errors concern one entity, trouble is
 * noticed there. If the alerts of that entity concern one SLI only, that is the target.
 */
export function alarmOf(alerts: readonly Alert[], { entry, target }: Alarm): Alarm {
  const felt = alerts.filter((alert) => sliOf(alert.name) !== null && backgroundOf(alert) === null);
  const entities = new Set(felt.map(({ entity }) => entity));
  const noticedAt = entry ?? target?.entity ?? (entities.size === 1 ? (felt[0]?.entity ?? null) : null);
  const there = felt.filter(({ entity }) => entity === noticedAt);
  const slis = new Set(there.map(({ name }) => sliOf(name)));
  const [first] = there;
  return {
    entry: noticedAt,
    target: target ?? (first !== undefined && slis.size === 1 ? { entity: first.entity, metric: first.name } : null),
  };
}

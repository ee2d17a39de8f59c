import type { Incident } from "../domain/incident.ts";
import type { Alert } from "../domain/telemetry.ts";
import { sliOf } from "../domain/signals.ts";

type Alarm = Pick<Incident, "entry" | "target">;

/**
 * What the alarm is about, as far as nobody said it and its alerts do. What a metric is told of notices; where all alerts on what people feel (latency, errors) are about one entity, that is where
 * trouble is noticed; where those there speak of one of the two, that is what to look at.
 */
export function alarmOf(alerts: readonly Alert[], { entry, target }: Alarm): Alarm {
  const felt = alerts.filter(({ name }) => sliOf(name) !== null);
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

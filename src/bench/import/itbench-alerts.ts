import { z } from "zod";
import type { Severity } from "../../domain/alert-event.ts";
import { Alert } from "../../domain/telemetry.ts";
import type { Extent } from "./case-folder.ts";
import type { SourceFile } from "./source-tree.ts";
import type { Reading } from "./table.ts";
import { isoNanos, msOf } from "./times.ts";

const Labels = z.record(z.string(), z.string()).catch({});
/** One alert as Prometheus' API gives it; Alertmanager's `startsAt` serves, too. */
const Firing = z.looseObject({
  labels: Labels,
  annotations: Labels.optional(),
  state: z.string().nullish(),
  activeAt: z.string().nullish(),
  startsAt: z.string().nullish(),
});
type Firing = z.infer<typeof Firing>;
const Inner = z.looseObject({ alerts: z.array(Firing) });
const Snapshot = z.union([z.array(Firing), Inner, z.looseObject({ data: Inner })]);

/** Labels that say what an alert is about, the closest first, with the kind of entity. */
const SUBJECTS: readonly [label: string, kind: string][] = [
  ["service_name", "service"],
  ["service", "service"],
  ["deployment", "service"],
  ["statefulset", "service"],
  ["daemonset", "service"],
  ["pod", "pod"],
  ["node", "node"],
  ["job", "service"],
  ["namespace", "namespace"],
];
const SEVERITIES: Record<string, Severity> = {
  critical: "critical",
  high: "high",
  warning: "warning",
  info: "info",
  low: "low",
};
/** Alerts that fire as long as monitoring works. */
const HEARTBEAT = /^(watchdog|infoinhibitor|deadmansswitch)$/i;

/** The alerts of all snapshots, each once. `count`: in how many snapshots it fired. */
export async function alertsOf(files: readonly SourceFile[], { inputs, notes }: Reading): Promise<Alert[]> {
  const known = new Map<string, Alert>();
  for (const file of files) {
    const parsed = Snapshot.safeParse(await inputs.json(file));
    if (!parsed.success) {
      notes.dropped("alert snapshots", "no list of alerts", file.path);
      continue;
    }
    for (const one of listIn(parsed.data)) {
      if (one.state != null && one.state !== "firing" && one.state !== "active")
        notes.dropped("alerts", `only ${one.state}`, file.path);
      else if (HEARTBEAT.test(one.labels.alertname ?? ""))
        notes.dropped("alerts", "they fire as long as monitoring works", file.path);
      else addAlert(known, one);
    }
  }
  return [...known.values()].toSorted((a, b) => (a.timeUnixMs ?? 0) - (b.timeUnixMs ?? 0));
}

const listIn = (snapshot: z.infer<typeof Snapshot>): Firing[] => {
  if (Array.isArray(snapshot)) return snapshot;
  return "alerts" in snapshot
    ? (snapshot as z.infer<typeof Inner>).alerts
    : (snapshot as { data: z.infer<typeof Inner> }).data.alerts;
};

function addAlert(known: Map<string, Alert>, { labels, annotations = {}, activeAt, startsAt }: Firing): void {
  const key = JSON.stringify([Object.entries(labels).toSorted(), activeAt ?? startsAt ?? null]);
  const before = known.get(key);
  if (before !== undefined) {
    before.count += 1;
    return;
  }
  const [label, entityKind] = SUBJECTS.find(([name]) => labels[name]) ?? ["", "service"];
  const nanos = isoNanos(activeAt ?? startsAt ?? "");
  const severity = SEVERITIES[(labels.severity ?? "").toLowerCase()];
  const alert = Alert.parse({
    timeUnixMs: nanos === null ? null : msOf(nanos),
    entity: labels[label] ?? labels.alertname ?? "unknown",
    entityKind,
    signal: "metric",
    name: labels.alertname ?? "alert",
    count: 1,
    message: annotations.summary ?? annotations.description ?? annotations.message ?? null,
    ...(severity === undefined ? {} : { severity }),
    labels,
  });
  known.set(key, alert);
}

/** The alarm: the first alert that began while records were taken; otherwise the last that began before. */
export function alarmTime(alerts: readonly Alert[], extents: readonly Extent[]): number | null {
  const times = alerts.flatMap(({ timeUnixMs }) => (timeUnixMs === null ? [] : [timeUnixMs]));
  const known = extents.filter((extent) => extent !== null);
  if (times.length === 0) return null;
  const firstMs = Math.min(...known.map((extent) => extent.firstMs));
  return times.find((ms) => known.length === 0 || ms >= firstMs) ?? times.at(-1) ?? null;
}

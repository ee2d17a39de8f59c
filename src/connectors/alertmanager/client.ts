import { z } from "zod";
import type { QueryDoor } from "../backend.ts";
import { GroupedAlert, toAlertEvent } from "../webhooks/alertmanager.ts";
import { MAX_ALERTS } from "../webhooks/read-payload.ts";
import type { AlertEvent } from "../../domain/alert-event.ts";

/** `suppressed`: a silence or an inhibition keeps it quiet. `unprocessed`: it has just arrived. */
const ApiAlert = GroupedAlert.omit({ status: true }).extend({
  updatedAt: z.string().nullish(),
  status: z.object({
    state: z.enum(["active", "suppressed", "unprocessed"]),
    silencedBy: z.array(z.string()).default([]),
    inhibitedBy: z.array(z.string()).default([]),
    mutedBy: z.array(z.string()).default([]),
  }),
});
type ApiAlert = z.infer<typeof ApiAlert>;
const ApiAlerts = z.array(ApiAlert).max(MAX_ALERTS);
/** By receiver and group labels; an alert is in a group for each of its receivers. */
const ApiGroups = z.array(z.object({ alerts: ApiAlerts })).max(MAX_ALERTS);
const ApiStatus = z.object({ versionInfo: z.object({ version: z.string() }) });

/** One alert of the server. `quietBy`: what keeps it quiet; null if it notifies people. */
export type ServerAlert = {
  event: AlertEvent;
  updatedAtMs: number;
  quietBy: "silence" | "inhibition" | "mute time" | null;
};

type Options = { signal?: AbortSignal | undefined };
/** Of one answer, decompressed: ten thousand alerts with long annotations fit. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

/**
 * The queries of Alertmanager's API v2. They throw {IncidentError} as `HttpDoor` does.
 *
 * @see https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml
 */
export function alertmanagerClient(http: QueryDoor) {
  return {
    /** All alerts that match, the quiet ones too. `filters`: matchers such as `severity="critical"`. */
    async alerts(filters: readonly string[], nowMs: number, { signal }: Options = {}): Promise<ServerAlert[]> {
      const query = { filter: filters };
      const all = await http.json({ path: "/api/v2/alerts", query, signal, maxBytes: MAX_ANSWER_BYTES }, ApiAlerts);
      return all.map((alert) => toServerAlert(alert, nowMs));
    },

    /** The labels of all alerts that it has, as they are, by fingerprint. */
    async exactLabels({ signal }: Options = {}): Promise<Map<string, Readonly<Record<string, string>>>> {
      const all = await http.json({ path: "/api/v2/alerts", signal, maxBytes: MAX_ANSWER_BYTES }, ApiAlerts);
      return new Map(all.flatMap(({ fingerprint, labels }) => (fingerprint ? [[fingerprint, labels] as const] : [])));
    },

    /** Fingerprints of alerts whose route is muted now by a time interval, for all of their receivers. */
    async mutedPrints({ signal }: Options = {}): Promise<Set<string>> {
      const groups = await http.json(
        { path: "/api/v2/alerts/groups", query: { muted: "true" }, signal, maxBytes: MAX_ANSWER_BYTES },
        ApiGroups,
      );
      const byPrint = Map.groupBy(
        groups.flatMap(({ alerts }) => alerts),
        ({ fingerprint }) => fingerprint ?? "",
      );
      return new Set(
        [...byPrint].flatMap(([print, same]) => (same.every(({ status }) => status.mutedBy.length > 0) ? print : [])),
      );
    },

    version: async ({ signal }: Options = {}): Promise<string> =>
      (await http.json({ path: "/api/v2/status", signal }, ApiStatus)).versionInfo.version,
  };
}
export type AlertmanagerClient = ReturnType<typeof alertmanagerClient>;

function toServerAlert({ status, updatedAt, ...alert }: ApiAlert, nowMs: number): ServerAlert {
  const event = toAlertEvent({ ...alert, status: "firing" }, nowMs);
  const updatedAtMs = Date.parse(updatedAt ?? "");
  return {
    // a clock ahead of ours must not put the alarm into the future
    event: { ...event, startsAtMs: Math.min(event.startsAtMs, nowMs) },
    updatedAtMs: Number.isNaN(updatedAtMs) ? event.startsAtMs : updatedAtMs,
    quietBy:
      status.silencedBy.length > 0
        ? "silence"
        : status.inhibitedBy.length > 0 || status.state === "suppressed"
          ? "inhibition"
          : null,
  };
}

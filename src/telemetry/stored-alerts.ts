import { cappedAt, coverageFor } from "../domain/answer.ts";
import { alertOfEvent } from "../domain/alert-of-event.ts";
import type { AlertSource } from "../domain/ports.ts";
import type { ServiceStore } from "../domain/service-store.ts";
import { OPERATIONS } from "./data-operations.ts";
import { memorySource } from "./memory-source.ts";

/** Maximum number of alerts: more than a person or the ranking can use. */
const MAX_ALERTS = 5_000;
/** Number of past incidents that show which alerts are usual. */
const PAST_INCIDENTS = 100;

/** The alerts of an incident, oldest first. */
export function storedAlerts(
  service: Pick<ServiceStore, "listAlerts" | "pastAlerts">,
  incidentId: string,
): AlertSource {
  const read = async () => {
    const { alerts, count } = await service.listAlerts(incidentId, MAX_ALERTS);
    return { alerts: alerts.map(alertOfEvent).toReversed(), count };
  };
  const source = memorySource("alert", "alerts", async () => (await read()).alerts);
  return {
    ...source,
    async query(query) {
      const coverage = coverageFor(source, query);
      if (query.recording !== null) return { data: [], coverage };
      const { alerts, count } = await read();
      const { selected, isCapped } = OPERATIONS.alert.select?.(alerts, query) ?? { selected: alerts, isCapped: false };
      if (isCapped) coverage.gaps.push(cappedAt(query));
      if (count > alerts.length)
        coverage.gaps.push({ kind: "capped", why: `only the newest ${alerts.length} of ${count} alerts were read` });
      return { data: selected, coverage: { ...coverage, returned: selected.length } };
    },
    firingNow: async () => {
      const { alerts } = await service.listAlerts(incidentId, MAX_ALERTS);
      return alerts.filter(({ status }) => status === "firing").map(alertOfEvent);
    },
    pastAlerts: async () =>
      (await service.pastAlerts(incidentId, PAST_INCIDENTS)).map((alerts) => alerts.map(alertOfEvent)),
  };
}

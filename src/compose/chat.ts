import { fileIncidents } from "../connectors/files/incidents.ts";
import { pngOf } from "../connectors/resvg/png.ts";
import { readSlackAlert } from "../connectors/slack/read-alert.ts";
import type { Config } from "../config.ts";
import type { AlertDelivery } from "../domain/alert-event.ts";
import type { Report } from "../domain/report.ts";
import type { ChatThreadStore } from "../domain/chat-thread.ts";
import type { Series } from "../domain/telemetry.ts";
import { knownIncidents } from "../app/incidents/known-incidents.ts";
import { openSlackHttp } from "./slack-http.ts";
import { openStores } from "./stores.ts";

/** What a chat needs beside the service. */
export type Chat = {
  threads: ChatThreadStore;
  /** Null where a message tells of no alert. */
  readAlert(message: unknown): AlertDelivery | null;
  /** The series that a report's evidence rests on, as they were recorded, in the order asked; one that is gone is left out. */
  seriesOf(
    report: Pick<Report, "incident_id">,
    wanted: readonly { entity: string; metric: string }[],
  ): Promise<Series[]>;
  toPng(svg: string): Promise<Uint8Array>;
  /** For requests to Slack. */
  fetch: typeof globalThis.fetch;
  close(): Promise<void>;
};

/** @throws {IncidentError} CONFIG, UNAVAILABLE */
export async function openChat(config: Config): Promise<Chat> {
  const stores = await openStores(config);
  const http = openSlackHttp(config.proxy);
  const incidents = knownIncidents(fileIncidents(config.data), stores.service, config.topology);
  return {
    threads: stores.threads,
    readAlert: readSlackAlert,
    async seriesOf({ incident_id: incidentId }, wanted) {
      const { window } = await incidents.getIncident(incidentId);
      const { metrics } = await incidents.openTelemetry(incidentId);
      const all = (await metrics?.fetchSeries({ window })) ?? [];
      return wanted.flatMap(
        ({ entity, metric }) => all.find((series) => series.entity === entity && series.metric === metric) ?? [],
      );
    },
    toPng: pngOf,
    fetch: http.fetch,
    close: async () => {
      await http.close();
      await stores.close();
    },
  };
}

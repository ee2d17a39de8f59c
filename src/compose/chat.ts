import type { Chat } from "../app/chat.ts";
import { fileIncidents } from "../connectors/files/incidents.ts";
import { pngOf } from "../connectors/resvg/png.ts";
import { readSlackAlert } from "../connectors/slack/read-alert.ts";
import type { Config } from "../config.ts";
import { allIncidents } from "./incidents.ts";
import { openLiveSystem } from "./live-system.ts";
import { openSlackHttp } from "./slack-http.ts";
import { openHandle } from "../telemetry/handle.ts";
import { readSeries } from "../telemetry/read-series.ts";
import { openStores } from "./stores.ts";

/** @throws {IncidentError} CONFIG, UNAVAILABLE */
export async function openChat(config: Config): Promise<Chat> {
  const stores = await openStores(config);
  const http = openSlackHttp(config.proxy);
  const live = openLiveSystem(config, { otlp: stores.otlp, now: Date.now });
  const incidents = allIncidents(config, { recorded: fileIncidents(config.data), service: stores.service, live });
  return {
    threads: stores.threads,
    readAlert: readSlackAlert,
    async seriesOf({ incident_id: incidentId }, wanted) {
      const telemetry = openHandle(await incidents.openTelemetry(incidentId));
      return readSeries(telemetry, await incidents.getIncident(incidentId), wanted);
    },
    toPng: pngOf,
    fetch: http.fetch,
    close: async () => {
      await http.close();
      await live.close();
      await stores.close();
    },
  };
}

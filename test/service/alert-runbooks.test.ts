import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readAlertmanager } from "../../src/connectors/webhooks/alertmanager.ts";
import { servePages } from "../connectors/web/page-server.ts";
import { newHome, serviceAt, eventsOf } from "./services.ts";

const NOW_MS = Date.parse("2026-11-01T10:00:00Z");

/** Alertmanager's message about one alert whose rule names that runbook. */
/** Each address on an alert of its own: the same alert would join the incident that it opened. */
const posted = (runbook_url: string) => ({
  version: "4",
  groupKey: `{}:${runbook_url}`,
  status: "firing",
  alerts: [
    {
      status: "firing",
      labels: { alertname: "DiskFull", service: `orders-${runbook_url.split("/").at(-1)}-${runbook_url.length}` },
      annotations: { runbook_url },
      startsAt: "2026-11-01T09:59:00Z",
    },
  ],
});

it("puts the runbook_url of an Alertmanager alert into the report, and reads the page if allowed", async () => {
  const { origin, requests } = await servePages({
    "/team/disk": "# Full disks\n\nRemove old segments.\n",
    "/other/disk": "# Not ours\n",
  });
  const home = newHome();
  writeFileSync(join(home, "config.yaml"), `runbooks:\n  urls: ["${origin}/team/"]\n`);
  const service = await serviceAt({ CAUSEWAY_HOME: home });
  const pointed = async (address: string) => {
    const {
      incidentIds: [incidentId = ""],
    } = await service.acceptAlerts(readAlertmanager(posted(address), NOW_MS), {
      deliveryId: address,
      receivedAtMs: NOW_MS,
    });
    const {
      analyses: [analysis],
    } = await service.getIncident(incidentId);
    await eventsOf(service, analysis?.id ?? "");
    return (await service.getAnalysis(analysis?.id ?? "")).report?.alert_runbooks;
  };
  expect(await pointed(`${origin}/team/disk`)).toEqual([
    { url: `${origin}/team/disk`, alerts: ["DiskFull"], runbook: null, title: "Full disks" },
  ]);
  expect(await pointed(`${origin}/other/disk`)).toEqual([
    { url: `${origin}/other/disk`, alerts: ["DiskFull"], runbook: null, title: null },
  ]);
  expect(await pointed("https://runbooks.example.com/memory-exhaustion")).toMatchObject([
    { runbook: "memory-exhaustion" },
  ]);
  expect(requests).toEqual(["/team/disk"]);
  await service.drain();
});

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NO_PAGES } from "../../../src/connectors/link.ts";
import { alertmanagerAlerts } from "../../../src/connectors/alertmanager/alert-source.ts";
import { alertmanagerFeed } from "../../../src/connectors/alertmanager/feed.ts";
import type { SourceHealth } from "../../../src/domain/ports.ts";
import { queryFor } from "../../../src/domain/query.ts";
import { type MetricsServer, startAlertmanager } from "../../servers/metrics-servers.ts";
import { eventually } from "../../eventually.ts";
import { entityAt, keepsTheContract, nameAt, TIMES_MS } from "../../telemetry/source-contract.ts";
import { doorTo, withstandsHostileServers } from "../withstands.ts";
import { serveLocally } from "../http/server.ts";
import { alert, CONFIG, postAlerts, silence } from "./posting.ts";

const options = { name: "alertmanager", filters: [], url: "http://alerts.example", pages: NO_PAGES };

describe("at a real Alertmanager", () => {
  let server: MetricsServer;
  let atFirst: SourceHealth | undefined;
  beforeAll(async () => {
    server = await startAlertmanager({ config: CONFIG });
    atFirst = await alertmanagerAlerts(doorTo(server.url), options).check?.();
    await silence(server.url, "service", "silenced");
    await postAlerts(server.url, [
      alert("HighErrorRate", "checkout", { severity: "critical" }),
      alert("HighLatency", "payment", { severity: "warning" }),
      alert("HighLatency", "silenced", { severity: "warning" }),
      // the configuration inhibits warnings about a service that has a critical alert
      alert("HighLatency", "checkout", { severity: "warning" }),
    ]);
    await eventually(async () => {
      if ((await pull()).inhibited !== 1) throw new Error("nothing is inhibited yet");
    });
  });
  afterAll(() => server.stop());
  const pull = (filters: string[] = []) => alertmanagerFeed(doorTo(server.url), options).pull(filters);

  it("pulls what fires, the worst first, and counts what is silenced and inhibited", async () => {
    const { alerts, silenced, inhibited, leftOut, known } = await pull();
    expect(alerts.map(({ name, entity, severity }) => [name, entity, severity])).toEqual([
      ["HighErrorRate", "checkout", "critical"],
      ["HighLatency", "payment", "warning"],
    ]);
    expect([silenced, inhibited, leftOut, known.size]).toEqual([1, 1, 0, 4]);
  });

  it("pulls only what matches the filters", async () => {
    const { alerts, silenced } = await pull(['severity="warning"', "service=~pay.*"]);
    expect([alerts.map(({ entity }) => entity), silenced]).toEqual([["payment"], 0]);
    await expect(pull(["not a matcher ("])).rejects.toMatchObject({ code: "REJECTED" });
  });

  it("says that nothing fires, as long as that is so", () => {
    expect(atFirst).toMatchObject({
      hasData: false,
      emptyWord: "nothing fires",
      sample: expect.stringMatching(/^Alertmanager \d.*Watchdog/),
      advice: [],
    });
  });

  it("shows that data comes back", async () => {
    expect(await alertmanagerAlerts(doorTo(server.url), options).check?.()).toMatchObject({
      hasData: true,
      sample: expect.stringMatching(/^2 alerts fire, 2 are silenced or inhibited; Alertmanager \d/),
      advice: [],
    });
  });

  it("answers queries about the alerts of a time range, the quiet ones too", async () => {
    const source = alertmanagerAlerts(doorTo(server.url), options);
    const now = Date.now();
    const range = { startMs: now - 3_600_000, endMs: now };
    const { data } = await source.query(queryFor("alert", range, { entities: ["checkout"] }));
    expect(data.map(({ name, severity }) => [name, severity]).toSorted()).toEqual([
      ["HighErrorRate", "critical"],
      ["HighLatency", "warning"],
    ]);
    const { data: earlier } = await source.query(queryFor("alert", { startMs: 0, endMs: 1 }));
    expect(earlier).toEqual([]);
  });
});

describe("the contract of sources, at a real Alertmanager", () => {
  let server: MetricsServer;
  beforeAll(async () => {
    server = await startAlertmanager({ config: CONFIG });
    const records = TIMES_MS.map((timeMs) => ({
      ...alert(nameAt(timeMs), entityAt(timeMs), { number: String(timeMs) }),
      startsAt: new Date(timeMs).toISOString(),
      endsAt: new Date(Date.now() + 3_600_000).toISOString(),
    }));
    await postAlerts(server.url, records);
  });
  afterAll(() => server.stop());
  keepsTheContract("Alertmanager", async () => alertmanagerAlerts(doorTo(server.url), options));
});

it("dates an alert of a server whose clock is ahead by its arrival", async () => {
  const ahead = { ...alert("Skewed", "checkout", {}), startsAt: new Date(Date.now() + 7_200_000).toISOString() };
  const status = { state: "active", silencedBy: [], inhibitedBy: [] };
  const { origin } = await serveLocally((request, response) =>
    response.end(
      JSON.stringify(request.url?.includes("groups") === true ? [] : [{ ...ahead, status, fingerprint: "f" }]),
    ),
  );
  const { alerts } = await alertmanagerFeed(doorTo(origin), options).pull([]);
  expect(alerts[0]?.startsAtMs).toBeLessThanOrEqual(Date.now());
});

it("takes the worst two thousand of a storm, and says how many it left out", async () => {
  const status = { state: "active", silencedBy: [], inhibitedBy: [] };
  const storm = Array.from({ length: 5_000 }, (_, at) => ({
    ...alert("Storm", `service-${at}`, { severity: at % 2 === 0 ? "warning" : "critical" }),
    fingerprint: `f${at}`,
    status,
  }));
  const { origin } = await serveLocally((request, response) =>
    response.end(JSON.stringify(request.url?.includes("groups") === true ? [] : storm)),
  );
  const { alerts, leftOut } = await alertmanagerFeed(doorTo(origin), options).pull([]);
  expect([alerts.length, leftOut, new Set(alerts.map(({ severity }) => severity))]).toEqual([
    2_000,
    3_000,
    new Set(["critical"]),
  ]);
});

withstandsHostileServers("Alertmanager", (url, timeoutMs) => alertmanagerAlerts(doorTo(url, timeoutMs), options));

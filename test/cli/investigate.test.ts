import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { alert, CONFIG, postAlerts, silence } from "../connectors/alertmanager/posting.ts";
import { type MetricsServer, startAlertmanager } from "../servers/metrics-servers.ts";
import { causeway } from "./run-cli.ts";

describe("causeway investigate, at a real Alertmanager", () => {
  let server: MetricsServer;
  beforeAll(async () => {
    server = await startAlertmanager({ config: CONFIG });
  });
  afterAll(() => server.stop());
  const home = mkdtempSync(join(tmpdir(), "causeway-investigate-"));
  const run = (...argv: string[]) =>
    causeway(["investigate", "--alertmanager", server.url, ...argv], { env: { CAUSEWAY_HOME: home } });
  const json = async (...argv: string[]) => JSON.parse((await run("--json", ...argv)).stdout);

  it("says so when nothing fires", async () => {
    const { code, stdout } = await run();
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/alertmanager: 0 alerts fire[^]*There is nothing to investigate/),
    ]);
  });

  it("groups what fires, analyzes each incident, and takes the severity and the exit code from it", async () => {
    await silence(server.url, "service", "search");
    const pressure = alert("NodeMemoryPressure", "checkout", { severity: "critical" });
    await postAlerts(server.url, [
      pressure,
      alert("HighErrorRate", "checkout", { severity: "high" }),
      alert("DiskAlmostFull", "billing", { severity: "warning" }),
      alert("HighLatency", "search", { severity: "critical" }),
    ]);
    const { code, stdout } = await run("--exit-code", "--limit", "1");
    expect(stdout).toMatch(/3 alerts fire; 1 silenced and 0 inhibited are left out/);
    expect(stdout).toMatch(/2 incidents/);
    expect(stdout).toMatch(/Not investigated: inc-\w+ \(DiskAlmostFull on billing\)/);
    expect([3, 4, 5]).toContain(code);
  });

  it("joins the recent analysis, analyzes what is left, and analyzes anew on request", async () => {
    const first = await json();
    expect(first.investigated.map(({ joined }: { joined: boolean }) => joined)).toEqual([true, false]);
    const again = await json();
    expect(again.investigated.map(({ joined }: { joined: boolean }) => joined)).toEqual([true, true]);
    const anew = await json("--anew");
    expect(anew.investigated.map(({ joined }: { joined: boolean }) => joined)).toEqual([false, false]);
    const ids = [first, again, anew].map(({ investigated }) =>
      investigated.map((one: { incident_id: string }) => one.incident_id),
    );
    expect(ids).toEqual([ids[0], ids[0], ids[0]]);
  });

  it("takes only what matches the filter", async () => {
    const { pulled, investigated } = await json("--filter", 'service="billing"');
    expect(pulled).toMatchObject([{ name: "alertmanager", firing: 1 }]);
    expect(investigated).toHaveLength(1);
  });

  it("closes the incident of an alert that is gone", async () => {
    const over = alert("DiskAlmostFull", "billing", { severity: "warning" });
    await postAlerts(server.url, [{ ...over, endsAt: new Date(Date.now() - 1_000).toISOString() }]);
    await expect.poll(async () => (await json()).investigated.length).toBe(1);
  });

  it("fails with the reason when no server answers, and says when none is configured", async () => {
    const nobody = await causeway(["investigate", "--alertmanager", "http://127.0.0.1:9"], {
      env: { CAUSEWAY_HOME: home },
    });
    expect(nobody).toMatchObject({ code: 1, stderr: expect.stringMatching(/Alertmanager could not be reached/) });
    const none = await causeway(["investigate"], { env: { CAUSEWAY_HOME: home } });
    expect(none).toMatchObject({ code: 1, stderr: expect.stringMatching(/--alertmanager <url>/) });
  });
});

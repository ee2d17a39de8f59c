import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sqliteAnalysisStore } from "../../src/connectors/sqlite/analysis-store.ts";
import { alert, CONFIG, postAlerts, silence } from "../connectors/alertmanager/posting.ts";
import { eventually } from "../eventually.ts";
import { HANG_MS } from "../hang.ts";
import { type MetricsServer, startAlertmanager } from "../servers/metrics-servers.ts";
import { causeway } from "./run-cli.ts";

const PROGRAM = join(import.meta.dirname, "../../bin/causeway.js");

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

  it("analyzes an incident again after kill -9 of the command, and marks what was left as failed", async () => {
    const silent = createServer(); // it holds every query
    await once(silent.listen(0, "127.0.0.1"), "listening");
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const env = { CAUSEWAY_HOME: mkdtempSync(join(tmpdir(), "causeway-killed-")) };
    const patient = join(env.CAUSEWAY_HOME, "patient.yaml"); // so that the command still waits when it is killed
    writeFileSync(patient, JSON.stringify({ sources: [{ kind: "prometheus", url, timeoutMs: HANG_MS }] }));
    const argv = ["investigate", "--alertmanager", server.url, "--filter", 'service="billing-after-kill"', "--json"];
    await postAlerts(server.url, [alert("HighErrorRate", "billing-after-kill", { severity: "critical" })]);
    const child = spawn(process.execPath, [PROGRAM, ...argv], {
      env: { PATH: process.env.PATH ?? "", CAUSEWAY_CONFIG: patient, ...env },
      stdio: "ignore",
    });
    await once(silent, "request");
    const store = await sqliteAnalysisStore(join(env.CAUSEWAY_HOME, "causeway.db"));
    const [left] = await eventually(async () => {
      const records = await store.listAnalyses();
      if (records.length > 0) return records;
      throw new Error("not yet begun");
    });
    const meanwhile = JSON.parse((await causeway(argv, { env })).stdout);
    child.kill("SIGKILL");
    await once(child, "exit");
    silent.closeAllConnections();
    silent.close();
    const listed = JSON.parse((await causeway(["analyses", "--json"], { env })).stdout);
    expect(listed).toContainEqual(
      expect.objectContaining({ analysis_id: left?.id, status: "running", interrupted: true }),
    );
    expect((await causeway(["analyses"], { env })).stdout).toContain("interrupted; resume it with");
    const { investigated } = JSON.parse((await causeway(argv, { env })).stdout);
    expect(meanwhile.not_investigated).toMatchObject([{ why: expect.stringMatching(`${left?.id} of it is running`) }]);
    expect(investigated).toMatchObject([{ joined: false, incident_id: left?.incidentId }]);
    expect(await store.getAnalysis(left?.id ?? "")).toMatchObject({ status: "failed" });
    await store.close();
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

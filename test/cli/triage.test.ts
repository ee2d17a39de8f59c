import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import type { TriageReport } from "../../src/domain/triage.ts";
import { tempDir, writeCase } from "../compose/recorded-suite.ts";
import { alert } from "../triage/alerts.ts";
import { causeway } from "./run-cli.ts";
import { NO_HOME } from "../no-home.ts";

const fixture = (name: string): string => join(import.meta.dirname, "../../fixtures", name);
const triage = (...argv: string[]) => causeway(["triage", ...argv], { env: { CAUSEWAY_HOME: NO_HOME } });
async function written(text: string | Uint8Array, name = "alerts.json"): Promise<string> {
  const path = join(await tempDir(), name);
  await writeFile(path, text);
  return path;
}
/** As a file would tell it: without what triage adds. */
const alertLine = (...args: Parameters<typeof alert>) => {
  const { groupKeys: _, ...event } = alert(...args);
  return event;
};
const report = async (...argv: string[]): Promise<TriageReport> =>
  JSON.parse((await triage(...argv, "--json")).stdout) as TriageReport;

const topology = JSON.stringify({
  nodes: [{ id: "node-1", kind: "node" }],
  edges: [
    { from: "web", to: "orders", kind: "calls" },
    { from: "orders", to: "store", kind: "calls" },
    { from: "orders-0", to: "orders", kind: "member_of" },
    { from: "orders-0", to: "node-1", kind: "runs_on" },
  ],
});

it("makes one incident of what Alertmanager grouped, routed by its own label", async () => {
  const { incidents, not_read: notRead } = await report(fixture("alertmanager/firing.json"));
  expect(notRead).toEqual([]);
  expect(incidents).toMatchObject([
    {
      status: "open",
      severity: "critical",
      severity_why: "the worst alert is critical",
      team: "shop",
      alerts: [{ why: null }, { why: expect.stringContaining("its sender groups it") }],
    },
  ]);
});

it.each(["grafana/firing.json", "pagerduty/triggered.json"])("reads %s", async (name) => {
  expect((await report(fixture(name))).incidents).toHaveLength(1);
});

it("reads the alerts of a scenario with the topology that its spans show", async () => {
  const { incidents } = await report(fixture("cases/shop-001"));
  expect(incidents).toMatchObject([
    { severity: "high", blast_radius: expect.arrayContaining(["gateway", "inventory"]) },
  ]);
  expect(incidents[0]?.alerts.map(({ why }) => why)).toContain("gateway is 2 hops from inventory, 4 s later");
});

it("treats recorded alerts without times as simultaneous, and reports it", async () => {
  const recorded = await writeCase(await tempDir(), "untimed", {
    files: { "alerts.jsonl": ["stock", "orders"].map((entity) => JSON.stringify({ entity, name: "Slow" })).join("\n") },
  });
  const { incidents, not_read: notRead } = await report(recorded);
  expect(incidents).toMatchObject([{ alerts: [{ entity: "orders" }, { entity: "stock" }] }]);
  expect(notRead).toEqual(["2 of 2 alerts have no recorded time and count as raised at the alarm"]);
});

it("shows the affected services and the team to call, and hides alerts that a parent explains", async () => {
  const alerts = [
    alertLine("node-1", 0, { name: "NotReady", severity: "high" }),
    alertLine("orders-0", 1),
    alertLine("archive", 90, { summary: "backup is late" }),
  ];
  const [file, graph, owners] = [
    await written(alerts.map((one) => JSON.stringify(one)).join("\n")),
    await written(topology, "topology.json"),
    await written("node-*: platform\n", "owners.yaml"),
  ];
  const { code, stdout } = await triage(file, "--topology", graph, "--owners", owners);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^3 alerts in 2 incidents\.\n\nHIGH {2}NotReady on node-1 and 1 more · open/);
  expect(stdout).toContain("affected  node-1, orders, orders-0, web\n");
  expect(stdout).toContain("call      platform: platform owns node-1");
  expect(stdout).toMatch(
    /◦ Latency on orders-0 .*\n +orders-0 is 1 hop from node-1, 60 s later\n +suppressed: orders-0/,
  );
  expect(stdout).toMatch(/orders-0 runs on node-1, where NotReady fires \(under NotReady\s+on\s+node-1\)/);
  expect(stdout).toContain("archive and its callers have no owner; set owners in");
});

it("uses the configured topology for alerts without one, but not for a recording, which has its own", async () => {
  const env = {
    CAUSEWAY_HOME: await tempDir(),
    CAUSEWAY_TOPOLOGY: await written(gzipSync(topology), "topology.json.gz"),
  };
  await writeFile(join(env.CAUSEWAY_HOME, "config.yaml"), "topology:\n  file: elsewhere.json\n  entry: web\n");
  const alerts = await written(JSON.stringify([alertLine("node-1", 0, { name: "NotReady" }), alertLine("web", 1)]));
  const triaged = async (path: string) =>
    JSON.parse((await causeway(["triage", path, "--json"], { env })).stdout) as TriageReport;
  expect((await triaged(alerts)).incidents).toMatchObject([
    { blast_radius: ["node-1", "orders", "orders-0", "web"] },
    { blast_radius: ["web"] },
  ]);
  expect(await triaged(fixture("cases/shop-001"))).toEqual(await report(fixture("cases/shop-001")));
});

it("closes an incident whose alerts are resolved, and reports flapping alerts", async () => {
  const alerts = [0, 4, 8].map((minute) =>
    alertLine("web", minute, { status: "resolved", endsAtMs: (minute + 1) * 60_000 }),
  );
  const { incidents } = await report(await written(gzipSync(JSON.stringify([...alerts, ...alerts])), "alerts.json.gz"));
  expect(incidents).toMatchObject([
    {
      status: "closed",
      ended_at: "1970-01-01T00:09:00.000Z",
      alerts: [{ firings: 3, flapping: true, suppressed: { parent: null } }],
    },
  ]);
});

it("skips lines that are not alerts and reports them; refuses input without alerts", async () => {
  const mixed = await written(
    `${JSON.stringify(alertLine("web", 0))}\nnot json\n{"fingerprint":"x"}\n` +
      '{"groupKey":"g","version":"4","status":"on fire","alerts":[]}\n',
    "alerts.jsonl",
  );
  const { incidents, not_read: notRead } = await report(mixed);
  expect(incidents).toHaveLength(1);
  expect(notRead).toEqual([
    "line 2 is not JSON",
    expect.stringMatching(/^line 3 is not an alert event: status/),
    expect.stringMatching(/^line 4: the payload does not have the format of Alertmanager/),
  ]);
  expect((await triage(mixed)).stdout).toContain("Not read\n  line 2 is not JSON");
  expect(await triage(await written("hello"))).toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringContaining("contains no readable alert"),
  });
  expect(await triage(await written("[]"))).toMatchObject({ code: 0, stdout: "There are no alerts.\n" });
  expect(await triage("/no/such/file")).toMatchObject({ code: 1, stderr: expect.stringContaining("/no/such/file") });
  expect(await triage(await tempDir())).toMatchObject({ code: 1, stderr: expect.stringContaining("scenario.json") });
  expect(await triage(mixed, "--topology", await written("{}"))).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("the topology in"),
  });
});

it("shows a stranger's text as text", async () => {
  const { stdout } = await triage(
    await written(JSON.stringify([alertLine("\u001b[2Jweb", 0, { name: "\u202Eevil", summary: "a\nCRITICAL  fake" })])),
  );
  expect(stdout).not.toContain("\u001b");
  expect(stdout).not.toContain("\u202E");
  expect(stdout).not.toMatch(/^CRITICAL/m);
});

import { mkdirSync, realpathSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { fileIncidents, scenarioFolder } from "../../../src/connectors/files/incidents.ts";
import { queryFor } from "../../../src/domain/query.ts";
import type { Telemetry } from "../../../src/domain/ports.ts";
import { sourcesOf } from "../../../src/telemetry/sources-of.ts";
import { ALL, folderWith, SAMPLE_HEADER, scenarioJson } from "./suite.ts";

const scenario = { title: "Checkout is slow", system: "shop", alarmAt: "2026-01-01T00:00:00Z" };
const twoCases = { "cases/b/scenario.json": scenarioJson("b"), "cases/a/scenario.json": scenarioJson("a", scenario) };

async function seriesOf(telemetry: Telemetry, recording: string | null = null) {
  const [source] = sourcesOf(telemetry, "metric");
  return (await source?.query(queryFor("metric", ALL, { recording })))?.data;
}

it("lists the incidents of a suite in ascending order, and reads one by its id", async () => {
  const store = fileIncidents([folderWith(twoCases)]);
  expect(await store.listIncidents()).toEqual([
    { id: "a", title: "Checkout is slow", alarmAtMs: Date.parse(scenario.alarmAt), system: "shop" },
    { id: "b", title: "Incident", alarmAtMs: null, system: null },
  ]);
  expect(await store.getIncident("a")).toMatchObject({
    id: "a",
    system: "shop",
    baseline: { window: null, shared: null },
  });
});

it("accepts a plain folder of scenarios, and several folders, the earlier one first", async () => {
  const plain = folderWith({
    "a/scenario.json": scenarioJson("a", { title: "mine" }),
    "notes/readme.txt": "no incident",
  });
  const store = fileIncidents([plain, folderWith(twoCases)]);
  expect((await store.listIncidents()).map(({ id, title }) => `${id} ${title}`)).toEqual(["a mine", "b Incident"]);
});

it("names the incidents with the closest ids, at most twenty", async () => {
  const many = Object.fromEntries(
    Array.from({ length: 30 }, (_, i) => [`cases/case-${i}/scenario.json`, scenarioJson(`case-${i}`)]),
  );
  const requested = fileIncidents([folderWith(many)]).getIncident("case-7x");
  await expect(requested).rejects.toMatchObject({
    code: "NOT_FOUND",
    message: expect.stringMatching(/known: case-7, (case-\d+, ){18}case-\d+, and 10 more$/),
  });
});

it.each(["../a", "a/../a", "..", ".", "", "/etc", "oracles", "a\0b"])("finds no incident %j", async (id) => {
  const root = folderWith({
    ...twoCases,
    "oracles/scenario.json": scenarioJson("oracles"),
    "scenario.json": scenarioJson(".."),
  });
  await expect(fileIncidents([root]).openTelemetry(id)).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(fileIncidents([join(root, "cases")]).getIncident(id)).rejects.toMatchObject({ code: "NOT_FOUND" });
});

it("never reads the oracles, not even through a link", async () => {
  const root = folderWith({
    ...twoCases,
    "oracles/a/scenario.json": scenarioJson("sly"),
    "oracles/a/topology.json": "{}",
  });
  symlinkSync(join(root, "oracles/a"), join(root, "cases/sly"));
  symlinkSync(join(root, "oracles/a/topology.json"), join(root, "cases/a/topology.json"));
  const store = fileIncidents([root]);
  await expect(store.getIncident("sly")).rejects.toMatchObject({ code: "REJECTED" });
  await expect(store.openTelemetry("a")).rejects.toMatchObject({ code: "REJECTED" });
});

it("works on a suite whose oracles cannot be opened", async () => {
  const root = folderWith({ ...twoCases, "cases/a/metrics.csv": `${SAMPLE_HEADER}\n1,shop,service,cpu,2` });
  symlinkSync(join(root, "oracles"), join(root, "oracles")); // opening it fails with ELOOP
  const store = fileIncidents([root]);
  expect(await store.listIncidents()).toHaveLength(2);
  expect(await seriesOf(await store.openTelemetry("a"))).toHaveLength(1);
});

it("follows no link out of the data folder", async () => {
  const root = folderWith(twoCases);
  const outside = folderWith({ "scenario.json": scenarioJson("out"), "metrics.csv": SAMPLE_HEADER });
  symlinkSync(outside, join(root, "cases/out"));
  symlinkSync(join(outside, "metrics.csv"), join(root, "cases/a/metrics.csv"));
  const store = fileIncidents([root]);
  await expect(store.getIncident("out")).rejects.toMatchObject({
    code: "REJECTED",
    message: expect.stringContaining("out of the data folder"),
  });
  await expect(store.openTelemetry("a")).rejects.toMatchObject({ code: "REJECTED" });
  expect((await store.listIncidents()).find(({ id }) => id === "out")?.title).toMatch(/^cannot be read/);
});

it("accepts a data folder that is a link", async () => {
  const place = folderWith({ "x/y": "" });
  symlinkSync(folderWith(twoCases), join(place, "suite"));
  expect((await fileIncidents([join(place, "suite")]).getIncident("a")).id).toBe("a");
});

it.each([
  ["{", /not JSON/],
  ["", /empty/],
  [scenarioJson("other"), /has the id "other"/],
  [JSON.stringify({ schema: "causeway.scenario/1", id: "a", alarmAt: "yesterday" }), /alarmAt/],
])("refuses the scenario %j with the reason, and still lists the others", async (text, reason) => {
  const store = fileIncidents([folderWith({ ...twoCases, "cases/a/scenario.json": text })]);
  await expect(store.getIncident("a")).rejects.toMatchObject({
    code: "BAD_INPUT",
    message: expect.stringMatching(reason),
  });
  expect((await store.listIncidents()).map(({ id }) => id)).toEqual(["a", "b"]);
});

it("refuses a missing data folder", async () => {
  await expect(fileIncidents(["/nowhere/at/all"]).listIncidents()).rejects.toMatchObject({ code: "CONFIG" });
});

it("opens one source for each signal that was recorded", async () => {
  const root = folderWith({
    ...twoCases,
    "cases/a/alerts.jsonl.gz": "",
    "cases/a/topology.json": '{"nodes":[],"edges":[]}',
    "cases/a/logs/web.log": "hello\n",
  });
  const store = fileIncidents([root]);
  expect((await store.openTelemetry("a")).map(({ signal }) => signal)).toEqual(["log", "alert", "topology"]);
  expect(await store.openTelemetry("b")).toEqual([]);
});

it("opens one scenario folder, whatever its name, with the shared recordings next to it", async () => {
  const root = folderWith({
    "cases/renamed/scenario.json": scenarioJson("one"),
    "cases/renamed/metrics.csv": SAMPLE_HEADER,
    "shared/calm/metrics.csv": `${SAMPLE_HEADER}\n1,shop,service,cpu,2`,
  });
  const store = scenarioFolder(join(root, "cases/renamed"));
  const [only] = await store.listIncidents();
  const telemetry = await store.openTelemetry(only?.id ?? "");
  expect(await seriesOf(telemetry, "calm")).toMatchObject([{ entity: "shop", values: [2] }]);
  await expect(store.getIncident("other")).rejects.toMatchObject({ code: "NOT_FOUND" });
});

it("throws if there is no scenario", async () => {
  await expect(scenarioFolder(folderWith({ "x/y": "" })).listIncidents()).rejects.toMatchObject({ code: "NOT_FOUND" });
});

it.each(["absent", "../cases", ".."])(
  "names the existing shared recordings for the unknown name %j",
  async (shared) => {
    const root = folderWith({
      ...twoCases,
      "cases/a/metrics.csv": SAMPLE_HEADER,
      "shared/calm/metrics.csv": SAMPLE_HEADER,
    });
    mkdirSync(join(realpathSync(root), "shared/quiet"));
    const telemetry = await fileIncidents([root]).openTelemetry("a");
    await expect(seriesOf(telemetry, shared)).rejects.toMatchObject({
      code: "NOT_FOUND",
      message: expect.stringMatching(/known: calm, quiet$/),
    });
    expect(await seriesOf(telemetry, "quiet")).toEqual([]);
  },
);

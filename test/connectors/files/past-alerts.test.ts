import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { fileIncidents } from "../../../src/connectors/files/incidents.ts";
import { openHandle } from "../../../src/telemetry/handle.ts";

let suite: string;
beforeEach(async () => {
  suite = await mkdtemp(join(tmpdir(), "past-alerts-"));
});
afterEach(() => rm(suite, { recursive: true }));

type Case = { system?: string; asOf?: string; alerts?: string };
const alert = (entity: string, timeUnixMs: number | null = null): string =>
  JSON.stringify({ timeUnixMs, entity, name: "cpu" });
async function record(id: string, { system = "shop", asOf, alerts = alert(id) }: Case = {}): Promise<void> {
  const dir = join(suite, "cases", id);
  await mkdir(dir, { recursive: true });
  await writeFile(
    join(dir, "scenario.json"),
    JSON.stringify({ schema: "causeway.scenario/1", id, suite: "test", system, ...(asOf && { asOf }) }),
  );
  await writeFile(join(dir, "alerts.jsonl"), alerts);
}
const pastOf = async (id: string): Promise<string[][]> => {
  const telemetry = openHandle(await fileIncidents([suite]).openTelemetry(id));
  return (await telemetry.pastAlerts()).map((set) => set.map(({ entity }) => entity));
};

it("returns the alert sets of other recordings of the same system, never its own", async () => {
  await Promise.all([record("a"), record("b"), record("c"), record("d", { system: "bank" })]);
  expect(await pastOf("b")).toEqual([["a"], ["c"]]);
});

it("skips sets that are later than asOf, or may be", async () => {
  await Promise.all([
    record("now", { asOf: "1970-01-01T00:00:10Z", alerts: alert("now", 9000) }),
    record("earlier", { alerts: alert("earlier", 8000) }),
    record("later", { alerts: `${alert("later", 8000)}\n${alert("later", 10_001)}` }),
    record("undated"),
  ]);
  expect(await pastOf("now")).toEqual([["earlier"]]);
});

it("skips recordings that cannot be read, and broken lines of others", async () => {
  await Promise.all([record("a"), record("b", { alerts: `{"broken\n${alert("b")}` }), record("c")]);
  await writeFile(join(suite, "cases", "c", "scenario.json"), "not JSON");
  expect(await pastOf("a")).toEqual([["b"]]);
});

it("never reads oracles, even through a link", async () => {
  await Promise.all([record("a"), record("b")]);
  await mkdir(join(suite, "oracles"));
  await writeFile(join(suite, "oracles", "alerts.jsonl"), alert("answer"));
  await rm(join(suite, "cases", "b", "alerts.jsonl"));
  await symlink(join(suite, "oracles", "alerts.jsonl"), join(suite, "cases", "b", "alerts.jsonl"));
  expect(await pastOf("a")).toEqual([]);
});

it("finds a recording that was added later", async () => {
  await Promise.all([record("a"), record("b")]);
  const incidents = fileIncidents([suite]);
  const count = async () => (await openHandle(await incidents.openTelemetry("a")).pastAlerts()).length;
  expect(await count()).toBe(1);
  await record("c");
  expect(await count()).toBe(2);
});

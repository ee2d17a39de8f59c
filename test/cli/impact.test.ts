import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { causeway } from "./run-cli.ts";

const START_MS = Date.UTC(2026, 10, 2, 8);
const AT_MS = START_MS + 60 * 60_000;

/** A folder with one incident: cart is deployed after an hour, and is slower from then on; two others are not. */
function recorded(): string {
  const dir = mkdtempSync(join(tmpdir(), "causeway-cli-impact-"));
  const scenario = {
    schema: "causeway.scenario/1",
    id: "slow-1",
    suite: "made",
    system: "made",
    title: "The cart is slow",
    alarmAt: new Date(AT_MS + 20 * 60_000).toISOString(),
  };
  const services = ["cart", "stock", "price"];
  const rows = Array.from({ length: 120 }, (_, at) =>
    services.map((name, which) => {
      const noise = (((at + 1) * 7919 * (which + 3)) % 101) / 1000;
      return `${START_MS + at * 60_000},${name},service,http_latency_mean_seconds,${(name === "cart" && at > 60 ? 0.4 : 0.2) + noise}`;
    }),
  ).flat();
  const change = { timeUnixMs: AT_MS, entity: "cart", kind: "deploy", id: "r12", summary: "faster carts" };
  mkdirSync(join(dir, "slow-1"));
  writeFileSync(join(dir, "slow-1", "scenario.json"), JSON.stringify(scenario));
  writeFileSync(join(dir, "slow-1", "metrics.csv"), `timeUnixMs,entity,entityKind,metric,value\n${rows.join("\n")}\n`);
  writeFileSync(join(dir, "slow-1", "changes.jsonl"), `${JSON.stringify(change)}\n`);
  return dir;
}

it("says what a change did, beside what, with an interval; JSON has the same; an unknown change is refused", async () => {
  const [data, env] = [recorded(), { CAUSEWAY_HOME: mkdtempSync(join(tmpdir(), "causeway-cli-impact-home-")) }];
  const shown = await causeway(["impact", "slow-1", "--data", data], { env });
  expect(shown.code).toBe(0);
  expect(shown.stdout).toContain("deploy r12 on cart, 2026-11-02 09:00:00 UTC");
  expect(shown.stdout).toContain("worse: 1 of 1 metric beyond untouched services");
  expect(shown.stdout).toMatch(/http_latency_mean_seconds: worse, \+\d+/);
  const json = await causeway(["impact", "slow-1", "--change", "r12", "--data", data, "--json"], { env });
  expect(JSON.parse(json.stdout)).toMatchObject({
    schema_version: "causeway.change-impact/v1",
    changes: [{ change_id: "r12", outcome: "worse", effects: [{ control: "untouched_services", controls: 2 }] }],
  });
  const unknown = await causeway(["impact", "slow-1", "--change", "r13", "--data", data], { env });
  expect(unknown.code).not.toBe(0);
  expect(unknown.stderr).toMatch(/no change r13[\s\S]*r12/);
});

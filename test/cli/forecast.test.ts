import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { causeway } from "./run-cli.ts";

const START_MS = Date.UTC(2026, 10, 2, 8);

/** A folder with one incident, whose disk fills in about two hours. */
function recorded(): string {
  const dir = mkdtempSync(join(tmpdir(), "causeway-cli-forecast-"));
  const scenario = {
    schema: "causeway.scenario/1",
    id: "disk-1",
    suite: "made",
    system: "made",
    title: "The disk of the database fills",
    alarmAt: new Date(START_MS + 58 * 60_000).toISOString(),
  };
  const rows = Array.from({ length: 60 }, (_, at) => {
    const [timeMs, noise] = [START_MS + at * 60_000, ((at * 3) % 7) * 1e6];
    return [
      `${timeMs},db,service,node_filesystem_avail_bytes,${6e9 - 4e7 * at + noise}`,
      `${timeMs},db,service,node_filesystem_size_bytes,10000000000`,
      `${timeMs},db,service,process_open_fds,${100 + (at % 3)}`,
      `${timeMs},db,service,process_max_fds,1024`,
    ];
  }).flat();
  mkdirSync(join(dir, "disk-1"));
  writeFileSync(join(dir, "disk-1", "scenario.json"), JSON.stringify(scenario));
  writeFileSync(join(dir, "disk-1", "metrics.csv"), `timeUnixMs,entity,entityKind,metric,value\n${rows.join("\n")}\n`);
  return dir;
}

const env = (): Record<string, string> => ({
  CAUSEWAY_HOME: mkdtempSync(join(tmpdir(), "causeway-cli-forecast-home-")),
});

it("says what runs out, when, and on which query that rests", async () => {
  const { code, stdout } = await causeway(["forecast", "disk-1", "--data", recorded()], { env: env() });
  expect(code).toBe(0);
  expect(stdout).toContain("What runs out, incident disk-1, as of 2026-11-02 08:59 UTC");
  expect(stdout).toMatch(/db: disk space runs out between 2026-11-02 10:\d\d UTC and\s+2026-11-02 10:\d\d UTC/);
  expect(stdout).toContain("64 % of node_filesystem_size_bytes");
  expect(stdout).toMatch(/query {2}metric node_filesystem_avail_bytes,\s+node_filesystem_size_bytes of db/);
  expect(stdout).toContain("No trend: 1 resource");
});

it("prints JSON, and says what it does not know", async () => {
  const data = recorded();
  const { stdout } = await causeway(["forecast", "disk-1", "--data", data, "--json"], { env: env() });
  const listing = JSON.parse(stdout) as { resources: { verdict: string }[] };
  expect(listing).toMatchObject({ schema_version: "causeway.forecast/v1", incident_id: "disk-1", confidence: 0.9 });
  expect(listing.resources.map(({ verdict }) => verdict)).toEqual(["between", "no_trend"]);
  const unknown = await causeway(["forecast", "disk-9", "--data", data], { env: env() });
  expect(unknown.code).not.toBe(0);
  expect(unknown.stderr).toContain("disk-9");
});

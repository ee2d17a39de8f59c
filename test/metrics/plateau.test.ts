import { describe, expect, it } from "vitest";
import { metricFindings } from "../../src/metrics/findings.ts";
import { anIncident } from "../fakes.ts";

const MINUTE_MS = 60_000;
const BEFORE = 60;
/** A use that varied between 250 and 370 before. */
const quiet = Array.from({ length: BEFORE }, (_, at) => 250 + (at % 7) * 20);
const CLIMB = [312, 341, 392, 430, 460, 477, 487, 490, 490, 491, 490, 491];

const series = (metric: string, values: number[]) => ({
  entity: "pay-db",
  entityKind: "database",
  metric,
  timesMs: values.map((_, at) => at * MINUTE_MS),
  values,
});
const latency = (slow: boolean) =>
  series(
    "WriteLatency",
    Array.from({ length: BEFORE + CLIMB.length }, (_, at) => (slow && at >= BEFORE ? 9 : 3 + (at % 7) / 10)),
  );
const ceilings = (metric: string, during: number[], { slow = true, before = quiet } = {}) =>
  metricFindings({
    own: [series(metric, [...before, ...during]), latency(slow)],
    shared: [],
    incident: anIncident({ alarmAtMs: (BEFORE + 1) * MINUTE_MS }),
    connector: "files",
    query: "metrics",
  }).filter(({ kind }) => kind === "metric.saturation");

describe("a use that climbs to a ceiling without a known limit", () => {
  it.each([
    ["DatabaseConnections", "pool"],
    ["mongodb_ss_connections_current", "pool"],
    ["pg_stat_activity_count", "pool"],
    ["hikaricp_connections_active", "pool"],
    ["windows_mssql_genstats_user_connections", "pool"],
    ["tomcat_threads_busy", "threads"],
    ["haproxy_frontend_current_sessions", "pool"],
  ])("%s is used up", (metric, family) => {
    expect(ceilings(metric, CLIMB)).toMatchObject([
      { onsetMs: (BEFORE + 6) * MINUTE_MS, evidence: { facts: { family, supposed_limit: 491 } } },
    ]);
  });

  it("is none while nothing waits or gets slower", () => {
    expect(ceilings("DatabaseConnections", CLIMB, { slow: false })).toEqual([]);
  });

  it.each([
    ["still climbs", [...CLIMB.slice(0, 9), 520, 560, 600]],
    ["falls again", [...CLIMB.slice(0, 10), 420, 390]],
    ["was as high before", CLIMB.map((value) => value - 110)],
  ])("is none if it %s", (_, during) => {
    expect(ceilings("DatabaseConnections", during)).toEqual([]);
  });

  it("is none for a series that is flat at all times: a fixed pool", () => {
    const flat = quiet.map(() => 100);
    expect(
      ceilings(
        "DatabaseConnections",
        CLIMB.map(() => 120),
        { before: flat },
      ),
    ).toEqual([]);
  });

  it.each([
    "hikaricp_connections_pending",
    "hikaricp_connections_idle",
    "max_connections",
    "db_client_connections_wait",
  ])("%s is no use of a pool", (metric) => {
    expect(ceilings(metric, CLIMB)).toEqual([]);
  });
});

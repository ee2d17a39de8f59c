import { describe, expect, it } from "vitest";
import { metricFindings } from "../../src/metrics/findings.ts";
import { isRound } from "../../src/metrics/plateau.ts";
import { anIncident } from "../fakes.ts";

const ALARM_MS = 600_000;
const timesMs = Array.from({ length: 90 }, (_, n) => n * 10_000);
const series = (metric: string, before: number, during = before) => ({
  entity: "store",
  entityKind: "database",
  metric,
  timesMs,
  values: timesMs.map((timeMs, at) => (timeMs >= ALARM_MS ? during : before) + (during === before ? 0 : at % 2)),
});
const full = (...own: ReturnType<typeof series>[]) =>
  metricFindings({
    own,
    shared: [],
    incident: anIncident({ alarmAtMs: ALARM_MS }),
    connector: "files",
    query: "metrics",
  }).filter(({ kind }) => kind === "metric.saturation");

describe("a use beside its limit, whose names differ in style", () => {
  it.each([
    ["pg_stat_activity_count", "pg_settings_max_connections", 500, 490],
    ["pg_stat_database_numbackends", "pg_settings_max_connections", 200, 195],
    ["memcached_current_connections", "memcached_max_connections", 1024, 1000],
    ["haproxy_frontend_current_sessions", "haproxy_frontend_limit_sessions", 2000, 1990],
    ["redis_connected_clients", "redis_config_maxclients", 10_000, 9900],
    ["go_sql_in_use_connections", "go_sql_max_open_connections", 50, 49],
    ["tomcat_threads_busy_threads", "tomcat_threads_config_max_threads", 200, 199],
    ["node_nf_conntrack_entries", "node_nf_conntrack_entries_limit", 262_144, 262_000],
    ["node_filefd_allocated", "node_filefd_maximum", 65_536, 65_000],
    ["rabbitmq_process_open_tcp_sockets", "rabbitmq_process_max_tcp_sockets", 943, 940],
    ["process_open_fds", "process_max_fds", 1024, 1020],
  ])("%s and %s", (use, limit, bound, used) => {
    expect(full(series(use, bound / 4, used), series(limit, bound))).toMatchObject([
      { evidence: { facts: { metric: use, bound: limit } } },
    ]);
    expect(full(series(use, bound / 4, bound * 0.7), series(limit, bound))).toEqual([]);
  });

  it("adds up the states and databases of one server, idle sessions included", () => {
    const found = full(
      series('pg_stat_activity_count{datname="app",state="active"}', 10, 60),
      series('pg_stat_activity_count{datname="app",state="idle"}', 20, 30),
      series('pg_stat_activity_count{datname="audit",state="idle in transaction"}', 1, 8),
      series("pg_settings_max_connections", 100),
    );
    expect(found).toMatchObject([{ evidence: { facts: { bound: "pg_settings_max_connections" } } }]);
    expect(found[0]?.evidence.facts.computed_from).toContain("audit");
  });

  it("takes what is in use and what is left together as the limit", () => {
    const found = full(
      series('mongodb_ss_connections{conn_type="current"}', 100, 810),
      series('mongodb_ss_connections{conn_type="available"}', 719, 9),
    );
    expect(found).toHaveLength(1);
  });

  it("takes the number of inodes as the limit of the free ones", () => {
    const at = '{mountpoint="/data"}';
    const found = full(
      series(`node_filesystem_files_free${at}`, 50_000, 20),
      series(`node_filesystem_files${at}`, 65_536),
    );
    expect(found).toMatchObject([{ evidence: { facts: { family: "disk space" } } }]);
  });
});

describe("what is no limit of a use", () => {
  it("the highest value so far, which rises with the use", () => {
    const most = series("haproxy_frontend_max_sessions", 100);
    most.values = timesMs.map((timeMs) => (timeMs >= ALARM_MS ? 301 : 100));
    expect(full(series("haproxy_frontend_current_sessions", 80, 300), most)).toEqual([]);
  });
  it.each([
    ["another statistic of the same series", "DatabaseConnections_Average", "DatabaseConnections_Maximum"],
    ["a limit that is far exceeded", "memcached_current_connections", "memcached_max_connections_per_client"],
    [
      "the connections that are open now, of which all are in use",
      "hikaricp_connections_active",
      "hikaricp_connections",
    ],
    ["the limit of another subject", "pg_stat_activity_count", "pg_settings_max_worker_processes"],
  ])("%s", (_, use, limit) => {
    expect(full(series(use, 20, 99), series(limit, 100))).toEqual([]);
  });
  it("of a rate: new connections a second are not those in use", () => {
    let sum = 0;
    const rate = series("mysql_global_status_connections_total", 0);
    rate.values = timesMs.map((timeMs) => (sum += 10 * (timeMs >= ALARM_MS ? 150 : 20)));
    expect(full(rate, series("mysql_global_variables_max_connections", 151))).toEqual([]);
  });
});

describe("a ceiling at a number that people choose", () => {
  it.each([10, 20, 50, 100, 151, 97, 200, 250, 256, 512, 1000, 1024, 4096, 65_536])("%d is one", (value) => {
    expect(isRound(value)).toBe(true);
  });
  it.each([13, 37, 88, 113, 491, 777, 1234])("%d is none", (value) => {
    expect(isRound(value)).toBe(false);
  });
  it.each([
    [100, 1],
    [103, 0],
  ])("%d, hardly above all that was seen before, is %d ceiling", (ceiling, ceilings) => {
    const use = series("user_connections", 0);
    use.values = timesMs.map((timeMs, at) => (timeMs >= ALARM_MS ? ceiling : 60 + (at % 7) * 6));
    const slow = series("write_latency", 3, 20);
    expect(full(use, slow)).toHaveLength(ceilings);
  });
});

import { expect, it } from "vitest";
import { certificateEnd } from "../../../src/metrics/forecast/certificate.ts";
import { resourceForecasts } from "../../../src/metrics/forecast/resources.ts";
import { jitter, series, START_MS } from "./minute-series.ts";

it("lists what runs out first: disks before what does not grow, with the query behind each", () => {
  const found = resourceForecasts([
    series("node-1", 'node_filesystem_avail_bytes{mountpoint="/"}', (at) => 6e9 - 5e7 * at + 1e7 * jitter(at)),
    series("node-1", 'node_filesystem_size_bytes{mountpoint="/"}', () => 1e10),
    series("node-1", 'node_filesystem_files_free{mountpoint="/"}', (at) => 9e5 + 1e3 * jitter(at)),
    series("node-1", 'node_filesystem_files{mountpoint="/"}', () => 1e6),
    series("db", "pg_stat_activity_count", (at) => 20 + at + jitter(at)),
    series("db", "pg_settings_max_connections", () => 100),
    series("db", "node_cpu_utilization", (at) => 0.2 + 0.01 * at),
  ]);
  expect(found.map(({ entity, resource, verdict }) => [entity, resource, verdict])).toEqual([
    ["db", "pool", "between"],
    ["node-1", "disk space", "between"],
    ["node-1", "inodes", "no_trend"],
  ]);
  expect(found[0]?.query).toMatchObject({
    signal: "metric",
    entities: ["db"],
    names: ["pg_stat_activity_count", "pg_settings_max_connections"],
  });
  expect(found[1]?.share).toBeCloseTo(0.695, 2);
});

it.each([
  ["probe_ssl_earliest_cert_expiry", 1_800_000_000, 1_800_000_000_000],
  ["x509_cert_not_after", 1_800_000_000, 1_800_000_000_000],
  ["certmanager_certificate_expiration_timestamp_seconds", 1_800_000_000, 1_800_000_000_000],
  ["kubelet_certificate_manager_client_ttl_seconds", 3_600, START_MS + 3_600_000],
  ["AWS/CertificateManager DaysToExpiry certificate", 2, START_MS + 2 * 86_400_000],
  ["token_expiry_seconds", 3_600, null],
  ["ssl_handshake_seconds", 2, null],
])("reads the end of a certificate from %s", (metric, value, end) => {
  expect(certificateEnd(metric, value, START_MS)).toBe(end);
});

import { expect, it } from "vitest";
import { backgroundOf } from "../../src/alerts/background.ts";
import { KNOWN_ALERTS, meaningOf, plainName } from "../../src/alerts/known-alerts.ts";
import { MONITORING_ALERTS, UPKEEP_ALERTS } from "../../src/alerts/known/background.ts";
import { HOST_ALERTS } from "../../src/alerts/known/hosts.ts";
import { KUBERNETES_ALERTS } from "../../src/alerts/known/kubernetes.ts";
import { MEANINGS, namesIn } from "../../src/alerts/known/meanings.ts";
import { STORE_ALERTS } from "../../src/alerts/known/stores.ts";
import { readAlert } from "../../src/alerts/alert-reading.ts";
import type { Alert } from "../../src/domain/telemetry.ts";
import { CAUSES } from "../../src/rca/catalogue.ts";

const alertOf = (name: string, more: Partial<Alert> = {}): Alert => ({
  timeUnixMs: 0,
  entity: "cart",
  entityKind: "service",
  signal: "metric",
  name,
  direction: null,
  peer: null,
  count: 1,
  message: null,
  ...more,
});

it("knows at least 500 names, each with one meaning", () => {
  const tables = [KUBERNETES_ALERTS, HOST_ALERTS, STORE_ALERTS];
  const names = tables.flatMap((table) =>
    Object.entries(table).flatMap(([meaning, list]) => namesIn(list).map((name) => [plainName(name), meaning])),
  );
  const background = [MONITORING_ALERTS, UPKEEP_ALERTS].flatMap((list) => namesIn(list).map(plainName));
  const twice = [...Map.groupBy(names, ([name]) => name)].filter(
    ([, same]) => new Set(same.map(([, meaning]) => meaning)).size > 1,
  );
  expect(twice.map(([name]) => name)).toEqual([]);
  expect(background.filter((name) => KNOWN_ALERTS.has(name))).toEqual([]);
  expect(KNOWN_ALERTS.size).toBeGreaterThanOrEqual(500);
  expect(new Set(background).size).toBeGreaterThanOrEqual(130);
});

it("states only causes that the catalogue has", () => {
  const ids = new Set(CAUSES.map(({ id }) => id));
  const stated = Object.values(MEANINGS).flatMap(({ cause }) => cause ?? []);
  expect(stated.filter((cause) => !ids.has(cause))).toEqual([]);
});

it.each([
  ["KubePodCrashLooping", "crash_loop"],
  ["KubePersistentVolumeFillingUp", "disk_full"],
  ["NodeClockSkewDetected", "clock_skew"],
  ["System time is out of sync", "clock_skew"],
  ["PostgresqlDeadLocks", "lock_contention"],
  ["MysqlReplicationLag", "replication_broken"],
  ["KafkaConsumerGroupLag", "consumer_stuck"],
  ["etcdNoLeader", "quorum_lost"],
  ["NodeFileDescriptorLimit", "open_files_exhausted"],
  ["NodeFilesystemAlmostOutOfSpace", "disk_full"],
  ["KubeNodeNotReady", "node_failure"],
  ["etcdHighFsyncDurations", "disk_io"],
  ["PostgresqlTooManyConnections", "connection_pool_exhaustion"],
  ["RDSDatabaseConnectionsHigh", "connection_pool_exhaustion"],
  ["RedisOutOfMemory", "memory_exhaustion"],
  ["ElasticsearchDiskOutOfSpace", "disk_full"],
  ["HostOomKillDetected", "memory_exhaustion"],
  ["CertManagerCertNotReady", "certificate_expired"],
  ["NodeNetworkReceiveErrs", "network_loss"],
  ["CoreDNSErrorsHigh", "dns_failure"],
  ["ArgoCDAppSyncFailed", "bad_deploy"],
  ["KubePodNotScheduled", "unschedulable"],
  ["StatusCheckFailed_System", "node_failure"],
  ["CPUUtilization", "cpu_contention"],
  ["Free disk space is less than 20% on volume /", "disk_full"],
  ["prod/orders/HighCPUUtilization", "cpu_contention"],
  ["kube_pod_crash_looping", "crash_loop"],
  ["Kube pod crash looping", "crash_loop"],
  ["waiting for a database connection", "connection_pool_exhaustion"],
  ["Checkout pods OOM", "memory_exhaustion"],
])("reads %s as %s", (name, cause) => {
  expect(meaningOf({ name })?.cause).toBe(cause);
});

it.each([
  ["CrashLoopBackOff", "crash_loop"],
  ["OOMKilled", "memory_exhaustion"],
  ["ImagePullBackOff", "image_pull_failure"],
  ["ErrImagePull", "image_pull_failure"],
  ["CreateContainerConfigError", "bad_config"],
])("reads the reason %s of a container that waits as %s", (reason, cause) => {
  expect(meaningOf({ name: "KubeContainerWaiting", labels: { reason } })?.cause).toBe(cause);
});

it.each([["HighErrorRate"], ["http_requests"], ["p95 above objective"], ["ErrorBudgetBurn"], ["cart"]])(
  "knows no cause for %s",
  (name) => {
    expect(meaningOf({ name })?.cause ?? null).toBeNull();
  },
);

it.each<[string, Partial<Alert>, string]>([
  ["Watchdog", {}, "monitoring"],
  ["DeadMansSwitch", {}, "monitoring"],
  ["InfoInhibitor", {}, "monitoring"],
  ["DatasourceNoData", {}, "monitoring"],
  ["no data", { message: "no data from 61 % of the targets" }, "monitoring"],
  ["PrometheusRuleFailures", { entity: "prometheus-k8s" }, "monitoring"],
  ["AlertmanagerFailedReload", {}, "monitoring"],
  ["TargetDown", { entity: "kps-kube-state-metrics" }, "monitoring"],
  ["TargetDown", { entity: "node-exporter" }, "monitoring"],
  ["Datadog agent down", {}, "monitoring"],
  ["Log volume of web-bff up 900 %", {}, "monitoring"],
  ["LogIngestionHigh", {}, "monitoring"],
  ["Logs ingested bytes above budget", {}, "monitoring"],
  ["KernelUpdatePending", { message: "reboot needed" }, "upkeep"],
  ["DependencyOutdated", { message: "image is 97 days old" }, "upkeep"],
  ["BackupTooOld", {}, "upkeep"],
  ["KubeJobFailed", {}, "upkeep"],
  ["KubeCPUOvercommit", {}, "upkeep"],
  ["QuotaAlmostReached", { message: "object storage quota at 87 %" }, "upkeep"],
  ["security updates available", {}, "upkeep"],
  ["Nightly backup missing", {}, "upkeep"],
  ["CertificateExpiresSoon", { message: "certificate of intranet expires in 19 days" }, "forecast"],
  ["TLS certificate expiring", {}, "upkeep"],
  ["FilesystemFullIn4Days", { message: "predicted to be full in 4 days" }, "forecast"],
  ["KubePersistentVolumeFillingUp", { message: "is expected to fill up within four days" }, "forecast"],
  ["ClockNotSynchronised", { message: "ntp stratum changed" }, "clock"],
  ["NodeClockSkewDetected", {}, "clock"],
  ["SyntheticCheckFailed", { entity: "synthetic-booking", entityKind: "probe" }, "probe"],
  ["portal check failed", { entity: "probe_portal" }, "probe"],
  ["EndpointDown", { message: "failed from 1 of 3 places" }, "partial"],
  ["HighLatency", { message: "value crossed the line for 1 of 5 evaluations" }, "partial"],
])("keeps %s (%j) in the background: %s", (name, more, background) => {
  expect(backgroundOf(alertOf(name, more))).toBe(background);
});

it.each<[string, Partial<Alert>]>([
  ["HighErrorRate", {}],
  ["TargetDown", { entity: "checkout" }],
  ["KubePodCrashLooping", {}],
  ["CertificateExpired", { message: "certificate of payments has expired" }],
  ["KubePersistentVolumeFillingUp", { message: "only 2 % of the volume is left" }],
  ["NodeFilesystemSpaceFillingUp", { message: "will fill up in 3 hours" }],
  ["ErrorBudgetExceeded", {}],
  ["BackupServiceHighLatency", { entity: "backup-service" }],
  ["EndpointDown", { message: "failed from 3 of 3 places" }],
  ["BlackboxProbeFailed", { entity: "shop.example.com" }],
  ["KubeQuotaExceeded", {}],
  ["HeartbeatLost", {}],
  ["Log volume of db-1 is 95 % full", {}],
  ["HighErrorLogVolume", {}],
])("takes %s (%j) as evidence", (name, more) => {
  expect(backgroundOf(alertOf(name, more))).toBeNull();
});

it("gives an alert in the background no weight, whatever its severity", () => {
  expect(readAlert(alertOf("KernelUpdatePending", { severity: "critical" }))).toEqual({
    family: "upkeep",
    weight: 0,
    cause: null,
    background: "upkeep",
  });
});

it("does not take an idle resource for a scarce one", () => {
  expect(readAlert(alertOf("CPUUtilization", { direction: "up" })).cause).toBe("cpu_contention");
  expect(readAlert(alertOf("CPUUtilization", { direction: "down" }))).toMatchObject({ cause: null, weight: 0 });
});

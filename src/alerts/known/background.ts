import { namesIn } from "./meanings.ts";

/**
 * Alerts about monitoring itself: something was not measured. They do not mean that something fails.
 *
 * @see the mixins of Prometheus, Alertmanager, Thanos, Loki, Mimir and Grafana, and Prometheus's heartbeat alerts
 */
export const MONITORING_ALERTS = `
    Watchdog DeadMansSwitch DeadManSwitch DeadMansSnitch Heartbeat PrometheusAlertmanagerE2eDeadManSwitch
    InfoInhibitor NoData DatasourceNoData DatasourceError MetricsMissing MetricsAbsent AbsentMetrics
    MissingMetrics NoDataReceived TargetsMissing ExporterDown NodeExporterDown NodeTextFileCollectorScrapeError
    HostNodeExporterDown KubeStateMetricsListErrors KubeStateMetricsWatchErrors KubeStateMetricsShardingMismatch
    KubeStateMetricsShardsMissing PrometheusTargetMissing PrometheusAllTargetsMissing
    PrometheusTargetMissingWithWarmupTime PrometheusJobMissing PrometheusTargetEmpty
    PrometheusTargetScrapingSlow PrometheusLargeScrape PrometheusBadConfig PrometheusConfigurationReloadFailure
    PrometheusNotConnectedToAlertmanagers PrometheusNotConnectedToAlertmanager
    PrometheusErrorSendingAlertsToSomeAlertmanagers PrometheusErrorSendingAlertsToAnyAlertmanager
    PrometheusNotificationQueueRunningFull PrometheusNotificationsBacklog PrometheusRuleFailures
    PrometheusMissingRuleEvaluations PrometheusRuleEvaluationFailures PrometheusRuleEvaluationSlow
    PrometheusTSDBReloadsFailing PrometheusTSDBCompactionsFailing PrometheusTsdbCompactionsFailed
    PrometheusTsdbReloadFailures PrometheusTsdbWalCorruptions PrometheusTimeseriesCardinality
    PrometheusNotIngestingSamples PrometheusDuplicateTimestamps PrometheusOutOfOrderTimestamps
    PrometheusRemoteStorageFailures PrometheusRemoteWriteBehind PrometheusRemoteWriteDesiredShards
    PrometheusTooManyRestarts PrometheusScrapeBodySizeLimitHit PrometheusScrapeSampleLimitHit
    PrometheusTargetSyncFailure PrometheusLabelLimitHit PrometheusHighQueryLoad PrometheusSDRefreshFailure
    PrometheusKubernetesListWatchFailures PrometheusOperatorListErrors PrometheusOperatorWatchErrors
    PrometheusOperatorSyncFailed PrometheusOperatorReconcileErrors PrometheusOperatorNodeLookupErrors
    PrometheusOperatorNotReady PrometheusOperatorRejectedResources PrometheusOperatorStatusUpdateErrors
    ConfigReloaderSidecarErrors AlertmanagerFailedReload AlertmanagerMembersInconsistent
    AlertmanagerFailedToSendAlerts AlertmanagerClusterFailedToSendAlerts AlertmanagerConfigInconsistent
    AlertmanagerClusterDown AlertmanagerClusterCrashlooping PrometheusAlertmanagerConfigurationReloadFailure
    PrometheusAlertmanagerConfigNotSynced PrometheusAlertmanagerJobMissing
    PrometheusAlertmanagerNotificationFailing ThanosQueryHttpRequestQueryErrorRateHigh
    ThanosSidecarBucketOperationsFailed ThanosCompactHalted ThanosCompactMultipleRunning ThanosCompactHasNotRun
    ThanosStoreGrpcErrorRate ThanosRuleQueueIsDroppingAlerts ThanosReceiveHttpRequestErrorRateHigh
    LokiRequestErrors LokiRequestPanics LokiRequestLatency LokiTooManyCompactorsRunning
    LokiProcessTooManyRestarts PromtailRequestErrors PromtailRequestLatency PromtailFileMissing
    MimirRequestErrors MimirIngesterUnhealthy MimirRingMembersMismatch
    MimirCompactorHasNotSuccessfullyRunCompaction GrafanaRequestsFailing OtelColReceiverDroppedSpans
    OpenTelemetryCollectorExporterFailed FluentdNodeDown FluentBitDown FluentdQueueLengthIncreasing
    ZabbixAgentIsNotAvailable ZabbixAgentIsNotRunning AgentCheckFailed AgentNotReporting DatadogAgentDown
  `;

/**
 * Alerts about maintenance that can wait.
 *
 * @see https://github.com/kubernetes-monitoring/kubernetes-mixin, https://github.com/samber/awesome-prometheus-alerts
 */
export const UPKEEP_ALERTS = `
    KernelUpdatePending RebootRequired NodeRebootRequired HostRequiresReboot HostKernelVersionDeviations
    KubeVersionMismatch OutdatedImage DependencyOutdated VulnerabilityFound KubeQuotaAlmostFull
    KubeQuotaFullyUsed QuotaAlmostReached KubeCPUOvercommit KubeMemoryOvercommit KubeCPUQuotaOvercommit
    KubeMemoryQuotaOvercommit KubeClientCertificateExpiration KubernetesClientCertificateExpiresSoon
    KubeletClientCertificateExpiration KubeletServerCertificateExpiration CertManagerCertExpirySoon
    BlackboxSslCertificateWillExpireSoon SslCertificateWillExpireSoon CertificateExpiresSoon
    CertificateExpiringSoon LicenseExpiring BackupTooOld BackupFailed BackupMissing BackupNotRun
    VeleroBackupFailed VeleroBackupPartialFailures EtcdBackupFailed SnapshotTooOld ElasticsearchSnapshotFailed
    KubeJobFailed KubeJobCompletion KubeJobNotCompleted KubernetesJobFailed KubernetesJobSlowCompletion
    KubernetesCronjobSuspended KubernetesCronjobTooLong KubeCronJobRunning CronJobFailed JobFailed
    PostgresqlTableNotAutoVacuumed PostgresqlTableNotAutoAnalyzed PostgresqlTooManyDeadTuples
    PostgresqlBloatIndexHighPostgresql PostgresqlUnusedReplicationSlot ArgoCDAppOutOfSync ArgocdServiceNotSynced
    ArgoCdAppOutOfSync BudgetAlert CostAnomaly TrustedAdvisor
  `;

const groupsOf = (rules: string): readonly (readonly string[])[] => namesIn(rules).map((rule) => rule.split("+"));

/** Word rules for names that are in no table: a name with all words of a rule is about upkeep. */
export const UPKEEP_WORDS = groupsOf(
  `
    backup+old backup+age backup+stale backup+late backup+missing backup+failed backup+failing backup+errors
    backup+run backups+old backups+failed backups+missing snapshot+old snapshot+failed snapshot+missing outdated
    obsolete deprecated deprecation vulnerability vulnerabilities cve reboot+required reboot+needed
    reboot+pending update+pending updates+pending update+available updates+available upgrade+available
    upgrade+pending patch+pending patches+pending license+expires license+expiring licence+expires
    licence+expiring quota+almost quota+near quota+warning quota+approaching overcommit compliance cost+anomaly
    job+failed jobs+failed cron+failed cronjob+failed vacuum autovacuum autoanalyze
  `,
);

/** The same for monitoring itself. */
export const MONITORING_WORDS = groupsOf(
  `
    dead+man dead+mans no+data nodata exporter+down scrape+failed scrape+error scrape+errors scrape+failing
    agent+unreachable agent+down agent+restarted agent+reporting metrics+missing metrics+absent missing+data
    data+missing insufficient+data
  `,
);

/** Monitoring programs, as the names of their mixins' alerts begin: `PrometheusRuleFailures`. */
export const MONITORING_PROGRAM =
  /^(?:Prometheus|Alertmanager|Thanos|Promtail|Mimir|Cortex|Loki|Grafana|VMA(?:gent|lert))[A-Z]/;

import type { AlertNames } from "./meanings.ts";

/**
 * Alerts on databases, caches, search engines, message brokers, web servers and proxies.
 *
 * @see https://github.com/samber/awesome-prometheus-alerts
 * @see https://monitoring.mixins.dev (mysqld, postgres, redis, mongodb, rabbitmq, kafka, elasticsearch, nginx, haproxy)
 */
export const STORE_ALERTS: AlertNames = {
  down: `
    MySQLDown MysqlDown PostgreSQLDown PostgresqlDown RedisDown RedisMissingMaster MongoDBDown MongodbDown
    RabbitmqDown RabbitmqNodeDown KafkaBrokerDown ElasticsearchDown MemcachedDown NginxDown HaproxyDown
    CassandraDown CassandraNodeIsUnavailable ClickHouseDown ConsulServiceHealthcheckFailed VaultSealed
    ZookeeperDown MinioDiskOffline SolrDown PgbouncerDown TraefikServiceDown HaproxyBackendDown
    HaproxyServerDown HaproxyHasNoAliveBackends HAProxyBackendDown HAProxyServerDown EnvoyClusterUnhealthy
  `,
  restarted: `
    MysqlRestarted PostgresqlRestarted RedisRestarted MemcachedRestarted MySQLRestarted RedisInstanceRestarted
  `,
  connections: `
    MysqlTooManyConnections MySQLTooManyConnections MysqlHighThreadsRunning MySQLHighThreadsRunning
    MySQLMaxConnectionsUsage PostgreSQLMaxConnectionsReached PostgresqlTooManyConnections
    PostgresqlNotEnoughConnections PostgreSQLHighConnections PostgresTooManyConnections RedisTooManyConnections
    RedisRejectedConnections RedisOutOfConnections MongodbTooManyConnections MongoDBTooManyConnections
    RabbitmqTooManyConnections PgbouncerMaxConnections PgBouncerClientsWaiting
    MemcachedConnectionLimitApproaching HikariPoolExhausted ConnectionPoolExhausted DbConnectionPoolExhausted
    DatabaseConnectionsHigh HaproxyMaxActiveSessionSlowdown HaproxyBackendMaxActiveSession OracleSessionsHigh
    SqlServerConnectionsHigh
  `,
  outOfMemory: `
    RedisOutOfMemory RedisOutOfSystemMemory RedisOutOfConfiguredMaxmemory RedisMemoryHigh RedisMemoryUsageHigh
    RabbitmqMemoryHigh RabbitMQHighMemoryUsage ElasticsearchHeapUsageTooHigh ElasticsearchHeapUsageWarning
    ElasticsearchJVMHeapUseHigh MemcachedOutOfMemory MongodbVirtualMemoryUsage RedisEvictingKeys
    MemcachedEvictions
  `,
  diskFull: `
    ElasticsearchDiskOutOfSpace ElasticsearchDiskSpaceLow ElasticsearchLowDiskWatermarkReached
    ElasticsearchHighDiskWatermarkReached ElasticsearchFloodStageWatermark RabbitmqOutOfDisk
    RabbitMQLowDiskSpace RabbitmqLowDiskSpace KafkaDiskFull KafkaBrokerDiskUsageHigh MinioDiskSpaceUsage
    PostgresqlDiskFull ClickHouseDiskSpaceLow CassandraDiskSpaceLow CephOsdFull CephPoolFull
  `,
  cpu: "RedisCPUHigh ElasticsearchHighCPU",
  diskBusy: "MySQLInnodbLogWaits MysqlInnodbLogWaits CassandraCommitlogPendingTasks",
  latency: `
    MysqlSlowQueries MySQLSlowQueries PostgreSQLSlowQueries PostgresqlSlowQueries PostgresqlHighQueryLatency
    ElasticsearchHighQueryLatency ElasticsearchHighIndexingLatency RedisLatencyHigh HaproxyHttpSlowingDown
    HaproxyRetryHigh NginxLatencyHigh TraefikHighLatency MongodbReplicationHeadroom CassandraHighReadLatency
    HAProxyHighResponseTime
  `,
  locks: `
    PostgreSQLDeadLocks PostgresqlDeadLocks PostgresqlTooManyLocksAcquired PostgresqlTooManyLocks
    MysqlInnodbRowLockWaits MySQLDeadlocks PostgresqlLongRunningTransaction
    MysqlHighPreparedStatementsUtilization SqlServerDeadlock MongodbCursorTimeouts MongodbNumberCursorsOpen
    PostgresqlIdleInTransaction
  `,
  errors: `
    PostgresqlHighRollbackRate PostgreSQLHighRollbackRate PostgresqlCommitRateLow NginxHighHttp4xxErrorRate
    NginxHighHttp5xxErrorRate NginxHigh5xxRate HaproxyHighHttp4xxErrorRateBackend
    HaproxyHighHttp5xxErrorRateBackend HaproxyHighHttp4xxErrorRateServer HaproxyHighHttp5xxErrorRateServer
    HaproxyServerResponseErrors HaproxyBackendConnectionErrors HaproxyServerConnectionErrors
    HaproxyServerHealthcheckFailure TraefikHighHttp4xxErrorRateService TraefikHighHttp5xxErrorRateService
    EnvoyHigh5xx Apache5xx HighHttpErrorRate RabbitmqUnroutableMessages CassandraClientRequestUnavailableRead
    MongodbAssertsHigh
  `,
  logins: "PostgresqlAuthenticationFailures MySQLAccessDenied TooManyFailedLogins AuthFailuresHigh",
  backlog: `
    KafkaConsumerGroupLag KafkaConsumersGroup ConsumerGroupLag ConsumerLag KafkaConsumerLag KafkaConsumerLagHigh
    KafkaLagging RabbitmqTooManyMessagesInQueue RabbitmqTooManyReadyMessages RabbitmqTooManyUnackMessages
    RabbitMQHighNumberOfUnacknowledged RabbitmqSlowQueueConsuming RabbitmqNoConsumer RabbitmqNoQueueConsumer
    RabbitmqDeadLetterQueueFillingUp RabbitmqQueueLength HaproxyPendingRequests CeleryQueueLength
    SidekiqQueueSize SidekiqQueueLatency SidekiqSchedulingLatencyTooHigh NatsSlowConsumers
    PulsarLargeMessageBacklog ElasticsearchPendingTasks QueueDepthHigh
  `,
  replication: `
    MysqlSlaveReplicationLag MysqlReplicationLag MySQLReplicationLag MySQLReplicationNotRunning
    MysqlSlaveIoThreadNotRunning MysqlSlaveSqlThreadNotRunning PostgresqlReplicationLag PostgreSQLReplicationLag
    PostgresqlReplicationStopped RedisReplicationBroken RedisDisconnectedSlaves RedisMasterLinkDown
    MongodbReplicationLag MongoDBReplicationLag MongodbReplicationStatus PostgresqlSplitBrain
    PostgresqlPromotedNode KafkaTopicsReplicas ZookeeperMissingLeader RedisClusterFlapping
  `,
  cluster: `
    ElasticsearchClusterRed ElasticsearchClusterYellow ElasticsearchClusterNotHealthy ElasticsearchHealthyNodes
    ElasticsearchHealthyDataNodes ElasticsearchUnassignedShards KafkaUnderReplicatedPartitions
    KafkaUnderMinIsrPartition RabbitmqClusterNotAllNodesRunning MongodbReplicaMemberUnhealthy
  `,
  threads: "TomcatThreadsBusy",
  lostTraffic: "PostgreSQLQPS PostgresqlLowQps ElasticsearchNoNewDocuments NginxNoRequests",
  certificate: `
    PostgresqlCertificateExpired BlackboxSslCertificateExpired SslCertificateExpired SSLCertExpired
    TraefikCertificateExpired
  `,
  configuration: "HaproxyReloadFailed NginxConfigReloadFailed NginxIngressConfigReloadFailed",
  openFiles: `
    RabbitmqFileDescriptorsUsage RabbitMQTooManyFileDescriptors MysqlOpenFiles KafkaFileDescriptors
  `,
  quorum: `
    KafkaOfflinePartitions KafkaOfflinePartitonCount KafkaNoActiveController KafkaActiveController
    RabbitmqClusterPartition RedisTooManyMasters ConsulMissingMasterNode PatroniHasNoLeader
    ZookeeperMissingLeaderCount
  `,
};

import type { AlertNames } from "./meanings.ts";

/**
 * Alerts on hosts, networks and containers, also as CloudWatch, Datadog, Zabbix and Nagios name them.
 *
 * @see https://github.com/prometheus/node_exporter/tree/master/docs/node-mixin
 * @see https://github.com/samber/awesome-prometheus-alerts
 * @see Zabbix's template "Linux by Zabbix agent", and the default names in the AWS console
 */
export const HOST_ALERTS: AlertNames = {
  diskFull: `
    NodeFilesystemAlmostOutOfSpace NodeFilesystemSpaceFillingUp NodeFilesystemAlmostOutOfFiles
    NodeFilesystemFilesFillingUp NodeFilesystemOutOfSpace HostOutOfDiskSpace HostDiskWillFillIn24Hours
    HostOutOfInodes HostInodesWillFillIn24Hours HostFilesystemFull DiskFull DiskSpaceLow LowDiskSpace
    DiskUsageHigh DiskWillFillIn4Hours NodeDiskFull FilesystemFull OutOfDiskSpace OutOfInodes DiskSpaceCritical
    DiskSpaceUsage FreeDiskSpaceLow RootVolumeFull RDSFreeStorageSpaceLow FreeStorageSpace
    RDSLowFreeStorageSpace AuroraFreeLocalStorageLow FreeLocalStorage DiskSpaceIsCriticallyLow DiskSpaceIsLow
    RunningOutOfFreeInodes WindowsServerDiskSpaceUsage check_disk DiskQuotaExceeded
  `,
  diskBusy: `
    NodeDiskIOSaturation HostUnusualDiskReadRate HostUnusualDiskWriteRate HostUnusualDiskReadLatency
    HostUnusualDiskWriteLatency HostUnusualDiskIo HostDiskIoUtilization DiskReadWriteResponseTimesAreTooHigh
    NodeDiskIoHigh DiskLatencyHigh HighDiskIO RDSDiskQueueDepthHigh DiskQueueDepth RDSWriteLatencyHigh
    RDSReadLatencyHigh EBSBurstBalanceLow BurstBalance EBSIOBalance
  `,
  cpu: `
    NodeCPUHighUsage NodeSystemSaturation HostHighCpuLoad HostCpuHighIowait HostCpuStealNoisyNeighbor
    NodeCpuHigh NodeHighLoad HighCPU HighCpuUsage CPUUtilizationHigh EC2HighCPU RDSHighCPU RDSCPUUtilizationHigh
    CPUUtilization CPUCreditBalanceLow CPUCreditBalance HighLoadAverage LoadAverageIsTooHigh HighCPUUtilization
    CpuIowaitTimeIsTooHigh WindowsServerCpuUsage check_load HostContextSwitchingHigh HostContextSwitching
    NodeLoadHigh ECSServiceCPUHigh
  `,
  outOfMemory: `
    NodeMemoryHighUtilization NodeMemoryMajorPagesFaults HostOutOfMemory HostMemoryUnderMemoryPressure
    HostOomKillDetected HostSwapIsFillingUp NodeMemoryHigh HighMemoryUsage MemoryUsageHigh LackOfAvailableMemory
    LackOfFreeSwapSpace HighMemoryUtilization HighSwapSpaceUsage FreeableMemory RDSFreeableMemoryLow
    RDSLowFreeableMemory WindowsServerMemoryUsage MemoryUtilization NodeOomKill SystemOOM ECSServiceMemoryHigh
    LambdaOutOfMemory JvmMemoryFillingUp JvmHeapUsageHigh JavaHeapSpaceHigh JvmOutOfMemory GCOverhead
    JvmGcTimeHigh
  `,
  clock: `
    NodeClockSkewDetected NodeClockNotSynchronising NodeClockNotSynchronized HostClockSkew
    HostClockNotSynchronising ClockSkewDetected ClockNotSynchronised ClockNotSynchronized NtpOffsetHigh
    ChronyOffset SystemTimeIsOutOfSync TimeDrift
  `,
  packetLoss: `
    NodeNetworkReceiveErrs NodeNetworkTransmitErrs HostNetworkReceiveErrors HostNetworkTransmitErrors
    NodeNetworkInterfaceFlapping NodeBondingDegraded HostNetworkBondDegraded InterfaceDown LinkDown
    HighErrorRateOnInterface PacketLoss HighIcmpPingLoss IcmpPingLoss HighPacketLoss NodeNetworkPacketLoss
    PacketDropsHigh EC2NetworkPacketsDropped ENABandwidthExceeded
  `,
  networkDelay: `
    HighIcmpPingResponseTime HostUnusualNetworkThroughputIn HostUnusualNetworkThroughputOut
    HostNetworkInterfaceSaturated HighBandwidthUsage NetworkLatencyHigh TCPRetransmitsHigh NodeTcpRetransmits
  `,
  connections: `
    NodeNearConntrackLimit HostConntrackLimit NodeHighNumberConntrackEntriesUsed ConntrackTableFull
    RDSDatabaseConnectionsHigh DatabaseConnections
  `,
  threads: "GoroutinesHigh",
  nodeDown: `
    HostDown NodeDown NodeUnavailable UnavailableByIcmpPing HostUnreachable EC2StatusCheckFailed
    StatusCheckFailed StatusCheckFailedSystem StatusCheckFailedInstance check_ping HostIsDown
  `,
  down: `
    InstanceDown ServiceDown JobDown NodeSystemdServiceFailed HostSystemdServiceCrashed SystemdUnitFailed
    ProcessDown ContainerKilled ContainerAbsent ServiceIsNotRunning WindowsServerServiceStatus
    SupervisordProcessDown check_procs
  `,
  restarted: `
    HostHasBeenRestarted NodeRebooted HostRebooted HasBeenRestarted ProcessRestarted WindowsServerRestarted
  `,
  latency: `
    TargetResponseTime ALBTargetResponseTimeHigh LambdaDuration LambdaDurationHigh ApiGatewayLatencyHigh
  `,
  errors: `
    ALB5xxHigh HTTPCodeTarget5XXCount HTTPCodeELB5XXCount ALBTarget5xx ELB5xx LambdaErrors LambdaErrorsHigh
    ApiGateway5xx 5XXError SQSDeadLetterMessages DynamoDBThrottledRequests ThrottledRequests LambdaThrottles
    SystemErrors
  `,
  notReady: `
    UnHealthyHostCount HealthyHostCount ALBUnhealthyHosts TargetGroupUnhealthyHosts ECSRunningTaskCountLow
  `,
  backlog: `
    ApproximateAgeOfOldestMessage SQSQueueDepthHigh SQSMessageAge ApproximateNumberOfMessagesVisible
    KinesisIteratorAgeHigh IteratorAgeMilliseconds
  `,
  replication: "RDSReplicaLagHigh ReplicaLag AuroraReplicaLag",
  diskFailure: `
    NodeFilesystemReadOnly HostFilesystemDeviceError NodeRAIDDiskFailure HostRaidDiskFailure SmartDeviceCritical
    HostSoftwareRaidDriveFailure
  `,
  openFiles: `
    NodeFileDescriptorLimit HostFileDescriptorsHigh ProcessNearFDLimits NodeTooManyOpenFiles TooManyOpenFiles
  `,
};

import type { AlertNames } from "./meanings.ts";

/**
 * Alerts on Kubernetes, its control plane and its add-ons.
 *
 * @see https://github.com/kubernetes-monitoring/kubernetes-mixin
 * @see https://github.com/openshift/cluster-monitoring-operator
 * @see https://github.com/samber/awesome-prometheus-alerts
 * @see the mixins of etcd, CoreDNS, cert-manager, Argo CD and Istio
 */
export const KUBERNETES_ALERTS: AlertNames = {
  crashLoop: `
    KubePodCrashLooping KubernetesPodCrashLooping PodCrashLooping PodCrashLoopBackOff PodFrequentlyRestarting
  `,
  restarted: `
    PodRestarted PodRestartingTooMuch ContainerRestarted ContainerRestartingTooOften ContainerRestart
    KubeContainerRestart KubernetesPodRestarting PodsRestartingTooOften
  `,
  outOfMemory: `
    KubernetesContainerOomKiller KubeContainerOOMKilled ContainerOOMKilled PodOOMKilled OOMKilled
    OomKillDetected ContainerHighMemoryUsage ContainerMemoryUsage PodMemoryHigh KubernetesNodeMemoryPressure
    NodeMemoryPressure KubeNodeMemoryPressure ContainerMemoryNearLimit PodMemoryUsageHigh
  `,
  diskFull: `
    KubePersistentVolumeFillingUp KubePersistentVolumeFull KubePersistentVolumeUsageCritical
    PersistentVolumeFillingUp KubePersistentVolumeInodesFillingUp KubernetesVolumeOutOfDiskSpace
    KubernetesVolumeFullInFourDays KubernetesNodeDiskPressure NodeDiskPressure KubeNodeDiskPressure
    KubernetesNodeOutOfDisk ContainerVolumeUsage KubePersistentVolumeUsage EtcdDatabaseQuotaLowSpace
    etcdBackendQuotaLowSpace etcdDatabaseQuotaLowSpace etcdExcessiveDatabaseGrowth
  `,
  cpu: `
    CPUThrottlingHigh KubeCPUThrottlingHigh ContainerHighCpuUtilization ContainerCpuUsage
    ContainerHighThrottleRate PodCPUHigh PodCpuThrottled KubeContainerCPUThrottling
  `,
  image: `
    KubePodImagePullBackOff ImagePullBackOff KubernetesImagePullError PodImagePullBackOff ErrImagePull
  `,
  configuration: "KubePodCreateContainerConfigError CreateContainerConfigError PodConfigError",
  unschedulable: `
    KubePodNotScheduled KubernetesPodUnschedulable PodUnschedulable KubePodPending PodPending
    KubernetesPodPending KubernetesOutOfCapacity KubeletTooManyPods KubeletTooManyPodsRunning
  `,
  quota: "KubeQuotaExceeded NamespaceQuotaExceeded",
  nodeDown: `
    KubeNodeNotReady KubernetesNodeNotReady NodeNotReady KubeNodeUnreachable NodeUnreachable
    KubeNodeReadinessFlapping KubernetesNodeReady NodeReadinessFlapping KubeNodeEviction NodeHasKernelDeadlock
  `,
  kubelet: `
    KubeletDown KubeletPlegDurationHigh KubeletPodStartUpLatencyHigh KubernetesNodeNetworkUnavailable
    KubeletRuntimeErrors
  `,
  scheduler: "KubeSchedulerDown",
  proxy: "KubeProxyDown",
  down: "KubeAPIDown KubeControllerManagerDown KubernetesApiServerDown TargetDown",
  notReady: `
    KubePodNotReady KubernetesPodNotHealthy PodNotReady KubeContainerWaiting KubeDeploymentReplicasMismatch
    KubernetesDeploymentReplicasMismatch DeploymentReplicasMismatch KubeStatefulSetReplicasMismatch
    StatefulSetReplicasMismatch KubernetesReplicasetReplicasMismatch KubernetesReplicassetMismatch
    KubernetesStatefulsetDown KubeDaemonSetMisScheduled KubeDaemonSetNotScheduled
    KubernetesDaemonsetMisscheduled DaemonSetNotReady KubePdbNotEnoughHealthyPods KubernetesPdbBelowMinimum
    DeploymentUnavailable WorkloadUnavailable
  `,
  scaledToZero: "DeploymentScaledToZero KubernetesDeploymentScaledToZero KubeDeploymentZeroReplicas",
  rollout: `
    KubeDeploymentRolloutStuck KubeDeploymentGenerationMismatch KubeStatefulSetUpdateNotRolledOut
    KubeStatefulSetGenerationMismatch KubeDaemonSetRolloutStuck KubernetesDaemonsetRolloutStuck
    KubernetesDeploymentGenerationMismatch KubernetesStatefulsetGenerationMismatch
    KubernetesStatefulsetUpdateNotRolledOut ArgoCDAppSyncFailed ArgoCdAppUnhealthy ArgoAppNotHealthy
    ArgoCdAppHealthDegraded ArgocdServiceUnhealthy FluxReconciliationFailure HelmReleaseFailed RolloutDegraded
  `,
  surge: `
    IstioHighTotalRequestRate KubeHpaMaxedOut KubernetesHpaScaleMaximum KubernetesHpaScaleInability HpaMaxedOut
    KubeHpaReplicasMismatch
  `,
  errors: `
    KubeAPIErrorBudgetBurn KubeAPITerminatedRequests KubeAPIErrorsHigh KubernetesApiServerErrors
    KubeClientErrors KubernetesApiClientErrors KubeAggregatedAPIErrors KubeAggregatedAPIDown
    etcdHighNumberOfFailedGRPCRequests etcdGRPCRequestsFailed EtcdHighNumberOfFailedGrpcRequests
    etcdHighNumberOfFailedProposals EtcdHighNumberOfFailedProposals IstioHigh4xxErrorRate IstioHigh5xxErrorRate
    LinkerdHighErrorRate NginxIngressControllerErrors CertManagerHittingRateLimits KubeletServerErrors
  `,
  latency: `
    KubeAPILatencyHigh KubernetesApiServerLatency etcdGRPCRequestsSlow EtcdGrpcRequestsSlow etcdHTTPRequestsSlow
    EtcdHttpRequestsSlow IstioHighRequestLatency IstioLatency99Percentile KubeSchedulerLatencyHigh
    KubeWebhookLatencyHigh CoreDNSLatencyHigh CoreDNSForwardLatencyHigh CoreDnsForwardLatencyHigh
  `,
  diskBusy: `
    etcdHighFsyncDurations EtcdHighFsyncDurations etcdHighCommitDurations EtcdHighCommitDurations
    etcdDiskWalFsyncDuration
  `,
  networkDelay: "etcdMemberCommunicationSlow EtcdMemberCommunicationSlow",
  lostTraffic: "IstioLowTotalRequestRate",
  certificate: `
    KubeClientCertificateExpired KubeletClientCertificateExpired CertManagerCertReadyFalse
    CertManagerCertNotReady CertManagerCertExpired KubeletClientCertificateRenewalErrors
    KubeletServerCertificateRenewalErrors CertificateExpired
  `,
  dns: `
    CoreDNSDown CoreDNSErrorsHigh CoreDNSForwardErrorsHigh CoreDNSHealthRequestsFailing CorednsPanicCount
    DnsErrorsHigh
  `,
  cluster: `
    etcdMembersDown EtcdMembersDown etcdHighNumberOfLeaderChanges EtcdHighNumberOfLeaderChanges IstioPilotDown
    CertManagerAbsent ArgoCDDown
  `,
  quorum: "etcdInsufficientMembers EtcdInsufficientMembers etcdNoLeader EtcdNoLeader",
};

import { type Estate, statementsOf } from "./estate.ts";

export const kubelet: Estate = {
  name: "kubelet",
  slots: {
    ns: "default|kube-system|shop|payments|monitoring|ingress-nginx",
    pod: "cart-7d9f8b6c5-x2lqp|checkout-5c6d-9k2ms|coredns-66bff467f8-4zq2d|etcd-node-a|prometheus-0|api-85f-tt7hw",
    container: "cart|checkout|coredns|etcd|prometheus|istio-proxy|api",
    image:
      "ghcr.io/acme/cart:1.14.2|docker.io/library/redis:7|registry.k8s.io/pause:3.9|quay.io/acme/api@sha256:9f86d081",
    volume: "data|config|kube-api-access-8xk2p|tls|etc-hosts|cache-volume",
    plugin: "kubernetes.io/configmap|kubernetes.io/secret|kubernetes.io/projected|kubernetes.io/csi/ebs.csi.aws.com",
    node: "node-a|ip-10-0-3-91.ec2.internal|worker-3|gke-pool-1-7f6a",
    probe: "Liveness|Readiness|Startup",
    err: "context deadline exceeded|dial tcp 10.0.4.7:8080: connect: connection refused|EOF|no such host",
    why: "CrashLoopBackOff|ImagePullBackOff|ErrImagePull|CreateContainerConfigError|RunContainerError",
    signal: "memory.available|nodefs.available|imagefs.available|pid.available|nodefs.inodesFree",
    list: '["cpu"]|["cpu" "memory"]|["hugepages-1Gi" "hugepages-2Mi" "memory"]',
    key: "node.kubernetes.io/memory-pressure|node.kubernetes.io/not-ready|dedicated",
    phase: "Pending|Running|Failed|Succeeded",
  },
  statements: statementsOf(`
"SyncLoop ADD" source="api" pods=["{ns}/{pod}"]
"SyncLoop UPDATE" source="api" pods=["{ns}/{pod}"]
"SyncLoop DELETE" source="api" pods=["{ns}/{pod}"]
"SyncLoop (PLEG): event for pod" pod="{ns}/{pod}" event={"ID":"{uuid}","Type":"ContainerStarted","Data":"{hex}"}
"SyncLoop (probe)" probe="readiness" status="ready" pod="{ns}/{pod}"
"Generic (PLEG): container finished" podID="{uuid}" containerID="{hex}" exitCode={int}
"operationExecutor.VerifyControllerAttachedVolume started for volume \\"{volume}\\" (UniqueName: \
\\"{plugin}/{uuid}-{volume}\\") pod \\"{pod}\\" (UID: \\"{uuid}\\") " pod="{ns}/{pod}"
"MountVolume.SetUp succeeded for volume \\"{volume}\\" (UniqueName: \\"{plugin}/{uuid}-{volume}\\") pod \
\\"{pod}\\" (UID: \\"{uuid}\\") " pod="{ns}/{pod}"
UnmountVolume.TearDown succeeded for volume "{plugin}/{uuid}-{volume}" (OuterVolumeSpecName: "{volume}") pod \
"{uuid}" (UID: "{uuid}"). InnerVolumeSpecName "{volume}". PluginName "{plugin}", VolumeGidValue ""
"Volume detached for volume \\"{volume}\\" (UniqueName: \\"{plugin}/{uuid}-{volume}\\") on node \\"{node}\\" \
DevicePath \\"\\""
"Probe failed" probeType="{probe}" pod="{ns}/{pod}" podUID="{uuid}" containerName="{container}" \
probeResult="failure" output="HTTP probe failed with statuscode: {int}"
"Error syncing pod, skipping" err="failed to \\"StartContainer\\" for \\"{container}\\" with {why}: \\"back-off \
{int}m{int}s restarting failed container={container} pod={pod}_{ns}({uuid})\\"" pod="{ns}/{pod}" podUID="{uuid}"
"RemoveContainer" containerID="{hex}"
"scope.go: RemoveContainer failed" containerID="{hex}" err="{err}"
"Killing container with a grace period" pod="{ns}/{pod}" podUID="{uuid}" containerName="{container}" \
containerID="containerd://{hex}" gracePeriod={int}
"Observed pod startup duration" pod="{ns}/{pod}" podStartSLOduration={float} podStartE2EDuration="{float}s" \
firstStartedPulling="{ts}" lastFinishedPulling="{ts}"
"Eviction manager: attempting to reclaim" resourceName="{signal}"
"Eviction manager: must evict pod(s) to reclaim" resourceName="{signal}"
"Eviction manager: pods ranked for eviction" pods=["{ns}/{pod}"]
"Eviction manager: pod is evicted successfully" pod="{ns}/{pod}"
"Image garbage collection failed once. Stats initialization may not have completed yet" err="{err}"
"Node became not ready" node="{node}" condition={type:Ready status:False reason:KubeletNotReady message:"{err}"}
"Node allocatable enforced" resources={list}
"Trying to delete pod" pod="{ns}/{pod}" podUID="{uuid}"
"Deleted mirror pod because it is outdated" pod="{ns}/{pod}"
"Failed to update node status, will retry" err="{err}" node="{node}"
"Unable to attach or mount volumes for pod; skipping pod" err="unmounted volumes=[{volume}], unattached \
volumes=[{volume}]: timed out waiting for the condition" pod="{ns}/{pod}"
Successfully pulled image "{image}" in {float}s ({float}s including waiting)
Failed to pull image "{image}": rpc error: code = NotFound desc = failed to resolve reference "{image}"
Pulling image "{image}"
Created container {container}
Started container {container}
Back-off restarting failed container {container} in pod {pod}_{ns}({uuid})
{probe} probe failed: Get "http://{ip}:{port}/healthz": {err}
Stopping container {container}
Successfully assigned {ns}/{pod} to {node}
0/{int} nodes are available: {int} Insufficient memory, {int} node(s) had untolerated taint {{key}: }.
Pod {pod} in namespace {ns} changed phase to {phase}
`),
};

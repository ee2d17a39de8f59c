import { type Estate, statementsOf } from "./estate.ts";

export const storageCluster: Estate = {
  name: "storage-cluster",
  slots: {
    host: "nid00123|r12i3n7|gpu-04|login2|c401-101|storage-b",
    nodes: "nid[00120-00127]|nid00031|gpu-[01-04,07]|c401-101,c401-102",
    partition: "batch|debug|gpu|bigmem|interactive",
    user: "alice|bschmidt|u10293|root|hpcadmin|chem_svc",
    jobstate: "COMPLETED|FAILED|TIMEOUT|NODE_FAIL|OUT_OF_MEMORY",
    reason: "Not responding|Kill task failed|Low RealMemory|Epilog error|gres/gpu count reported lower than configured",
    osd: "osd.0|osd.17|osd.112|mds.a|mon.storage-b",
    pg: "2.1f|11.3a0s0|5.7",
    pgstate: "active+clean|active+undersized+degraded|peering|active+remapped+backfilling",
    health: "HEALTH_OK|HEALTH_WARN|HEALTH_ERR",
    disk: "sda|sdq|nvme0n1|sdab|dm-3",
    slot: "Enclosure 32 Slot 4|Enclosure 252 Slot 11|Port 1I:1:4",
    vd: "VD 00/0|VD 01/1|VD 12/2",
    fs: "scratch|home|work",
    target: "scratch-OST0003|scratch-MDT0000|work-OST001f|home-OST0011",
    nid: "10.10.3.4@o2ib|172.16.0.7@tcp1|10.10.3.19@o2ib4",
    rc: "-110|-5|-107|-11",
    sense: "Medium Error|Hardware Error|Not Ready|Aborted Command",
    gpu: "0000:3b:00|0000:af:00|0000:d8:00",
    link: "lo|ib0|eno1|bond0|mlx5_0",
    batt: "Charging|Discharging|Optimal|Degraded",
    fan: "Fan1A|Fan6B|PSU2 Fan|SYS_FAN3",
  },
  statements: statementsOf(`
sched: Allocate JobId={int} NodeList={nodes} #CPUs={int} Partition={partition}
sched/backfill: _start_job: Started JobId={int} in {partition} on {nodes}
_job_complete: JobId={int} WEXITSTATUS {int}
_job_complete: JobId={int} WTERMSIG {int}
_job_complete: JobId={int} done
_slurm_rpc_submit_batch_job: JobId={int} InitPrio={int} usec={int}
_slurm_rpc_kill_job: REQUEST_KILL_JOB JobId={int} uid {int}
Batch JobId={int} missing from batch node {host} (not found BatchStartTime after startup)
Time limit exhausted for JobId={int}
job_time_limit: JobId={int} timed out, the job is in state {jobstate}
error: Nodes {nodes} not responding
error: Nodes {nodes} not responding, setting DOWN
Node {host} now responding
node {host} returned to service
update_node: node {host} reason set to: {reason}
update_node: node {host} state set to DRAINED
drain_nodes: node {host} state set to DRAIN, reason {reason}
launch task StepId={int}.{int} request from UID:{int} GID:{int} HOST:{ip} PORT:{port}
[{int}.batch] error: Detected {int} oom_kill events in StepId={int}.batch. Some of the step tasks have been OOM \
Killed.
[{int}.batch] done with job
error: slurm_receive_msg [{ip}:{port}]: Zero Bytes were transmitted or received
error: Security violation, REQUEST_KILL_JOB RPC for JobId={int} from uid {int}
prolog: user {user} has {int} stale processes on {host}, killing
quota: user {user} is over the soft limit on /{fs}: {size} of {size}
log_channel(cluster) log [INF] : {pg} scrub starts
log_channel(cluster) log [INF] : {pg} scrub ok
log_channel(cluster) log [INF] : {pg} deep-scrub starts
log_channel(cluster) log [ERR] : {pg} deep-scrub {int} errors
log_channel(cluster) log [WRN] : Health check failed: {int} slow ops, oldest one blocked for {int} sec, {osd} has \
slow ops (SLOW_OPS)
log_channel(cluster) log [WRN] : Health check failed: Degraded data redundancy: {int}/{int} objects degraded \
({float}%), {int} pgs degraded (PG_DEGRADED)
log_channel(cluster) log [INF] : overall {health}
log_channel(cluster) log [DBG] : pgmap v{int}: {int} pgs: {int} {pgstate}; {size} data, {size} used, {size} / \
{size} avail
log_channel(cluster) log [DBG] : pgmap v{int}: {int} pgs: {int} {pgstate}, {int} {pgstate}; {size} data, {size} \
used, {size} / {size} avail
log_channel(cluster) log [DBG] : osdmap e{int}: {int} total, {int} up, {int} in
log_channel(cluster) log [WRN] : {osd} reported failed by {osd}
log_channel(cluster) log [INF] : {osd} marked itself down and dead
{osd} {int} heartbeat_check: no reply from {ip}:{port} {osd} since back {ts} front {ts}
bluestore({path}) log_latency slow operation observed for {word}, latency = {float}s
sd {int}:{int}:{int}:{int}: [{disk}] tag#{int} FAILED Result: hostbyte=DID_OK driverbyte=DRIVER_SENSE cmd_age={int}s
sd {int}:{int}:{int}:{int}: [{disk}] tag#{int} Sense Key : {sense} [current]
sd {int}:{int}:{int}:{int}: [{disk}] {int} 512-byte logical blocks: ({size}/{size})
blk_update_request: I/O error, dev {disk}, sector {int} op 0x{int}:(READ) flags {hex0} phys_seg {int} prio class \
{int}
md/raid1:md{int}: Disk failure on {disk}, disabling device.
EXT4-fs ({disk}): mounted filesystem with ordered data mode. Opts: (null)
EXT4-fs error (device {disk}): ext4_find_entry:{int}: inode #{int}: comm {word}: reading directory lblock {int}
megaraid_sas {pci}: {int} ({int}s/{hex0}/FATAL) - Unrecoverable medium error during recovery on PD {int}
Patrol read found an unrecoverable error on {slot} at {hex0}
{vd} is now OPTIMAL
{vd} is now DEGRADED
{slot} state changed from ONLINE to FAILED
Rebuild progress on {slot} is {float}%({int}s)
Controller battery state: {batt}, temperature {int} C
SMART Usage Attribute: {int} {word}_{word} changed from {int} to {int}
Device: /dev/{disk} [SAT], {int} Currently unreadable (pending) sectors
LustreError: {int}:{int}:(client.c:{int}:ptlrpc_expire_one_request()) @@@ Request sent has timed out for slow \
reply: [sent {int}/real {int}] req@{hexword} x{int}/t0({int}) o{int}->{target}-osc@{nid}:{int}/{int} lens \
{int}/{int} e {int} to {int} dl {int} ref {int} fl Rpc:X/0/ffffffff rc {rc}/-1
Lustre: {target}: Client {uuid} (at {nid}) reconnecting
Lustre: {target}: haven't heard from client {uuid} (at {nid}) in {int} seconds. I think it's dead, and I am \
evicting it.
LustreError: {int}-{int}: {target}-osc: This client was evicted by {target}; in progress operations using this \
service will fail.
NVRM: Xid (PCI:{gpu}): {int}, pid={int}, GPU has fallen off the bus.
mlx5_core {pci}: {link}: Link down
mlx5_core {pci}: {link}: Link up
EDAC MC{int}: {int} CE memory read error on CPU_SrcID#{int}_MC#{int}_Chan#{int}_DIMM#{int} (channel:{int} \
slot:{int} page:{hex0} offset:{hex0} grain:{int} syndrome:{hex0})
CPU{int}: Core temperature above threshold, cpu clock throttled (total events = {int})
CPU{int}: Core temperature/speed normal
ipmi: {fan} lower critical going low, reading {int} RPM < threshold {int} RPM
ipmi: Temperature of {word} inlet is {int} degrees C
`),
};

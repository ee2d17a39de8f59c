import { type Estate, statementsOf } from "./estate.ts";

export const sparkCassandra: Estate = {
  name: "spark-cassandra",
  slots: {
    app: "application_1702910000000_0017|application_1702910000000_0318|local-1702910001",
    cont: "container_e12_1702910000000_0017_01_000004|container_1702910000000_0318_01_000001",
    executor: "1|7|driver|23",
    rdd: "rdd_12_3|broadcast_7_piece0|broadcast_19|rdd_4_18",
    stage:
      "ShuffleMapStage 3 (map at Job.scala:41)|ResultStage 11 (collect at Main.scala:77)|" +
      "ResultStage 2 (count at <console>:26)",
    level: "PROCESS_LOCAL|NODE_LOCAL|RACK_LOCAL|ANY",
    yarnstate: "NEW|LOCALIZING|SCHEDULED|RUNNING|EXITED_WITH_SUCCESS|EXITED_WITH_FAILURE|DONE",
    appstate: "NEW|SUBMITTED|ACCEPTED|RUNNING|FINISHED|KILLED",
    appevent: "START|APP_ACCEPTED|ATTEMPT_REGISTERED|ATTEMPT_UNREGISTERED|KILL",
    queue: "root.default|root.etl|root.adhoc.anna",
    user: "hdfs|etl|anna|spark|hive",
    table: "orders|events_by_day|compaction_history|size_estimates|sensor_raw",
    ks: "shop|system|metrics|system_schema",
    ep: "/10.0.6.1|/10.0.6.2:7000|cass-3/10.0.6.3",
    gcname: "G1 Young Generation|G1 Old Generation|ParNew|ConcurrentMarkSweep",
    verb: "MUTATION|READ|RANGE_SLICE|HINT|READ_REPAIR",
    sstables:
      "[mc-17-big]|[mc-17-big, mc-18-big]|" +
      "[/data/shop/orders/mc-1-big-Data.db, /data/shop/orders/mc-2-big-Data.db, /data/shop/orders/mc-5-big-Data.db]",
    jex:
      "java.io.IOException|java.lang.OutOfMemoryError|org.apache.spark.shuffle.FetchFailedException|" +
      "java.util.concurrent.TimeoutException",
    phrase: "Java heap space|GC overhead limit exceeded|Connection reset by peer|Failed to connect to worker-3",
    state: "NORMAL|LEAVING|JOINING|shutdown",
    tokens: "[-9223372036854775808]|[-17, 88]|[1, 2, 3, 4]",
    repair: "repair_async|full|incremental",
    loss:
      "Remote RPC client disassociated|Container killed by YARN for exceeding memory limits|worker lost|" +
      "heartbeat timed out",
    store: "memory|disk",
    parts: "0|0, 1|0, 1, 2, 3, 4",
    bool: "true|false",
  },
  statements: statementsOf(`
Starting task {float} in stage {float} (TID {int}, {host}, executor {executor}, partition {int}, {level}, {int} \
bytes)
Finished task {float} in stage {float} (TID {int}) in {int} ms on {host} (executor {executor}) ({int}/{int})
Running task {float} in stage {float} (TID {int})
Finished task {float} in stage {float} (TID {int}). {int} bytes result sent to driver
Lost task {float} in stage {float} (TID {int}, {host}, executor {executor}): {jex}: {phrase}
Task {int} in stage {float} failed {int} times; aborting job
Block {rdd} stored as values in {store} (estimated size {size}, free {size})
Block {rdd} stored as bytes in {store} (estimated size {size}, free {size})
Added {rdd} in {store} on {host}:{port} (size: {size}, free: {size})
Removed {rdd} on {host}:{port} in {store} (size: {size}, free: {size})
Submitting {stage}, which has no missing parents
Submitting {int} missing tasks from {stage} (first {int} tasks are for partitions Vector({parts}))
{stage} finished in {float} s
{stage} failed in {float} s due to Job aborted due to stage failure
Got job {int} (collect at {word}.scala:{int}) with {int} output partitions
Job {int} finished: collect at {word}.scala:{int}, took {float} s
Parents of final stage: List({stage})
Missing parents: List()
Missing parents: List({stage})
Adding task set {float} with {int} tasks resource profile {int}
Removed TaskSet {float}, whose tasks have all completed, from pool
Registered executor NettyRpcEndpointRef(spark-client://Executor) ({ip}:{port}) with ID {int}
Lost executor {int} on {host}: {loss}
Executor lost: {int} (epoch {int})
Registering block manager {host}:{port} with {size} RAM, BlockManagerId({executor}, {host}, {port}, None)
Getting {int} ({size}) non-empty blocks including {int} ({size}) local and {int} ({size}) remote blocks
Started {int} remote fetches in {int} ms
Thread {int} spilling in-memory map of {size} to disk ({int} times so far)
Code generated in {float} ms
Pruning directories with: {words}
{cont} Container Transitioned from {yarnstate} to {yarnstate}
{app} State change from {appstate} to {appstate} on event = {appevent}
Assigned container {cont} of capacity <memory:{int}, vCores:{int}> on host {host}:{port}, which has {int} \
containers, <memory:{int}, vCores:{int}> used and <memory:{int}, vCores:{int}> available after allocation
USER={user}	OPERATION=AM Allocated Container	TARGET=SchedulerApp	RESULT=SUCCESS	APPID={app}	CONTAINERID={cont}	R\
ESOURCE=<memory:{int}, vCores:{int}>	QUEUENAME={queue}
USER={user}	OPERATION=Kill Application Request	TARGET=ClientRMService	RESULT=SUCCESS	APPID={app}
Storing application with id {app}
Application {app} is submitted by user {user} in queue {queue}
Memory usage of ProcessTree {int} for container-id {cont}: {size} of {size} physical memory used; {size} of \
{size} virtual memory used
Container {cont} is running beyond physical memory limits. Current usage: {size} of {size} physical memory used. \
Killing container.
Writing Memtable-{table}@{int}({size} serialized bytes, {int} ops, {int}%/{int}% of on/off-heap limit)
Completed flushing {path} ({size}) for commitlog position CommitLogPosition(segmentId={int}, position={int})
Enqueuing flush of {table}: {size} ({int}%) on-heap, {size} ({int}%) off-heap
Compacting ({uuid}) {sstables}
Compacted ({uuid}) {int} sstables to {sstables} to level={int}. {size} to {size} (~{int}% of original) in \
{int}ms. Read Throughput = {size}/s
{gcname} GC in {int}ms. G1 Eden Space: {int} -> {int}; G1 Old Gen: {int} -> {int};
{verb} messages were dropped in last {int} ms: {int} internal and {int} cross node. Mean internal dropped \
latency: {int} ms and Mean cross-node dropped latency: {int} ms
InetAddress {ep} is now UP
InetAddress {ep} is now DOWN
Node {ep} state jump to {state}
Node {ep} has restarted, now UP
Handshaking version with {ep}
Finished hinted handoff of file {uuid}-{int}-{int}.hints to endpoint {ep}: {uuid}
Starting {repair} command #{int} ({uuid}), repairing keyspace {ks} with repair options (parallelism: parallel, \
primary range: {bool}, incremental: {bool}, job threads: {int})
[repair #{uuid}] Received merkle tree for {table} from {ep}
[repair #{uuid}] Endpoints {ep} and {ep} are consistent for {table}
Read {int} live rows and {int} tombstone cells for query SELECT * FROM {ks}.{table} WHERE id = {int} LIMIT {int} \
(see tombstone_warn_threshold)
Batch for [{ks}.{table}] is of size {size}, exceeding specified threshold of {size} by {size}.
Maximum memory usage reached ({size}), cannot allocate chunk of {size}
Heap is {float} full. You may need to reduce memtable and/or cache sizes.
Opening {path} ({size})
Initializing {ks}.{table}
Updating topology for all endpoints that have changed
Tokens of {ep} are {tokens}
No segments to replay, skipping
`),
};

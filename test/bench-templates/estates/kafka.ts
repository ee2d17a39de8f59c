import { type Estate, statementsOf } from "./estate.ts";

export const kafka: Estate = {
  name: "kafka",
  slots: {
    tp: "orders-0|orders-11|payments-3|__consumer_offsets-49|mail.retry-1|audit_log-2",
    topic: "orders|payments|__consumer_offsets|mail.retry|audit_log",
    group: "cart-consumer|billing|console-consumer-81923|mailer|connect-sink-pg|analytics.v2",
    member:
      "consumer-billing-1-5d2b6f0c-9a81-4a51-9c0e-33b2d2a9d7f1|sarama-77ac1|rdkafka-0f2c1a|" +
      "connector-consumer-sink-0-1f",
    tps: "Set(orders-0)|Set(orders-0, orders-1)|HashSet(payments-3, payments-4, mail.retry-1)|Set()",
    tplist: "[]|[orders-0]|[orders-0, orders-1]|[payments-1, payments-2, payments-3]",
    gstate: "PreparingRebalance|CompletingRebalance|Stable|Empty|Dead",
    isr: "1|1,2|1,2,3",
    isrlist: "List(1, 2, 3)|List(1, 2)|List(1)",
    breason: "heartbeat expired|leaving the group|Adding new member|removing member on LeaveGroup",
    listener: "PLAINTEXT|SASL_SSL|INTERNAL|CONTROLLER",
    client: "producer-1|consumer-billing-1|adminclient-2|connector-producer-pg-0|rdkafka",
    perr: "NOT_LEADER_OR_FOLLOWER|NETWORK_EXCEPTION|REQUEST_TIMED_OUT|UNKNOWN_TOPIC_OR_PARTITION",
    jerr:
      "org.apache.kafka.common.errors.TimeoutException|java.net.ConnectException|java.io.IOException|" +
      "org.apache.kafka.common.errors.NotLeaderOrFollowerException",
    seg: "/var/lib/kafka/orders-0/00000000000000170000.log|/data/k1/payments-3/00000000000000000000.timeindex",
    brokers: "[1001]|[1001, 1002]|[0, 1, 2]",
    leader: "Some(1001)|Some(2)|None",
    connector: "pg-sink|s3-archive|debezium-orders|jdbc_source",
    quota: "Produce|Fetch|Request",
  },
  statements: statementsOf(`
[KafkaServer id={int}] started
[KafkaServer id={int}] shutting down
[KafkaServer id={int}] shut down completed
Registered broker {int} at path /brokers/ids/{int} with addresses: {listener}://{host}:{int}, czxid (broker \
epoch): {int}
Registered kafka:type=kafka.Log4jController MBean
Awaiting socket connections on {ip}:{int}.
[Controller id={int}] Newly added brokers: {isr}, deleted brokers: , bounced brokers: , all live brokers: {isr}
[Controller id={int}] Broker failure callback for {isr}
[Controller id={int}] Partition {tp} state changed from OnlinePartition to OfflinePartition
[Controller id={int}] New topics: [{tps}], deleted topics: [HashSet()], new partition replica assignment \
[Set(TopicIdReplicaAssignment({topic},Some({b64}),Map({tp} -> ReplicaAssignment(replicas={isr}, addingReplicas=, \
removingReplicas=))))]
[Controller id={int} epoch={int}] Sending LeaderAndIsr request to broker {int} with {int} become-leader and {int} \
become-follower partitions
[Controller id={int}] {int} successfully elected as the controller. Epoch incremented to {int} and epoch zk \
version is now {int}
[Controller id={int}] Resigned
[Controller id={int}] Starting replica leader election (PREFERRED) for partitions {tps} triggered by AutoTriggered
[Controller id={int}] Processing automatic preferred replica leader election
[Partition {tp} broker={int}] Shrinking ISR from {isr} to {isr}. Leader: (highWatermark: {int}, endOffset: \
{int}). Out of sync replicas: (brokerId: {int}, endOffset: {int}).
[Partition {tp} broker={int}] Expanding ISR from {isr} to {isr}
[Partition {tp} broker={int}] ISR updated to {isr} and version updated to {int}
[Partition {tp} broker={int}] Log loaded for partition {tp} with initial high watermark {int}
[Partition {tp} broker={int}] {tp} starts at leader epoch {int} from offset {int} with high watermark {int}. \
Previous leader epoch was {int}.
[LogLoader partition={tp}, dir={path}] Loading producer state till offset {int} with message format version {int}
[LogLoader partition={tp}, dir={path}] Recovering unflushed segment {int}. {int}/{int} recovered.
[UnifiedLog partition={tp}, dir={path}] Rolled new log segment at offset {int} in {int} ms.
[UnifiedLog partition={tp}, dir={path}] Deleting segment LogSegment(baseOffset={int}, size={int}, \
lastModifiedTime={int}, largestRecordTimestamp=Some({int})) due to retention time {int}ms breach based on the \
largest record timestamp in the segment
[UnifiedLog partition={tp}, dir={path}] Incremented log start offset to {int} due to segment deletion
[ProducerStateManager partition={tp}] Wrote producer snapshot at offset {int} with {int} producer ids in {int} ms.
Deleted log {seg}.deleted.
Created log for partition {tp} in {path} with properties {}
[LocalLog partition={tp}, dir={path}] Found deletable segments with base offsets [{isr}] due to retention time \
{int}ms breach
[ReplicaFetcherManager on broker {int}] Removed fetcher for partitions {tps}
[ReplicaFetcherManager on broker {int}] Added fetcher to broker {int} for partitions Map({tp} -> \
InitialFetchState(Some({b64}),BrokerEndPoint(id={int}, host={host}:{int}),{int},{int}))
[ReplicaFetcher replicaId={int}, leaderId={int}, fetcherId={int}] Partition {tp} has an older epoch ({int}) than \
the current leader. Will await the new LeaderAndIsr state before resuming fetching.
[ReplicaFetcher replicaId={int}, leaderId={int}, fetcherId={int}] Truncating partition {tp} with \
TruncationState(offset={int}, completed=true) due to leader epoch and offset EpochEndOffset(errorCode=0, \
partition={int}, leaderEpoch={int}, endOffset={int})
[ReplicaFetcher replicaId={int}, leaderId={int}, fetcherId={int}] Error sending fetch request (sessionId={int}, \
epoch={int}) to node {int}:
[ReplicaManager broker={int}] Stopping serving replicas in dir {path}
[ReplicaManager broker={int}] Error processing append operation on partition {tp}
[GroupCoordinator {int}]: Preparing to rebalance group {group} in state {gstate} with old generation {int} \
(__consumer_offsets-{int}) (reason: {breason} {member} with group instance id None)
[GroupCoordinator {int}]: Stabilized group {group} generation {int} (__consumer_offsets-{int}) with {int} members
[GroupCoordinator {int}]: Assignment received from leader {member} for group {group} for generation {int}. The \
group has {int} members, {int} of which are static.
[GroupCoordinator {int}]: Member {member} in group {group} has failed, removing it from the group
[GroupCoordinator {int}]: Group {group} with generation {int} is now empty (__consumer_offsets-{int})
[GroupCoordinator {int}]: Dynamic member with unknown member id joins group {group} in {gstate} state. Created a \
new member id {member} and request the member to rejoin with this id.
[GroupMetadataManager brokerId={int}] Finished loading offsets and group metadata from __consumer_offsets-{int} \
in {int} milliseconds for epoch {int}, of which {int} milliseconds was spent in the scheduler.
[GroupMetadataManager brokerId={int}] Removed {int} expired offsets in {int} milliseconds.
[SocketServer listenerType=ZK_BROKER, nodeId={int}] Failed authentication with /{ip} \
(channelId={ip}:{port}-{ip}:{port}-{int}) (SSL handshake failed)
[Consumer clientId={client}, groupId={group}] Discovered group coordinator {host}:{int} (id: {int} rack: null)
[Consumer clientId={client}, groupId={group}] (Re-)joining group
[Consumer clientId={client}, groupId={group}] Successfully joined group with generation \
Generation{generationId={int}, memberId='{member}', protocol='range'}
[Consumer clientId={client}, groupId={group}] Adding newly assigned partitions: {topic}-{int}, {topic}-{int}
[Consumer clientId={client}, groupId={group}] Adding newly assigned partitions: {topic}-{int}
[Consumer clientId={client}, groupId={group}] Found no committed offset for partition {tp}
[Consumer clientId={client}, groupId={group}] Seeking to offset {int} for partition {tp}
[Consumer clientId={client}, groupId={group}] Member {member} sending LeaveGroup request to coordinator \
{host}:{int} (id: {int} rack: null) due to consumer poll timeout has expired.
[Producer clientId={client}] Got error produce response with correlation id {int} on topic-partition {tp}, \
retrying ({int} attempts left). Error: {perr}
[Producer clientId={client}] Node {int} disconnected.
[AdminClient clientId={client}] Connection to node {int} ({host}/{ip}:{int}) could not be established. Broker may \
not be available.
[Worker clientId={client}, groupId={group}] Starting connectors and tasks using config offset {int}
[{connector}|task-{int}] WorkerSinkTask{id={connector}-{int}} Committing offsets asynchronously using sequence \
number {int}: {}
[{connector}|worker] Connector {connector} config updated
Closing socket connection to /{ip} because of error: {jerr}
`),
};

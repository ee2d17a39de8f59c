import { type Estate, statementsOf } from "./estate.ts";

export const elasticsearch: Estate = {
  name: "elasticsearch",
  slots: {
    index: "logs-2026.01.03|orders|.kibana_7.17.0_001|metricbeat-7.10.0-2026.01.02-000004|products_v3|.security-7",
    node: "es-data-0|es-data-1|es-master-0|es-hot-a|instance-0000000003",
    nodefull:
      "{es-data-0}{k3PnQ1}{Zx9}{10.0.5.3}{10.0.5.3:9300}{cdfhilmrstw}|" +
      "{es-master-0}{a8Qw2}{1B}{10.0.5.9}{10.0.5.9:9300}{m}",
    color: "GREEN|YELLOW|RED",
    shards: "[[orders][0]]|[[orders][0], [orders][1]]|[[logs-2026.01.03][0], [products_v3][2], [orders][1]]",
    why: "node_left|disconnected|followers check retry count exceeded|allocation_failed",
    policy: "logs|metricbeat|30-days-default|slm-history-ilm-policy",
    phase:
      '{"phase":"hot","action":"rollover","name":"check-rollover-ready"}|' +
      '{"phase":"delete","action":"delete","name":"wait-for-shard"}|' +
      '{"phase":"new","action":"complete","name":"complete"}',
    collector: "young|old",
    action: "indices:data/write/bulk[s]|indices:data/read/search[phase/query]|cluster:monitor/nodes/stats",
    breaker: "parent|fielddata|in_flight_requests|request",
    template: ".monitoring-es|logs|ilm-history|synthetics",
    module: "aggs-matrix-stats|lang-painless|x-pack-core|reindex|ingest-geoip",
    field: "price|user.id|@timestamp|host.name|tags|message",
    ftype: "long|keyword|date|float|text",
    user: "elastic|kibana_system|beats_writer|anna|logstash",
    tasks: "[ingest-geoip]|[create-index]|[shard-started StartedShardEntry]|[put-mapping [orders/_doc]]",
    query: '{"match_all":{}}|{"query":{"term":{"id":17}},"size":10}|{"size":0,"aggs":{"a":{"terms":{"field":"x"}}}}',
  },
  statements: statementsOf(`
[{node}] version[{version}], pid[{int}], build[default/docker/{hex}/{ts}], OS[Linux/{version}/amd64], JVM[Eclipse \
Adoptium/OpenJDK 64-Bit Server VM/{version}/{version}]
[{node}] loaded module [{module}]
[{node}] loaded plugin [{module}]
[{node}] no plugins loaded
[{node}] initialized
[{node}] starting ...
[{node}] started
[{node}] stopping ...
[{node}] stopped
[{node}] closing ...
[{node}] closed
[{node}] using [{int}] data paths, mounts [[{path} ({path})]], net usable_space [{size}], net total_space \
[{size}], types [ext4]
[{node}] heap size [{size}], compressed ordinary object pointers [true]
[{node}] publish_address {{ip}:{port}}, bound_addresses {0.0.0.0:{port}}
[{node}] publish_address {{ip}:{port}}, bound_addresses {[::1]:{port}}, {127.0.0.1:{port}}
[{node}] node name [{node}], node ID [{b64}], cluster name [{word}], roles [data, ingest, master]
[{node}] master node changed {previous [], current [{nodefull}]}, term: {int}, version: {int}, reason: \
Publication{term={int}, version={int}}
[{node}] master node changed {previous [{nodefull}], current []}, term: {int}, version: {int}, reason: becoming \
candidate: onLeaderFailure
[{node}] elected-as-master ([{int}] nodes joined)[{nodefull} elect leader, _BECOME_MASTER_TASK_, \
_FINISH_ELECTION_], term: {int}, version: {int}, delta: master node changed {previous [], current [{nodefull}]}
[{node}] node-join[{nodefull} join existing leader], term: {int}, version: {int}, delta: added {{nodefull}}
[{node}] node-left[{nodefull} reason: {why}], term: {int}, version: {int}, delta: removed {{nodefull}}
[{node}] master not discovered or elected yet, an election requires a node with id [{b64}], have discovered \
[{nodefull}] which is not a quorum
[{node}] Cluster health status changed from [{color}] to [{color}] (reason: [shards started {shards}]).
[{node}] Cluster health status changed from [{color}] to [{color}] (reason: [{nodefull}]).
[{node}] [{index}] creating index, cause [api], templates [{template}], shards [{int}]/[{int}]
[{node}] [{index}] creating index, cause [auto(bulk api)], templates [], shards [{int}]/[{int}]
[{node}] [{index}/{b64}] deleting index
[{node}] [{index}/{b64}] create_mapping
[{node}] [{index}/{b64}] update_mapping [_doc]
[{node}] adding index template [{template}] for index patterns [{template}-*]
[{node}] adding index lifecycle policy [{policy}]
[{node}] moving index [{index}] from [{phase}] to [{phase}] in policy [{policy}]
[{node}] policy [{policy}] for index [{index}] failed on step [{phase}]. Moving to ERROR step
[{node}] updating number_of_replicas to [{int}] for indices [{index}]
[{node}] low disk watermark [{int}%] exceeded on [{b64}][{node}][{path}] free: {size}[{float}%], replicas will \
not be assigned to this node
[{node}] high disk watermark [{int}%] exceeded on [{b64}][{node}][{path}] free: {size}[{float}%], shards will be \
relocated away from this node
[{node}] flood stage disk watermark [{int}%] exceeded on [{b64}][{node}][{path}] free: {size}[{float}%], all \
indices on this node will be marked read-only
[{node}] [gc][{int}] overhead, spent [{dur}] collecting in the last [{dur}]
[{node}] [gc][{collector}][{int}][{int}] duration [{dur}], collections [{int}]/[{dur}], total [{dur}]/[{dur}], \
memory [{size}]->[{size}]/[{size}]
[{node}] [{breaker}] New used memory {int} [{size}] for data of [<http_request>] would be larger than configured \
breaker: {int} [{size}], breaking
[{node}] attempting to trigger G1GC due to high heap usage [{int}]
[{node}] GC did bring memory usage down, before [{int}], after [{int}], allocations [{int}], duration [{int}]
[{node}] Received response for a request that has timed out, sent [{dur}/{int}ms] ago, timed out [{dur}/{int}ms] \
ago, action [{action}], node [{nodefull}], id [{int}]
[{node}] [{index}][{int}] took[{dur}], took_millis[{int}], total_hits[{int} hits], types[], stats[], \
search_type[QUERY_THEN_FETCH], total_shards[{int}], source[{query}], id[],
[{node}] failed to execute pipeline [{word}] for document [{index}/_doc/{b64}]
[{node}] [{index}][{int}] marking and sending shard failed due to [failed recovery]
[{node}] [{index}][{int}] primary-replica resync completed with {int} operations
[{node}] scheduling reroute for delayed shards in [{dur}] ({int} delayed shards)
[{node}] recovered [{int}] indices into cluster_state
[{node}] failed to parse field [{field}] of type [{ftype}] in document with id '{b64}'
[{node}] Authentication of [{user}] was terminated by realm [reserved] - failed to authenticate user [{user}]
[{node}] license [{uuid}] mode [basic] - valid
[{node}] after [{dur}] publication of cluster state version [{int}] is still waiting for {nodefull} \
[SENT_APPLY_COMMIT]
[{node}] took [{dur}/{int}ms] to compute cluster state update for [{tasks}], which exceeds the warn threshold of \
[10s]
[{node}] caught exception while handling client http traffic, closing connection \
Netty4HttpChannel{localAddress=/{ip}:{port}, remoteAddress=/{ip}:{port}}
[{node}] updated downloaded geoip database [GeoLite2-{word}.mmdb]
[{node}] rejecting join request from [{nodefull}] as the node has version [{version}] but this cluster does not \
support it
`),
};

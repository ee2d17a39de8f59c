/** Common words of logs that Causeway's own texts lack: nouns, adjectives, participles, verbs of the third person. */
export const OPERATIONS_WORDS = `
access accesses accessed accessing account accounts accumulated activation actor acls adapter adapters adaptive addon
address alarm
alarms algorithm aliases alignment allocated allocating allocations allocator alternate altered amounts analytics
annotation annotations
api apis appended applied applies appliance applications arbiter archive archived archives archiving arena arguments
array arrays
arrived arriving artifact artifacts assertion assertions assigned assigning assignments async asynchronous atomic
attach attachment
attachments attaching attempts attempted attribute authenticator authenticated authenticating authorization
authorizing author autocommit autoscaling
backfill backing backlog backpressure backplane backslash bad barrier batch batches batched beacon beans begin began
bind bindings
bios bitmap blob blobs blocked blocker board booking bookmark bootloader bootstrapping bottleneck branch branches
breach breached bridge
broadcast broken browser browsers buffers buffered buffering bulk bundle bundles burst bursts bypassed byte bytecode
cabinet caches caching calculated calculating calculation calendar callback callbacks campaign cancellation
cancellations canonical
capabilities capability captured card cards carrier cart carts cascade catalog catalogue categories category ceiling
cells central
chained chains characters charge charges charset chassis checkin checkpoints checkpointing checksums checkout children
chunks chunked cipher
ciphers circular claims classified classloader classpath cleaned cleaner cleanup cleared client clients cloned closes
closing closure clustered
clusters codec collation collections collector collectors collision collisions column columns commit commits committed
committing compacted
compaction compared comparator comparison compatibility compatible compilation compiled compiler completes component
components composite compressed
compression computed computing concurrency confirmation conflict conflicts conflicting congested congestion
connections connectors consensus consistent
console consumer containerized contexts continued continues contract contracts control controllers conversation
conversions converter cookie cookies
coordinator coordinators copied copies copy copying cores correlation corrupted counted country coupon course covered
crashed creates
creation creator criterion cron crypt cryptographic currency currencies cursor customer customers cycle cycles cyclic
daemon daemons dangling dashboard data dataflow datagram datanode datasource datastore dates day daylight deallocated
debugging decimal
decoded decoding decommission decommissioned decompression decreased decreasing decrypted decryption dedicated
deduplicated default defaults deferred
definition definitions degradation delays delegate delegated delegation deletes deleting deletions delimiter
deliveries delta demand demoted
density departments dependent deployer deploys derived descending descriptor deserialized destinations destroyed
destroying detached detaching detection
detector deviation devices diagnostic dialect dialog dictionary diff digest digests dimension dimensions direct
directories
directory disallowed disconnecting disconnections discount discovered discovery disks dispatch dispatched dispatcher
displayed distance distributed
distribution documents domain domains dormant double downgraded downloaded downloading downloads downstream downtime
draining driver dummy
dumping duplicated duplicates duration dynamic
eager edge edges egress elapsed elected elections element elevated eligible emails email emitted emitting empty
enabled enabling encoded encoder
encoding encrypted encryption endpoints engines enlisted enqueued enqueue entered entire enum enumerated ephemeral
epoch equal equals escalated
escape escaped estimate estimated evaluated evaluator evicts exact examined examples exceeding exchange exchanges
exclusive exhausting
existed existing exits expanded expansion expectations expects experimental explicit exponential export exported
exporters exporting exports
exposed expressions expression extended extensions extent external extra extracted extracting extraction
facade factor factories factory fails fallback fallbacks false fanout feature features feed feeds fence fenced fencing
fetched fetcher fetches fibre
fields filename filenames files filtered filtering final finalized finalizing finishes finishing firewall firmware
first fixed flagged flags
flaps flavor fleet float flooded flows flushed flushes flushing folder folders footer foreign formats formatted
formatter forwarded
forwarder forwarding fraction fragment fragmentation fragments frames framework free frequency fresh fulfilled
fulfillment functional fuse
garbage gathered gathering generated generating generator generic geo global gossip gradient granted granting graph
graphql gray greater grid
grouped grouping groups guest guid guarded
halt halting handler handlers handles handoff handover hardware hash hashes hashed hashing header heap height hello
hibernated hidden
hierarchy historical history hooks hop hops hostnames hotspot hour hourly html hyper hypervisor
icon identical identified identifier identifiers identities identity idempotent idling image images immutable impact
implicit
import imported importing imports inbound inclusive incoming incomplete incorrectly increased increases increment
incremental indexer
indexes indices indirect individual inference infinite infrastructure inherited initial initialised initialising
initiated initiating initiator injected
injection inline inner inode inserted inserting inserts inspection installation installed instantiated instantiation
instruction integer
integration integrity intent interaction interactive intermediate intermittent internal interrupted interruptions
interrupts intervals inventory
invalidated invalidation inverse invitation invocations invoice invoices invoking isolated isolation item items
iteration iterations
job journal journaling json junction
keepalive kernel keyspace keyspaces keyword keywords
landing language languages large larger largest lanes latch latencies layer layers layout leased leases leaving ledger
legacy
lengths lifecycle lightweight limiter limiters linked links listed listing literal loader loaders loads local locale
localized located
locations locking logger loggers logic logon logout longest loops lossy
mailbox mailboxes mails maintained malicious manifest mapped mapper mapping mappings maps margin marker markers
marketing
master match matched matcher maximum measured measurement measurements mechanism media membership merchant merge
merged merging messaging
metadata microservice microseconds middleware migrated migrating migrations millis mirror mirrored mirrors mismatched
mismatches mobile mock module
modules modified modifying moment monitored monitors monthly mounting moved moving multicast multipart mutable
mutation mutations mutex
namenode namespace naming native navigation neighbor neighbors nested networking networks neutral nightly nodes
nominal nonce normal
normalized notified notifier notifying numbers numeric
obsolete occupied occurrences occurs octets offending offload offsets older omitted opens opcode opcodes operands
optimistic optimization
optimizer optional orchestrator ordered ordering ordinary organization organizations orphan orphans outbox outer
overflowed overflows overlap
overlapping overlay overloading overview overwritten
padding pages paging pagination paid pairing palette panel parallel parameter parametrized parsed parser parsers
parses participant
participants partially passes passive passphrase passwords patched pattern patterns payloads payment payments peering
peers
penalty percentage performance performed performs peripheral permanent permanently permitted persist persisted
persistence persisting personal
phantom phases physical pipeline pipelines pixel placed placement placements plain plan plane planned planner planning
plans platforms playback
plugins pointers polled poller polling pools popped population port portal ports positions posted posting posts
potential power powered precise precision predicate predicted preferred preferences prefetch prefix prefixes
preparation preparing presence
preserved primary primitive principal printer priorities private privilege privileges probed probing procedure
procedures processed
product products profile profiles profiler programs projected projection projections promise promises promotion
promotions propagated propagation
proposal proposed protected protobuf prototype provisioning proxied proxies pruned pruning published publisher
publishing pulse purchase purchases
purged purging pushed pushes pushing
qualified quality quarantined quarantine quoted
rack racks radius random ranges rank rapid rating ratings raw reacquired reactivated reactor readable reader rebalance
rebuild rebuilding rebuilt
recalculated receipt receipts recipient recipients recommendation recommendations reconciled reconciler reconnect
reconnected reconnecting reconnection
recording recovering recoverable recurring recursive recycled recycling redelivery redirect redirected redirecting
redirects redundant refreshed refreshing
refund refunded refunds regenerated regions registering registers registration registrations registries regular
rejection rejections
relationship relay relayed releases released releasing reliable relocated remainder remediation reminder remotely
removal removals removes
renamed rendered renderer rendering renewed renewing reopened reordered reparse repeated replaced replacement
replacing replay replayed replied replies
replicating repositories repository representation republished requesting requeued requeue rescheduled rescheduling
reservation reservations resent
resetting residual resized resizing resolution restored restoring restricted restriction restrictions resubmitted
resulting results resumed resuming
resumption retained retention retried retrieval retrieved retrieving reused reverse reverted reverting reviews
rewritten rollbacks rolling
rotated rotates rotating rotation roundtrip router routers routine rpc rtt runnable
salt sampled sampler sampling sandbox sandboxes sanitized saved scanned scans scenario schedules schemas scope scopes
scrapes screen
scripts sdk sealed seats seconds sectors sectors secured segments sensor sensors sentinel separate separator sequences
sequencer serial serialized
serializer serializing sessions setting severe sha shadow shallow shape shards shell shelf shift shipment shipments
shipped
shipping shops shortage sibling signals signup silent similar simple simulated simulation single singleton site sites
skip skipped skipping skips
sleeping slower slowest snapshotting softirq sorted sorting source spanning special specification specified
speculative speed spike
spikes spilled spin split splits splitting spooled spool sporadic spurious stable staged stages staging stalling
standalone standard standby
stateless states static station statistics statuses stdin stdout stderr stocks stock stopwatch store stores storm
stored strategy streaming
streams streamed stretch strict strings stripe strong structures stub style subdomain submission submitted submitting
subnet subnets
subprocess subscribed subscriber subscribers subscription subscriptions subset substring subsystem suffix supplier
suppressed surface suspected
suspending suspension swapped swapping symbol symbolic symbols symlink synchronization synchronous syntax synthetic
tables tagged tags tainted tables tail tampering taxes tax teardown telemetry temp temporal tenant tenants terminal
terminates terminating terms
testing tests themes thread threaded threshold thrown throws ticket tickets tier tiers timer timers timezone timings
tracked
tracker tracking traced tracing trailing trailer train transactional transactions transfer transferred transferring
transfers transformed
transformation transient transition transitions translated transmitted transmitting transmission transports trap traps
traversal tree trees triggered
triggering triggers trimmed truncated truncation tunnel tunnels tuple turned tweak typed typical
unacceptable unaligned unallocated unassigned unavailability unbalanced unblocked unbounded uncommitted undefined
undeliverable undo unencrypted
unexpected unfinished unhealthy uniform uninstalled union universal unlocked unlocking unmanaged unmapped unmatched
unmodified unmount
unmounted unnamed unparseable unpaired unprocessable unprocessed unpublished unrecoverable unregistered unregistering
unreliable unresponsive unsafe unsent
unset unsigned unsubscribed unsuccessful unsubscribe untracked upcoming updated updater updating upgraded upgrades
upgrading uploaded uploading uploads
upserted url urls usable usages utility uuid
vacuumed validated validating validations validators variables variance vector vendor vendors verified verifying
verifier versioned versioning versions vertex
viewer views virtual visibility visible visitor visits vlan voice volatile voltage volumes vote voted voter voters
votes voting voucher
wakeup walker wall warehouse warm warmed waited waiter wakes wallet warnings watched watcher watchers watches
watermark webhooks websocket websockets weekly weighted weights
wildcard window windows wireless witness workflow workflows workspace workspaces wrapped wrapper writable writer writers
yielded yields zero zip zones zeroed
successful successfully failed failing fails failure failures timed unable cannot could couldn't would wouldn't isn't
wasn't aren't hasn't haven't
hadn't doesn't didn't won't has had have having been being become becomes became does did may might
while when where which whose who until unless since because during before after between within without against through
across along around
around toward towards behind beside beyond despite except from into onto over under upon via per versus with than then
both each either neither nor
too very more most less least much many few several some other another same such own again once twice still already
yet almost also even
however thus there here it its itself they their them this that these those

acquire allocate archive array attempt audit authenticate balance begin bind boot bound break buffer cache
capture catch code compact compress connect count crash decode decrypt delay dial double dump encode encrypt evaluate
event exchange exit expire fail fall feed fence file filter flag fork form format group handle hang hash index issue
judge label level limit link list listen load locate lock log login look lookup loop map match mirror mismatch name
negotiate node object observe order package page panic parse partition pin ping place plan poll process program proxy
query queue read record recover recycle refresh renew replay replicate request require reserve respond retain retrieve
route sample schedule serialize serve shard signal sleep slow snapshot sort split spread stage stall state stream
succeed sync tag target throw time tolerate trace track type validate verify void wait wal watch yield zero
admin amount article bank basket bid bill billing bonus brand buyer carrier cents charge checkout class clinic company
contact contacts
country coupon credit customer debit department deposit discount doctor economy employee estimate euro flight food
fraud hotel
insurance invoice item journey kitchen loan location loyalty mail meal member menu merchant news offer orders parcel
parcels passenger
patient payment photo phone post price prices pricing product profile purchase quantity recipe refund rental
restaurant reward room
sale sales school score search seat seats seller shipment shop sku staff station stations stock store street student
subtotal supplier
ticket tickets total tour train trains travel travels trip trips user video visit voucher warehouse weather

accepted acceptable accordingly acknowledgment additional adjacent adjusted adjusting adjustment advanced advertised
advertising affinity allocated ambiguous amended
anticipated apparently applicable appropriate approximately arbitrary arbitrarily associated association automatic
automatically autonomous auxiliary
blank briefly busy capable cold common complete completely complex consecutive considerable constantly corresponding
covered crucial
currently dead decline declines declined declining deep deeply delayed desired different difficult direct directly
distinct drastically due early easily effective effectively
entirely equivalent eventual eventually evenly excess extended extreme extremely fast faster final finally fine
foreign forward frequent
full fully generally gradual gradually half heavy heavily hot huge idle immature improper inappropriate inaccessible
inactive inaccurate inadequate
inconsistent independent indefinite indefinitely ineligible initial initially insecure intact invalid irregular lately
late latest light likely little
live long lost low mandatory manual manually marginal maximal meaningful minimal minor missing mixed moderate modern
momentarily multiple mutual
narrow natural nearly necessary negative newer newest next noisy nonexistent notable null numerous odd offline online
open optional orderly original
outstanding overall partial particular pending periodic periodically perfect persistent plain poor positive possible
preliminary premature present
primary prime probable prolonged prompt proper properly public pure quick quickly quiet rare rarely ready recent
relative relatively
relevant remaining remote repeatedly requisite respective respectively rough roughly safe scarce secondary secure
separately sequential sharp short
significant significantly silently simultaneous simultaneously slight slightly slow slowly small smaller smooth solid
sole spare sparse specific steep
steady strange sudden suddenly sufficient suitable temporary tight total totally transparent trivial true twofold
unchanged unclear
unconditional unequal unexpectedly unfamiliar unhandled uniquely unknown unlikely unlimited unnecessary unstable
unused unusual unusually upper usual usually
valid various vast verbose vital wide widely worse worst wrong
`;

/** Names of errors of operating systems. @see errno(3), Windows Sockets error codes */
export const ERROR_NAMES = `
eperm enoent esrch eintr eio enxio e2big enoexec ebadf echild eagain enomem eacces efault ebusy eexist exdev enodev
enotdir eisdir
einval enfile emfile enotty efbig enospc espipe erofs emlink epipe edom erange edeadlk enametoolong enolck enosys
enotempty eloop
ewouldblock enodata etime enosr eproto ebadmsg eoverflow eilseq eusers enotsock edestaddrreq emsgsize eprototype
enoprotoopt
eprotonosupport eopnotsupp epfnosupport eafnosupport eaddrinuse eaddrnotavail enetdown enetunreach enetreset
econnaborted
econnreset enobufs eisconn enotconn eshutdown etoomanyrefs etimedout econnrefused ehostdown ehostunreach ealready
einprogress
estale edquot ecanceled eownerdead enotrecoverable eai noname enotfound eservfail sigkill sigterm sigsegv sigabrt
sigbus sigint
sighup sigill sigfpe sigpipe sigquit nxdomain servfail formerr notimp notauth
grpc deadline deadlineexceeded unavailable unimplemented unauthenticated permissiondenied resourceexhausted
failedprecondition
outofrange notfound alreadyexists invalidargument internal dataloss aborted
java javax javascript python ruby golang rust erlang dotnet php perl nodejs node jvm spring django flask rails laravel
express
nginx apache httpd tomcat jetty envoy haproxy traefik istio linkerd kafka rabbitmq activemq pulsar nats redis
memcached valkey postgres
postgresql mysql mariadb mongodb mongo cassandra scylla elasticsearch opensearch clickhouse cockroach cockroachdb tidb
oracle mssql sqlserver
sqlite dynamodb bigquery snowflake spark flink hadoop hdfs hive presto trino airflow celery sidekiq etcd consul
zookeeper vault
kubernetes kubelet docker containerd podman crio helm argocd flux terraform ansible jenkins gitlab github prometheus
grafana loki tempo
jaeger zipkin otel opentelemetry datadog splunk fluentd logstash filebeat vector minio ceph nfs ext xfs btrfs zfs
linux windows ubuntu
debian redhat centos alpine systemd cron ssh sshd ftp sftp smtp imap ldap kerberos oauth oidc saml jwt tls ssl mtls
http https
tcp udp icmp ipv dns dhcp ntp bgp ospf vpn nat cdn waf cors csrf xss sql ddl dml dao orm jdbc odbc jpa hibernate
hikari hikaricp netty
okhttp axios urllib httpx aiohttp requests undici gunicorn uvicorn uwsgi puma unicorn passenger libpq psycopg
pgbouncer proxysql lambda
azure aws gcp ec2 s3 rds sqs sns ebs eks aks gke iam kms arn amazonaws googleapis
io eof npe oom gc cpu gpu ram ssd hdd raid nic mtu ttl rtt qps rps tps slo sla sli p50 p75 p90 p95 p99 id ids uid gid
pid tid ip db ui os vm
kb mb gb tb kib mib gib ms us ns sec secs min mins hr hrs src dst req res resp err msg num cnt len max min avg sum std
lang util utils impl
org com net dev app svc srv pkg lib bin etc var usr tmp opt proc sys conf cfg env init ctx conn addr auth authn authz
admin default
`;

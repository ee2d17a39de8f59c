/**
 * Kinds of failure, in the words that people use. Two accounts of one kind rarely share words: "the volume filled up",
 * "no space left on device".
 */
const CONCEPTS: Readonly<Record<string, readonly RegExp[]>> = {
  "disk full": [
    /\b(?:disk|volume|partition|filesystem|storage)s?\b[^.,;]{0,30}\b(?:fill|full|filled)\b/g,
    /no space left|enospc|disk (?:was |is |became |got )?full|full disks?/g,
    /(?:ran|running|run) out of (?:disk|space|storage|inodes)|out of disk|disk space|disk usage/g,
    /(?:disk|volume|partition|filesystem|storage)s? (?:had |has |was |were )?(?:fill|full|filled|exhaust)/g,
    /inodes?\b|flood.stage|disk watermark/g,
  ],
  memory: [
    /out[- ]of[- ]memory|\boom\b|oom[- ]?kill|memory leak|leak(?:ed|ing)? memory|heap/g,
    /memory (?:usage|pressure|exhaust|limit|consumption)|ran out of memory|\bswap|resident set/g,
  ],
  cpu: [/\bcpu\b|busy loop|infinite loop|spinning|runaway (?:process|query)|noisy neighbou?r|steal time/g],
  "regular expression": [/regular expression|\bregex|backtrack/g],
  connections: [
    /connection pool|pool (?:was |is |of connections )?exhaust|too many (?:connections|clients)/g,
    /max[_ ]?connections|connection (?:limit|slots?|leak|exhaust)/g,
    /connections? (?:were |was )?(?:exhausted|leaked|not (?:returned|closed|given back))|hikari|pgbouncer/g,
    /waiting for a connection/g,
  ],
  certificate: [/certificate|\bcerts?\b|x\.?509|\btls\b|\bssl\b|lets? ?encrypt|\bacme\b|\bca bundle/g],
  dns: [
    /\blookups?\b|cannot be resolved|could not be resolved|host ?names?|\bdns\b|name ?servers?|resolver/g,
    /nxdomain|servfail|name resolution|\bzone (?:file|transfer)|coredns|hostname (?:could|did) not/g,
  ],
  configuration: [
    /experiments?\b|settings? change|change of (?:its |the )?settings|misconfig/g,
    /configuration (?:change|error|push|file|value|update)/g,
    /config (?:change|push|file|error|value|map|update)|configmap/g,
    /wrong (?:setting|value|environment variable)|invalid (?:configuration|config|setting)|\btypo\b/g,
    /environment variable|feature flag|flag (?:was|flip|roll|enabled)|toggle/g,
  ],
  deploy: [/\bdeploy|\brelease[ds]?\b|rolled? ?out|\brollback|rolled back|regression|new version|canary/g],
  "schema or index": [
    /scan(?:s|ned)? (?:the )?(?:whole|entire)|(?:more|many|million) rows|rows read|missing index/g,
    /without an index|\bindex(?:es)? (?:was|were|is)|full (?:table )?scan|seq(?:uential)? scan|slow quer/g,
    /query plan|query planner|schema (?:change|migration)|migration|alter table/g,
    /add(?:ed|ing)? (?:a )?column|n\+1/g,
  ],
  locks: [
    /deadlock|lock (?:contention|wait|timeout|held)|row locks?|table locks?|long[- ]running transaction/g,
    /mutex|idle in transaction|exclusive lock/g,
  ],
  replication: [
    /replica(?:tion)?\b|\blag(?:ged|ging)? behind|standby|split[- ]?brain|fail ?over|failed over/g,
    /primary (?:was|node)|leader election|quorum|promot(?:ed|ion)/g,
  ],
  wraparound: [
    /out of range|wraparound|wrap[- ]around|integer overflow|int(?:32|eger)? (?:limit|overflow|max)/g,
    /sequence (?:was |is |ran )?(?:exhaust|out)|2147483647|2,147,483,647|primary key (?:overflow|exhaust)/g,
    /auto.?increment/g,
  ],
  network: [
    /packet loss|dropped packets|packets? (?:were )?(?:dropped|lost)/g,
    /network (?:partition|link|device|switch|outage|congest|card)|\bswitch(?:es)?\b|router/g,
    /fib(?:er|re) cut|\bbgp\b|route leak|\bmtu\b|retransmi|\bnic\b|firewall|security group|network polic/g,
    /iptables|\bvpn\b|\bpeering|conntrack|\bnat gateway/g,
  ],
  power: [
    /power (?:loss|outage|failure|supply)|generator|\bups\b|cooling|overheat|air condition/g,
    /data ?cent(?:er|re)|\bpdu\b|fire suppression|availability zone/g,
  ],
  hardware: [
    /\braid\b|failed disk|disk failure|\bssds?\b|firmware|hardware (?:fail|fault|issue)|bad sector/g,
    /ecc error|read[- ]only file ?system|kernel panic/g,
  ],
  overload: [
    /above capacity|could not recover|did not recover|flood|retry storm|retries|thundering herd|cascad/g,
    /overload|load shed|backoff|circuit breaker|saturat|amplif|queue(?:d|ing)? up requests|stampede/g,
    /back ?pressure/g,
  ],
  surge: [
    /traffic (?:spike|surge|increase|grew)|surge|spike in (?:traffic|requests|load)|flash sale/g,
    /black friday|marketing|newsletter|went viral|launch(?:ed)? campaign|ten times/g,
    /\d+x (?:the )?(?:normal|usual)|crawler|scraper|\bbots?\b/g,
  ],
  attack: [
    /\bddos\b|denial of service|attack(?:er)?s?\b|malicious|botnet|brute force|exploit|compromis/g,
    /credential stuffing/g,
  ],
  cache: [/\bcache[sd]?\b|caching|memcache|\bredis\b|evict|\bcdn\b|cold start|hit rate|\bttl\b/g],
  queue: [
    /\bqueues?\b|backlog|consumers?\b|kafka|rabbitmq|\bsqs\b|dead letter|poison (?:message|pill)/g,
    /unacknowledged|offset|partition rebalanc|rebalanc/g,
  ],
  schedule: [
    /(?:every|each) (?:night|day|hour|morning|week|sunday|monday|saturday)|same time (?:every|each)/g,
    /weekly|\bcron|nightly|batch job|scheduled (?:job|task)|backfill|maintenance job|backup job|vacuum/g,
    /reindex/g,
  ],
  "third party": [
    /third[- ]party|\bvendor|external (?:api|provider|service)|upstream provider/g,
    /provider'?s? (?:outage|api|status)|payment (?:provider|processor)|their (?:api|status page)/g,
    /partner'?s? (?:api|system)|\bstripe\b|\btwilio\b|\bsendgrid\b/g,
  ],
  credentials: [
    /credential|password|secret(?:s)? (?:rotat|was|were|expired)|api key|access key/g,
    /token (?:expired|was revoked)|expired token|service account|permission denied|access denied|\biam\b/g,
    /unauthori[sz]ed|\b401\b|\b403\b|key rotation|rotat(?:ed|ing|ion)|oauth|\bldap\b|\bsso\b|single sign/g,
  ],
  deletion: [
    /(?:relation|table) .{0,20}does not exist|disappear|missing (?:rows|records|data)/g,
    /(?:records|rows|accounts|data) (?:were|was) missing|accidental|by mistake|mistakenly/g,
    /wrong (?:server|cluster|database|environment|host|terminal|directory)/g,
    /drop(?:ped)? (?:table|database)|rm -rf|\bdelet(?:e|ed|ing|ion)\b|\btruncat/g,
    /terraform (?:apply|destroy)|destroyed/g,
  ],
  "data damage": [
    /corrupt|inconsisten|data loss|lost (?:data|writes)|checksum/g,
    /duplicate (?:rows|records|charges|orders)|restore(?:d)? from backup|stale data/g,
  ],
  clock: [
    /clock (?:skew|drift)|leap (?:second|year|day)|\bntp\b|time ?zones?|daylight saving|\bdst\b/g,
    /february 29|epoch|year 2038|time drift/g,
  ],
  "open files": [
    /file descriptors?|too many open files|ulimit|\bemfile\b|ephemeral ports?|port exhaustion/g,
    /sockets? (?:exhaust|leak)|time_wait|no file handles/g,
    /max(?:imum)? (?:number of )?(?:processes|threads)/g,
  ],
  "rate limit": [/rate[- ]limit|throttl|\b429\b|quota|api limits?|too many requests|service limits?|account limits?/g],
  threads: [
    /thread pool|worker threads?|threads? (?:were |was )?(?:block|exhaust|stuck)|event loop|goroutines?/g,
    /blocking call|workers? (?:were |was )?(?:stuck|busy|blocked|exhaust)|garbage collect|\bgc\b/g,
    /stop[- ]the[- ]world/g,
  ],
  kubernetes: [
    /kubernetes|\bk8s\b|\bpods?\b|kubelet|\betcd\b|control plane|crash ?loop|node pool|\bhelm\b|eviction/g,
    /scheduler/g,
  ],
  image: [/image pull|imagepull|container (?:image|registry)|docker hub|registry|base image/g],
  probe: [/liveness|readiness|health ?checks?|health probe|marked (?:as )?unhealthy/g],
  "load balancer": [/load ?balancer|haproxy|nginx|envoy|reverse proxy|\bingress\b|\bgateway\b|\belb\b|\balb\b/g],
  scaling: [
    /auto ?scal|scale(?:d)? (?:up|down|out|in)|capacity|under-?provision|instance type/g,
    /max(?:imum)? replicas|replica count/g,
  ],
  exception: [
    /null ?pointer|nullpointerexception|typeerror|attributeerror|unhandled|segfault|segmentation fault/g,
    /panic(?:ked)?\b|division by zero|race condition|off[- ]by[- ]one|stack overflow|assertion/g,
    /nil (?:pointer|dereference)|undefined is not|deseriali[sz]|pars(?:e|ing) (?:error|fail)|encoding/g,
    /unicode/g,
  ],
  dependency: [
    /dependency (?:upgrade|update|bump|version)|library (?:upgrade|update|version|bug)/g,
    /upgrad(?:e|ed|ing) (?:of|to|the)|transitive|npm|pip|driver (?:upgrade|version|bug)|incompatible/g,
    /breaking change|deprecat/g,
  ],
  search: [/elasticsearch|opensearch|\bshards?\b|\bsolr\b|search cluster|lucene/g],
  storage: [
    /\bs3\b|object stor(?:e|age)|bucket|\bnfs\b|\bebs\b|\bceph\b|persistent volume|\bio ?wait|\biops\b/g,
    /disk (?:latency|i\/o|io)|fsync/g,
  ],
};

/** The kinds of failure that a text mentions, with their counts. */
export function conceptsOf(text: string): Map<string, number> {
  const lower = text.toLowerCase();
  const found = new Map<string, number>();
  for (const [concept, patterns] of Object.entries(CONCEPTS)) {
    const times = patterns.reduce((sum, pattern) => sum + (lower.match(pattern)?.length ?? 0), 0);
    if (times > 0) found.set(concept, times);
  }
  return found;
}

/**
 * Kinds of failure, in the words in which people tell them. Two accounts of one kind rarely use the same words: "the
 * volume filled up", "no space left on device".
 */
const CONCEPTS: Readonly<Record<string, RegExp>> = {
  "disk full":
    /no space left|enospc|disk (?:was |is |became |got )?full|full disks?|(?:ran|running|run) out of (?:disk|space|storage|inodes)|out of disk|disk space|disk usage|(?:disk|volume|partition|filesystem|storage)s? (?:had |has |was |were )?(?:fill|full|filled|exhaust)|inodes?\b|flood.stage|disk watermark/,
  memory:
    /out[- ]of[- ]memory|\boom\b|oom[- ]?kill|memory leak|leak(?:ed|ing)? memory|heap|memory (?:usage|pressure|exhaust|limit|consumption)|ran out of memory|\bswap|resident set/,
  cpu: /\bcpu\b|busy loop|infinite loop|spinning|runaway (?:process|query)|noisy neighbou?r|steal time/,
  "regular expression": /regular expression|\bregex|backtrack/,
  connections:
    /connection pool|pool (?:was |is |of connections )?exhaust|too many (?:connections|clients)|max[_ ]?connections|connection (?:limit|slots?|leak|exhaust)|connections? (?:were |was )?(?:exhausted|leaked|not (?:returned|closed|given back))|hikari|pgbouncer|waiting for a connection/,
  certificate: /certificate|\bcerts?\b|x\.?509|\btls\b|\bssl\b|lets? ?encrypt|\bacme\b|\bca bundle/,
  dns: /\blookups?\b|cannot be resolved|could not be resolved|host ?names?|\bdns\b|name ?servers?|resolver|nxdomain|servfail|name resolution|\bzone (?:file|transfer)|coredns|hostname (?:could|did) not/,
  configuration:
    /experiments?\b|settings? change|change of (?:its |the )?settings|misconfig|configuration (?:change|error|push|file|value|update)|config (?:change|push|file|error|value|map|update)|configmap|wrong (?:setting|value|environment variable)|invalid (?:configuration|config|setting)|\btypo\b|environment variable|feature flag|flag (?:was|flip|roll|enabled)|toggle/,
  deploy: /\bdeploy|\brelease[ds]?\b|rolled? ?out|\brollback|rolled back|regression|new version|canary/,
  "schema or index":
    /scan(?:s|ned)? (?:the )?(?:whole|entire)|(?:more|many|million) rows|rows read|missing index|without an index|\bindex(?:es)? (?:was|were|is)|full (?:table )?scan|seq(?:uential)? scan|slow quer|query plan|query planner|schema (?:change|migration)|migration|alter table|add(?:ed|ing)? (?:a )?column|n\+1/,
  locks:
    /deadlock|lock (?:contention|wait|timeout|held)|row locks?|table locks?|long[- ]running transaction|mutex|idle in transaction|exclusive lock/,
  replication:
    /replica(?:tion)?\b|\blag(?:ged|ging)? behind|standby|split[- ]?brain|fail ?over|failed over|primary (?:was|node)|leader election|quorum|promot(?:ed|ion)/,
  wraparound:
    /out of range|wraparound|wrap[- ]around|integer overflow|int(?:32|eger)? (?:limit|overflow|max)|sequence (?:was |is |ran )?(?:exhaust|out)|2147483647|2,147,483,647|primary key (?:overflow|exhaust)|auto.?increment/,
  network:
    /packet loss|dropped packets|packets? (?:were )?(?:dropped|lost)|network (?:partition|link|device|switch|outage|congest|card)|\bswitch(?:es)?\b|router|fib(?:er|re) cut|\bbgp\b|route leak|\bmtu\b|retransmi|\bnic\b|firewall|security group|network polic|iptables|\bvpn\b|\bpeering|conntrack|\bnat gateway/,
  power:
    /power (?:loss|outage|failure|supply)|generator|\bups\b|cooling|overheat|air condition|data ?cent(?:er|re)|\bpdu\b|fire suppression|availability zone/,
  hardware:
    /\braid\b|failed disk|disk failure|\bssds?\b|firmware|hardware (?:fail|fault|issue)|bad sector|ecc error|read[- ]only file ?system|kernel panic/,
  overload:
    /above capacity|could not recover|did not recover|flood|retry storm|retries|thundering herd|cascad|overload|load shed|backoff|circuit breaker|saturat|amplif|queue(?:d|ing)? up requests|stampede|back ?pressure/,
  surge:
    /traffic (?:spike|surge|increase|grew)|surge|spike in (?:traffic|requests|load)|flash sale|black friday|marketing|newsletter|went viral|launch(?:ed)? campaign|ten times|\d+x (?:the )?(?:normal|usual)|crawler|scraper|\bbots?\b/,
  attack:
    /\bddos\b|denial of service|attack(?:er)?s?\b|malicious|botnet|brute force|exploit|compromis|credential stuffing/,
  cache: /\bcache[sd]?\b|caching|memcache|\bredis\b|evict|\bcdn\b|cold start|hit rate|\bttl\b/,
  queue:
    /\bqueues?\b|backlog|consumers?\b|kafka|rabbitmq|\bsqs\b|dead letter|poison (?:message|pill)|unacknowledged|offset|partition rebalanc|rebalanc/,
  schedule:
    /(?:every|each) (?:night|day|hour|morning|week|sunday|monday|saturday)|same time (?:every|each)|weekly|\bcron|nightly|batch job|scheduled (?:job|task)|backfill|maintenance job|backup job|vacuum|reindex/,
  "third party":
    /third[- ]party|\bvendor|external (?:api|provider|service)|upstream provider|provider'?s? (?:outage|api|status)|payment (?:provider|processor)|their (?:api|status page)|partner'?s? (?:api|system)|\bstripe\b|\btwilio\b|\bsendgrid\b/,
  credentials:
    /credential|password|secret(?:s)? (?:rotat|was|were|expired)|api key|access key|token (?:expired|was revoked)|expired token|service account|permission denied|access denied|\biam\b|unauthori[sz]ed|\b401\b|\b403\b|key rotation|rotat(?:ed|ing|ion)|oauth|\bldap\b|\bsso\b|single sign/,
  deletion:
    /(?:relation|table) .{0,20}does not exist|disappear|missing (?:rows|records|data)|(?:records|rows|accounts|data) (?:were|was) missing|accidental|by mistake|mistakenly|wrong (?:server|cluster|database|environment|host|terminal|directory)|drop(?:ped)? (?:table|database)|rm -rf|\bdelet(?:e|ed|ing|ion)\b|\btruncat|terraform (?:apply|destroy)|destroyed/,
  "data damage":
    /corrupt|inconsisten|data loss|lost (?:data|writes)|checksum|duplicate (?:rows|records|charges|orders)|restore(?:d)? from backup|stale data/,
  clock:
    /clock (?:skew|drift)|leap (?:second|year|day)|\bntp\b|time ?zones?|daylight saving|\bdst\b|february 29|epoch|year 2038|time drift/,
  "open files":
    /file descriptors?|too many open files|ulimit|\bemfile\b|ephemeral ports?|port exhaustion|sockets? (?:exhaust|leak)|time_wait|no file handles|max(?:imum)? (?:number of )?(?:processes|threads)/,
  "rate limit": /rate[- ]limit|throttl|\b429\b|quota|api limits?|too many requests|service limits?|account limits?/,
  threads:
    /thread pool|worker threads?|threads? (?:were |was )?(?:block|exhaust|stuck)|event loop|goroutines?|blocking call|workers? (?:were |was )?(?:stuck|busy|blocked|exhaust)|garbage collect|\bgc\b|stop[- ]the[- ]world/,
  kubernetes:
    /kubernetes|\bk8s\b|\bpods?\b|kubelet|\betcd\b|control plane|crash ?loop|node pool|\bhelm\b|eviction|scheduler/,
  image: /image pull|imagepull|container (?:image|registry)|docker hub|registry|base image/,
  probe: /liveness|readiness|health ?checks?|health probe|marked (?:as )?unhealthy/,
  "load balancer": /load ?balancer|haproxy|nginx|envoy|reverse proxy|\bingress\b|\bgateway\b|\belb\b|\balb\b/,
  scaling:
    /auto ?scal|scale(?:d)? (?:up|down|out|in)|capacity|under-?provision|instance type|max(?:imum)? replicas|replica count/,
  exception:
    /null ?pointer|nullpointerexception|typeerror|attributeerror|unhandled|segfault|segmentation fault|panic(?:ked)?\b|division by zero|race condition|off[- ]by[- ]one|stack overflow|assertion|nil (?:pointer|dereference)|undefined is not|deseriali[sz]|pars(?:e|ing) (?:error|fail)|encoding|unicode/,
  dependency:
    /dependency (?:upgrade|update|bump|version)|library (?:upgrade|update|version|bug)|upgrad(?:e|ed|ing) (?:of|to|the)|transitive|npm|pip|driver (?:upgrade|version|bug)|incompatible|breaking change|deprecat/,
  search: /elasticsearch|opensearch|\bshards?\b|\bsolr\b|search cluster|lucene/,
  storage:
    /\bs3\b|object stor(?:e|age)|bucket|\bnfs\b|\bebs\b|\bceph\b|persistent volume|\bio ?wait|\biops\b|disk (?:latency|i\/o|io)|fsync/,
};

/** The kinds of failure that a text speaks of, and how often. */
export function conceptsOf(text: string): Map<string, number> {
  const lower = text.toLowerCase();
  const found = new Map<string, number>();
  for (const [concept, pattern] of Object.entries(CONCEPTS)) {
    const times = lower.match(new RegExp(pattern.source, "g"))?.length ?? 0;
    if (times > 0) found.set(concept, times);
  }
  return found;
}

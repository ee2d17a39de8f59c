import { unitOf } from "./units.ts";
import { wordsIn } from "./quoting/words-in.ts";

const setOf = (words: string): ReadonlySet<string> => new Set(words.split(" "));

/** Products. A claim that names one of them needs evidence that names it too. */
const PRODUCTS = setOf(
  "nginx apache tomcat envoy haproxy traefik istio linkerd kafka rabbitmq activemq pulsar nats redis " +
    "memcached valkey " +
    "postgres postgresql mysql mariadb mongodb mongo cassandra scylla elasticsearch opensearch " +
    "clickhouse cockroachdb tidb " +
    "oracle mssql sqlite dynamodb bigquery snowflake spark flink hadoop hdfs airflow celery sidekiq etcd " +
    "consul zookeeper " +
    "vault kubernetes kubelet docker containerd coredns prometheus grafana loki jaeger minio ceph azure " +
    "aws gcp jenkins " +
    "argocd github gitlab keycloak okta stripe paypal cloudflare akamai datadog splunk java python golang nodejs",
);
/** What a system has several of, each with a name: "the billing service" names one. */
const NAMED_THINGS =
  "service|database|cache|queue|broker|pod|node|host|deployment|container|cluster|api|server|worker|gateway|topic";
const NAMED = new RegExp(
  String.raw`(?<![\p{L}\p{N}_-])([\p{L}\p{N}_]+)[ -](?:${NAMED_THINGS})(?![\p{L}\p{N}_])`,
  "giu",
);
/** Words before "service" that name none. */
const GENERIC = setOf(
  "the a an this that its their each every any some no other another same one both all most first " +
    "second third last next " +
    "affected failing slow faulty called calling upstream downstream remote local whole entire single " +
    "busy unavailable healthy " +
    "unhealthy and or of in on to from for with by is was are were as than but which " +
    "web message dead letter worker api http grpc dns mail proxy cache database backend frontend " +
    "application name upstream " +
    "connection thread request job task data file storage search queue shared single internal external third party",
);
/** Words with inner punctuation or capitals: names of code and of systems are written so. */
const COMPOUND = new RegExp(
  String.raw`(?<![\p{L}\p{N}_])(?:[\p{L}\p{N}_]+(?:[-._/][\p{L}\p{N}_]+)+(?![\p{L}\p{N}_])|\p{L}*\p{Ll}\p{Lu}[\p{L}\p{N}]*)`,
  "gu",
);
const QUOTED = /[`"“'‘]([\p{L}\p{N}_.:/-]{2,120})[`"”'’](?![\p{L}])/gu;
/** Endings that make a name of words of operations: `cart-service`, `order_db`. */
const NAME_ENDING =
  /(?:service|svc|srv|db|database|api|server|gateway|worker|proxy|cache|queue|broker|pod|job|app|store|node|cluster)$/;

/**
 * The first thing that a claim names and its evidence does not: a compound name, a product, something in quotes, or
 * a word
 * before "service" and the like. Null if there is none.
 *
 * @param text normalised, without the names that the evidence covers.
 * @param held texts of the evidence, lower case.
 */
export function inventedName(text: string, held: readonly string[]): string | null {
  const isHeld = (name: string): boolean => held.some((one) => one.includes(name.toLowerCase()));
  const quoted = [...text.matchAll(QUOTED)].flatMap(([, name]) => name ?? []);
  const compounds = [...text.matchAll(COMPOUND)].map(([name]) => name).filter((name) => !isOrdinary(name));
  const products = wordsIn(text).filter((word) => PRODUCTS.has(word));
  const named = [...text.matchAll(NAMED)].flatMap(([, name = ""]) => (isNameWord(name) ? [name] : []));
  return [...quoted, ...compounds, ...products, ...named].find((name) => !isHeld(name)) ?? null;
}

/** `read-only`, `end-to-end`, `i.e`: a compound that no system would be called. */
function isOrdinary(name: string): boolean {
  const lower = name.toLowerCase();
  if (unitOf(lower) !== null || /^(?:i\.e|e\.g|a\.m|p\.m|\d.*)$/.test(lower)) return true;
  if (name.includes("/")) return PAIRS.has(lower);
  if (/[_./]|\p{Ll}\p{Lu}/u.test(name) || NAME_ENDING.test(lower)) return false;
  const words = wordsIn(name);
  return words.some((word) => PROSE_PARTS.has(word)) || ADJECTIVE_ENDING.test(words.at(-1) ?? "");
}

/** Alternatives that prose writes with a slash. */
const PAIRS = setOf(
  "and/or read/write rollout/restart up/down on/off start/stop request/response client/server i/o cpu/memory",
);

const PROSE_PARTS = setOf(
  "runner knock follow width wide side day hour step by new two three one first second last end real " +
    "time well so called " +
    "higher lower than usual run up slow down on call long short co re pre non self high low read write " +
    "round out in off to",
);
const ADJECTIVE_ENDING = /(?:ed|ing|only|free|level|like|prone|bound|specific|based)$/;

const isNameWord = (word: string): boolean => {
  const lower = word.toLowerCase();
  return lower.length > 2 && !GENERIC.has(lower) && !/^\d|(?:ed|ing|ly)$/.test(lower);
};

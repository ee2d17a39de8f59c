import { isHostKind } from "../../domain/entity.ts";
import type { DependencyGraph } from "../../topology/graph.ts";
import type { PeerName } from "./peer-name.ts";

/** Technology by well-known port. @see IANA Service Name and Transport Protocol Port Number Registry */
const TECHNOLOGY_OF_PORT: Readonly<Record<number, string>> = {
  1433: "sqlserver",
  1521: "oracle",
  2181: "zookeeper",
  2379: "etcd",
  3306: "mysql",
  4222: "nats",
  5432: "postgres",
  5672: "rabbitmq",
  5671: "rabbitmq",
  6379: "redis",
  6432: "postgres",
  6650: "pulsar",
  8500: "consul",
  9042: "cassandra",
  9092: "kafka",
  9093: "kafka",
  9200: "elasticsearch",
  11211: "memcached",
  26379: "redis",
  27017: "mongodb",
  61616: "activemq",
};

/** Words in the names of instances: first product names, then words for the kind. */
const NAMES: Readonly<Record<string, readonly [product: string, kind: string]>> = {
  postgres: ["postgres postgresql pg psql pgbouncer timescale aurora rds", "db database sql"],
  mysql: ["mysql mariadb maria percona galera aurora rds", "db database sql"],
  oracle: ["oracle ora", "db database sql"],
  sqlserver: ["sqlserver mssql", "db database sql"],
  sql: ["", "db database sql"],
  mongodb: ["mongo mongodb docdb", "db database"],
  redis: ["redis valkey keydb garnet dragonfly kvrocks", "cache"],
  memcached: ["memcached memcache", "cache"],
  elasticsearch: ["elasticsearch elastic opensearch es", "search index"],
  cassandra: ["cassandra scylla", "db database"],
  kafka: ["kafka redpanda", "broker events stream"],
  rabbitmq: ["rabbitmq rabbit amqp", "broker queue mq"],
  activemq: ["activemq artemis", "broker queue mq"],
  nats: ["nats", "broker"],
  pulsar: ["pulsar", "broker"],
  zookeeper: ["zookeeper zk", ""],
  etcd: ["etcd", ""],
  consul: ["consul", ""],
  identity: ["keycloak identityserver dex hydra zitadel authentik", "identity idp sso oidc oauth auth iam login"],
};
const DATABASES = new Set(["sql", "postgres", "mysql", "oracle", "sqlserver", "mongodb", "cassandra"]);

/** `idOf`: maps a candidate, alias or instance to its candidate; null for an unknown name. */
export type KnownNames = { idOf: (name: string) => string | null; graph: DependencyGraph };

/** `kind`: kind of entity that an unknown name suggests. */
export type ResolvedPeer = { id: string; kind: string; isKnown: boolean };

const THIS_HOST = /^(?:localhost(?:\.localdomain)?|127\.\d+\.\d+\.\d+|0\.0\.0\.0|::1?)$/;
const ADDRESS = /^\d{1,3}(?:\.\d{1,3}){3}$/;
/** Endings of host names inside an organization. The first label is the service. */
const INSIDE =
  /\.(?:svc(?:\..*)?|local|localdomain|internal|lan|intra|intranet|corp|consul|docker|private|int\..*|home\.arpa)$/;
/** Host names of managed stores. The first label is the instance. */
const MANAGED = new RegExp(
  String.raw`\.(?:rds|cache|docdb|redshift|es|kafka|mq|dax)\..*amazonaws\.com$|\.mongodb\.net$|` +
    String.raw`\.(?:database|redis\.cache|documents|servicebus)\.(?:windows|azure)\.(?:net|com)$`,
);

/** The technology of the other end, by its port or by the family of the message (`redis.client-connect`). */
export const technologyOf = (signatureId: string, port: number | null): string | null => {
  const [family = ""] = signatureId.split(".");
  if (Object.hasOwn(NAMES, family)) return family;
  return port === null ? null : (TECHNOLOGY_OF_PORT[port] ?? null);
};

const wordsOf = (id: string): string[] => id.toLowerCase().split(/[^a-z0-9]+|(?<=[a-z])(?=\d)/);

/**
 * Finds the entity that a message names: by its name, its first label inside the organization, or the host of a process
 * (`tomcat@app02`). An unknown name becomes an entity of its own. A bare address resolves to the only callee of the
 * writer that runs this technology.
 *
 * @param technology see `technologyOf`; null if unknown.
 * @returns null if the message names no other end, or only the writer's own host, and no callee fits.
 */
export function resolvePeer(
  peer: PeerName | null,
  speaker: string,
  technology: string | null,
  known: KnownNames,
): ResolvedPeer | null {
  const byTechnology = (): ResolvedPeer | null => {
    const id = technology === null ? null : calleeRunning(technology, speaker, known);
    return id === null ? null : { id, kind: "service", isKnown: true };
  };
  if (peer === null || THIS_HOST.test(peer.host)) return byTechnology();
  const { host } = peer;
  const [label = ""] = host.split(".");
  const names = [host, ...(host.includes(".") && (INSIDE.test(host) || MANAGED.test(host)) ? [label] : [])];
  for (const name of names) {
    const id = known.idOf(name);
    if (id !== null) return id === speaker ? byTechnology() : { id, kind: "service", isKnown: true };
  }
  if (ADDRESS.test(host)) return byTechnology();
  if (!host.includes(".") && !peer.isSure && (technology === null || peer.port === null)) return byTechnology();
  if (host.includes("@") || host.includes("_")) return byTechnology();
  const isDatabase = technology !== null && DATABASES.has(technology);
  const isForeign = host.includes(".") && !INSIDE.test(host) && !MANAGED.test(host);
  const id = INSIDE.test(host) ? label : host;
  return { id, kind: isDatabase ? "database" : isForeign ? "external" : "service", isKnown: false };
}

/** The only callee whose name matches this technology, or else its kind; null if none or several do. */
export function calleeRunning(technology: string, speaker: string, { graph, idOf }: KnownNames): string | null {
  const callees = [...new Set((graph.callees.get(speaker) ?? []).flatMap((id) => idOf(id) ?? []))];
  for (const words of (NAMES[technology] ?? []).map((list) => new Set(list.split(" ")))) {
    const fitting = callees.filter((id) => wordsOf(id).some((word) => words.has(word)));
    if (fitting.length === 1) return fitting[0] ?? null;
    if (fitting.length > 1) return null;
  }
  const databases = callees.filter((id) => graph.kindOf.get(id) === "database");
  return DATABASES.has(technology) && databases.length === 1 ? (databases[0] ?? null) : null;
}

/** Words in the names of DNS servers. Domain controllers (`DC01`) answer DNS in Windows networks. */
const RESOLVERS = new Set([
  "coredns",
  "kubedns",
  "nodelocaldns",
  "dns",
  "unbound",
  "dnsmasq",
  "bind",
  "bind9",
  "named",
  "dc",
]);

/** The only DNS server among the entities of the topology; null if there is none or several. */
export function resolverIn({ graph, idOf }: KnownNames): string | null {
  const servers = [...graph.kindOf.keys()].filter((id) => wordsOf(id).some((word) => RESOLVERS.has(word)));
  const services = servers.filter((id) => !isHostKind(graph.kindOf.get(id) ?? "")); // a host may bear its server's name
  const ids = new Set((services.length > 0 ? services : servers).flatMap((id) => idOf(id) ?? []));
  return ids.size === 1 ? ([...ids][0] ?? null) : null;
}

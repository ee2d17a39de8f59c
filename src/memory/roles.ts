import type { Topology } from "../domain/telemetry.ts";
import { aliasesOf, collapseAliases } from "../topology/aliases.ts";
import { type DependencyGraph, dependencyGraph, hopsFrom } from "../topology/graph.ts";

/**
 * What an entity is to the one that is blamed, whatever both are called: `self`; `member` a pod of it, `owner` the service that it is a pod of, `sibling` another pod of that
 * service; `guest` what runs on it, `host` what it runs on, `neighbour` what runs there as well; `caller` and `callee` one call away; `entry` where requests come in; `other`.
 */
const ROLES = [
  "self",
  "member",
  "owner",
  "sibling",
  "guest",
  "host",
  "neighbour",
  "caller",
  "callee",
  "entry",
  "other",
] as const;
export type Role = (typeof ROLES)[number];

/** The graph, and the name by which it knows each entity. */
export type Places = { graph: DependencyGraph; nameOf: (id: string) => string; entry: string | null };

export function placesOf(topology: Topology, entry: string | null): Places {
  const aliases = aliasesOf(topology);
  return { graph: dependencyGraph(collapseAliases(topology, aliases)), nameOf: (id) => aliases.get(id) ?? id, entry };
}

export function roleOf(told: string, toldBlamed: string, { graph, nameOf, entry }: Places): Role {
  const [id, blamed] = [nameOf(told), nameOf(toldBlamed)];
  const { ownerOf, hostOf } = graph;
  const [owner, blamedOwner] = [ownerOf.get(id), ownerOf.get(blamed)];
  if (id === blamed) return "self";
  if (owner === blamed) return "member";
  if (blamedOwner === id) return "owner";
  if (owner !== undefined && owner === blamedOwner) return "sibling";
  const [host, blamedHost] = [hostOf.get(id), hostOf.get(blamed)];
  if (host === blamed) return "guest";
  if (blamedHost === id) return "host";
  if (host !== undefined && host === blamedHost) return "neighbour";
  const faces = [id, owner ?? id];
  const calls = (from: readonly string[], to: readonly string[]): boolean =>
    from.some((one) => graph.callees.get(one)?.some((callee) => to.includes(callee)));
  const blamedFaces = [blamed, blamedOwner ?? blamed];
  if (calls(faces, blamedFaces)) return "caller";
  if (calls(blamedFaces, faces)) return "callee";
  return id === entry ? "entry" : "other";
}

/** Words of technologies that keep data, as systems name what they run. */
const KEEPS_DATA =
  /(?:^|[-_./])(?:db|database|redis|valkey|memcached?|mysql|mariadb|postgres(?:ql)?|pg|mongo(?:db)?|cassandra|elastic(?:search)?|opensearch|etcd|kafka|rabbitmq|nats|s3|minio)(?:$|[-_./\d])/i;

/** Where in the call graph an entity stands: `entry`, `datastore`, `leaf` (calls nobody), `middle`, `host`, or null where no calls are known. */
export function standOf(told: string, { graph, nameOf, entry }: Places): string | null {
  const id = graph.ownerOf.get(nameOf(told)) ?? nameOf(told);
  if (id === entry) return "entry";
  const kind = graph.kindOf.get(id) ?? "unknown";
  if (kind === "node") return "host";
  if (kind === "database" || KEEPS_DATA.test(id)) return "datastore";
  const [callers, callees] = [hopsFrom(id, graph.callers).size > 1, hopsFrom(id, graph.callees).size > 1];
  if (!callers && !callees) return null;
  return callees ? (callers ? "middle" : "entry") : "leaf";
}

import type { Topology } from "../domain/telemetry.ts";
import { aliasesOf, collapseAliases } from "../topology/aliases.ts";
import { type DependencyGraph, dependencyGraph, hopsFrom } from "../topology/graph.ts";

/**
 * Roles of an entity relative to the blamed one, independent of names:
 * - `self`: the blamed entity;
 * - `member`: one of its pods; `owner`: its service; `sibling`: another pod of its service;
 * - `guest`: runs on it; `host`: its node; `neighbour`: another pod on its node;
 * - `caller`, `callee`: one call away;
 * - `entry`: the service where requests enter;
 * - `other`.
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

/** The graph, and each entity's name in it. */
export type Places = { graph: DependencyGraph; nameOf: (id: string) => string; entry: string | null };

export function placesOf(topology: Topology, entry: string | null): Places {
  const aliases = aliasesOf(topology);
  return { graph: dependencyGraph(collapseAliases(topology, aliases)), nameOf: (id) => aliases.get(id) ?? id, entry };
}

export function roleOf(entity: string, blamedEntity: string, { graph, nameOf, entry }: Places): Role {
  const [id, blamed] = [nameOf(entity), nameOf(blamedEntity)];
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

/** Names of data stores, as they occur in names of entities. */
const DATA_STORES = [
  "db|database|redis|valkey|memcached?|mysql|mariadb|postgres(?:ql)?|pg|mongo(?:db)?|cassandra",
  "elastic(?:search)?|opensearch|etcd|kafka|rabbitmq|nats|s3|minio",
].join("|");
const KEEPS_DATA = new RegExp(String.raw`(?:^|[-_./])(?:${DATA_STORES})(?:$|[-_./\d])`, "i");

/**
 * An entity's position in the call graph: `entry`, `datastore`, `leaf` (no callees), `middle`, `host`; null if it has
 * no calls.
 */
export function positionOf(entity: string, { graph, nameOf, entry }: Places): string | null {
  const id = graph.ownerOf.get(nameOf(entity)) ?? nameOf(entity);
  if (id === entry) return "entry";
  const kind = graph.kindOf.get(id) ?? "unknown";
  if (kind === "node") return "host";
  if (kind === "database" || KEEPS_DATA.test(id)) return "datastore";
  const [callers, callees] = [hopsFrom(id, graph.callers).size > 1, hopsFrom(id, graph.callees).size > 1];
  if (!callers && !callees) return null;
  return callees ? (callers ? "middle" : "entry") : "leaf";
}

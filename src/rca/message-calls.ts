import { isHostKind, isInstanceKind } from "../domain/entity.ts";
import type { CitedFinding } from "../domain/finding.ts";
import type { Incident } from "../domain/incident.ts";
import type { Topology, TopologyEdge } from "../domain/telemetry.ts";
import { dependencyGraph } from "../topology/graph.ts";
import { evidenceMap } from "./evidence-map.ts";
import { knownNames } from "./signatures/known-names.ts";
import { readFailure } from "./signatures/read-failure.ts";
import { resolvePeer } from "./signatures/resolve-peer.ts";

/** How reports name the source of these calls. */
const BY = "errors in logs";
/** Anybody may write a log line: of one writer, and of all, no more calls are believed. */
const MAX_CALLS_OF_ONE = 3;
const MAX_CALLS = 50;
/** A line that was logged once may be chance. */
const MIN_LINES = 2;
const KINDS = new Set(["log.new-template", "log.bursting-template"]);
/** Kinds that are not called by name. */
const NEVER_CALLED = new Set(["entry", "namespace"]);

/** Names and addresses of entities that the topology does not have: of pods and Services, by the cluster. */
export type Addresses = Readonly<Record<string, string>>;

/**
 * Calls that only error lines show: `dial tcp 10.0.0.3:5432: connection refused` of `shop` is a call to the pod with
 * this address. The other end must be an entity that another source knows, so a line creates no entity. Nothing is
 * added between entities whose calls are known in either direction, and the calls are few: they fill gaps, and change
 * nothing.
 */
export function callsInMessages(
  incident: Incident,
  topology: Topology,
  findings: readonly CitedFinding[],
  addresses: Addresses = {},
): TopologyEdge[] {
  const lines = findings.filter((one) => KINDS.has(one.kind) && isError(one));
  if (lines.length === 0) return [];
  const { candidateOf, graph } = evidenceMap(incident, topology, findings);
  const kinds = new Map([...findings.map(({ entity }) => [entity.id, entity.kind] as const), ...graph.kindOf]);
  const idOf = knownNames([...kinds.keys()], candidateOf);
  const known = { idOf, graph: dependencyGraph({ nodes: [], edges: [] }) };
  const calleeOf = (host: string, port: number | null, speaker: string): string | null => {
    // anybody may write a host: `constructor` is no address
    const address = [host, host.replace(/\.svc(?:\..*)?$/, "")].find((name) => Object.hasOwn(addresses, name));
    const byAddress = address === undefined ? undefined : addresses[address];
    if (byAddress !== undefined) return candidateOf(byAddress);
    const found = resolvePeer({ host, port, isSure: true }, speaker, null, known);
    return found?.isKnown === true ? found.id : null;
  };
  const edges = new Map<string, TopologyEdge>();
  const ofOne = new Map<string, number>();
  for (const finding of lines.toSorted((a, b) => b.strength - a.strength)) {
    const speaker = candidateOf(finding.entity.id);
    const reading = readFailure(finding.evidence.exemplar ?? "");
    if (speaker === null || reading?.peer == null || reading.signature.blames !== "named") continue;
    const { host, port } = reading.peer;
    const callee = calleeOf(host, port, speaker);
    if (callee === null || callee === speaker || !isCalled(kinds.get(callee))) continue;
    const isKnown = [graph.callees, graph.callers].some((next) => next.get(speaker)?.includes(callee));
    const key = `${speaker}\u0000${callee}`;
    const count = ofOne.get(speaker) ?? 0;
    if (isKnown || edges.has(key) || count >= MAX_CALLS_OF_ONE || edges.size >= MAX_CALLS) continue;
    ofOne.set(speaker, count + 1);
    edges.set(key, { from: speaker, to: callee, kind: "calls", seen: [{ by: BY, atMs: finding.onsetMs }] });
  }
  return [...edges.values()];
}

const isCalled = (kind = "service"): boolean => !isHostKind(kind) && !isInstanceKind(kind) && !NEVER_CALLED.has(kind);

const isError = ({ evidence: { facts } }: CitedFinding): boolean =>
  facts.severity !== "info" && typeof facts.countAfter === "number" && facts.countAfter >= MIN_LINES;

import type { Topology } from "../domain/telemetry.ts";

/** Suffixes of views from outside a service: its callers' view, its sidecar, the load balancer in front of it. */
const OUTSIDE_VIEW =
  /(?:_client|_remote|[-_.](?:sidecar|envoy|istio-proxy|linkerd-proxy|daprd|[ean]?lb|load-?balancer))$/;
/** Suffixes of all views: those from outside, the service's own and the platform's. */
const VIEW = new RegExp(String.raw`${OUTSIDE_VIEW.source}|(?:_server|\.svc(?:\.cluster\.local)?|_[A-Z]\w*::[\w:]+)$`);
/** Shorter tokens are in many names by chance. */
const MIN_TOKEN = 5;

/**
 * Finds nodes that are another view of a service: its client and remote sides, sidecars and load balancers. Nodes are
 * the same service if their names are equal without such a suffix. A host name without callees is the service whose
 * name holds one of its tokens (`servi-order.elb.example.com` is in front of `order-api`), if only one of its callers,
 * or of their callees, has such a name.
 *
 * @returns alias → node. Preferred as the node: the service's own view, then the most callees, the shorter name, the
 *   alphabetical order.
 */
export function aliasesOf({ nodes, edges }: Topology): Map<string, string> {
  const callees = Map.groupBy(
    edges.filter(({ kind }) => kind === "calls"),
    ({ from }) => from,
  );
  const callers = Map.groupBy(
    edges.filter(({ kind }) => kind === "calls"),
    ({ to }) => to,
  );
  const better = (a: string, b: string): number =>
    Number(OUTSIDE_VIEW.test(a)) - Number(OUTSIDE_VIEW.test(b)) ||
    (callees.get(b)?.length ?? 0) - (callees.get(a)?.length ?? 0) ||
    a.length - b.length ||
    (a < b ? -1 : 1);
  const aliases = new Map<string, string>();

  const services = nodes.filter(({ kind }) => kind !== "pod" && kind !== "node").map(({ id }) => id);
  for (const views of Map.groupBy(services, (id) => id.replace(VIEW, "").toLowerCase()).values()) {
    const [chosen, ...rest] = views.toSorted(better);
    for (const alias of rest) if (chosen !== undefined) aliases.set(alias, chosen);
  }
  const hosts = services.filter((id) => id.includes(".") && !callees.has(id));
  const spread = Map.groupBy(
    [...new Set(hosts.map((host) => host.toLowerCase()))].flatMap((host) => [...new Set(tokensOf(host))]),
    (token) => token,
  );
  for (const host of hosts) {
    if (aliases.has(host)) continue;
    // A token in several host names names their owner, not a service.
    const tokens = tokensOf(host).filter((token) => spread.get(token)?.length === 1);
    const near = (callers.get(host) ?? []).flatMap(({ from }) => [
      from,
      ...(callees.get(from) ?? []).map(({ to }) => to),
    ]);
    const named = [...new Set(near)].filter(
      (id) => id !== host && !id.includes(".") && tokens.some((token) => id.toLowerCase().includes(token)),
    );
    const matches = tokens.flatMap((token) => {
      const holders = [...new Set(named.map((id) => aliases.get(id) ?? id))].filter((id) =>
        id.toLowerCase().includes(token),
      );
      return holders.length === 1 ? holders : [];
    });
    if (new Set(matches).size === 1 && matches[0] !== undefined) aliases.set(host, matches[0]);
  }
  return aliases;
}

const tokensOf = (host: string): string[] =>
  host
    .replace(VIEW, "")
    .toLowerCase()
    .split(".")[0]
    ?.split(/[^a-z0-9]+/)
    .filter((token) => token.length >= MIN_TOKEN) ?? [];

/** Replaces every alias by its node, and drops edges from a node to itself. */
export function collapseAliases({ nodes, edges }: Topology, aliases: ReadonlyMap<string, string>): Topology {
  const nodeOf = (id: string): string => aliases.get(id) ?? id;
  const kept = new Map(
    edges
      .map(({ from, to, kind }) => ({ from: nodeOf(from), to: nodeOf(to), kind }))
      .map((edge) => [`${edge.kind}\u0000${edge.from}\u0000${edge.to}`, edge]),
  );
  return {
    nodes: nodes.filter(({ id }) => !aliases.has(id)),
    edges: [...kept.values()].filter(({ from, to }) => from !== to),
  };
}

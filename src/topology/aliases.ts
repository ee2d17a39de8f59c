import type { Topology } from "../domain/telemetry.ts";

/** Suffixes by which instrumentation tells apart the faces of one service: as its callers see it, its sidecar's, and the load balancer in front of it; and, beside those, as it and the platform name it. */
const OUTSIDE_VIEW =
  /(?:_client|_remote|[-_.](?:sidecar|envoy|istio-proxy|linkerd-proxy|daprd|[ean]?lb|load-?balancer))$/;
const FACE = new RegExp(String.raw`${OUTSIDE_VIEW.source}|(?:_server|\.svc(?:\.cluster\.local)?|_[A-Z]\w*::[\w:]+)$`);
/** A token this short is in many names by chance. */
const MIN_TOKEN = 5;

/**
 * Which nodes are faces of another: client and remote sides, sidecars, and load balancers. Two nodes are one where their names are equal less such a suffix;
 * a host name that nobody answers for is the service whose name holds one of its tokens (`servi-order.elb.example.com` is in front of `order-api`), if
 * only one of its callers, or of what they call, has such a name.
 *
 * @returns alias → the node that it is a face of. A service's own view is preferred to its clients', then the one with most callees, then the shorter name, then the alphabet.
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
  for (const faces of Map.groupBy(services, (id) => id.replace(FACE, "").toLowerCase()).values()) {
    const [chosen, ...rest] = faces.toSorted(better);
    for (const alias of rest) if (chosen !== undefined) aliases.set(alias, chosen);
  }
  const hosts = services.filter((id) => id.includes(".") && !callees.has(id));
  const spread = Map.groupBy(
    [...new Set(hosts.map((host) => host.toLowerCase()))].flatMap((host) => [...new Set(tokensOf(host))]),
    (token) => token,
  );
  for (const host of hosts) {
    if (aliases.has(host)) continue;
    // what several hosts have in their names is the owner's, not the service's
    const tokens = tokensOf(host).filter((token) => spread.get(token)?.length === 1);
    const near = (callers.get(host) ?? []).flatMap(({ from }) => [
      from,
      ...(callees.get(from) ?? []).map(({ to }) => to),
    ]);
    const named = [...new Set(near)].filter(
      (id) => id !== host && !id.includes(".") && tokens.some((token) => id.toLowerCase().includes(token)),
    );
    const telling = tokens.flatMap((token) => {
      const holders = [...new Set(named.map((id) => aliases.get(id) ?? id))].filter((id) =>
        id.toLowerCase().includes(token),
      );
      return holders.length === 1 ? holders : [];
    });
    if (new Set(telling).size === 1 && telling[0] !== undefined) aliases.set(host, telling[0]);
  }
  return aliases;
}

const tokensOf = (host: string): string[] =>
  host
    .replace(FACE, "")
    .toLowerCase()
    .split(".")[0]
    ?.split(/[^a-z0-9]+/)
    .filter((token) => token.length >= MIN_TOKEN) ?? [];

/** The topology with every alias replaced by what it stands for, without steps of a node onto itself. */
export function collapseAliases({ nodes, edges }: Topology, aliases: ReadonlyMap<string, string>): Topology {
  const stands = (id: string): string => aliases.get(id) ?? id;
  const kept = new Map(
    edges
      .map(({ from, to, kind }) => ({ from: stands(from), to: stands(to), kind }))
      .map((edge) => [`${edge.kind}\u0000${edge.from}\u0000${edge.to}`, edge]),
  );
  return {
    nodes: nodes.filter(({ id }) => !aliases.has(id)),
    edges: [...kept.values()].filter(({ from, to }) => from !== to),
  };
}

import { IncidentError } from "../../domain/errors.ts";
import { ENTITY_LABELS, type EntityLabel, NODE_LABELS } from "../../domain/measured-entity.ts";
import type { LabelMatcher } from "../../domain/query.ts";
import type { TimeWindow } from "../../domain/time.ts";
import type { Labels, PrometheusClient } from "./client.ts";
import { literal, oneOf, selectorOf } from "./promql.ts";
import { byTier, tierOf } from "./tiers.ts";

/** The series that exist. `isCapped`: there are more. `nodeNames`: the node of each `instance`. */
export type Listing = { all: Labels[]; isCapped: boolean; nodeNames: ReadonlyMap<string, string> };
/** `entities` empty: all. `bases`: names of metrics; null for all. */
export type ListRequest = { range: TimeWindow; entities: readonly string[]; bases: readonly string[] | null };

/** Label sets that one analysis lists: some 10 MB. */
const MAX_LISTED = 30_000;
/** Names of metrics in one selector. */
const NAMES_AT_ONCE = 150;
/** What follows a name in the names of its pods, instances and addresses, and what comes before it in a job. */
const [BEFORE, AFTER] = ["(?:.*/)?", "(?:[-.:/].*)?"];
/** node_exporter joins the address that was scraped and the name of the node. */
const NODE_NAMES = "node_uname_info";

type Fetch = { signal?: AbortSignal | undefined };

/**
 * Lists the series of entities, of their pods, and of the nodes that these run on. Without entities, it lists the series
 * of the most telling metrics first.
 *
 * @throws {IncidentError} as the client
 */
export async function listSeries(
  client: PrometheusClient,
  { range, entities, bases }: ListRequest,
  configured: readonly EntityLabel[],
  options: Fetch,
): Promise<Listing> {
  const [names, labels] = await Promise.all([
    client.labelValues("__name__", range, options),
    client.labelNames(range, options),
  ]);
  const wanted = byTier(bases === null ? names : names.filter((name) => bases.includes(name)));
  const nodeNames = names.includes(NODE_NAMES) ? await readNodeNames(client, range, options) : new Map();
  if (wanted.length === 0) return { all: [], isCapped: false, nodeNames };
  if (entities.length === 0) return { ...(await listByName(client, wanted, range, options)), nodeNames };

  const present = [...new Set([...configured.map(({ label }) => label), ...ENTITY_LABELS])].filter((label) =>
    labels.includes(label),
  );
  const list = async (of: readonly string[], by: readonly string[]): Promise<Labels[]> => {
    const named: LabelMatcher[] = bases === null ? [] : [oneOf("__name__", wanted)];
    const value = `${BEFORE}(?:${of.map(literal).join("|")})${AFTER}`;
    const addresses = [...nodeNames].flatMap(([address, node]) => (of.includes(node) ? [address] : []));
    const selectors = [
      ...by.map((label) => selectorOf([...named, { label, op: "=~", value }])),
      ...(addresses.length > 0 ? [selectorOf([...named, oneOf("instance", addresses)])] : []),
    ];
    return selectors.length === 0 ? [] : client.series(selectors, range, MAX_LISTED, options);
  };
  const own = await list(entities, present);
  const nodes = nodesOf(own, entities);
  const more = nodes.length === 0 || bases !== null ? [] : await list(nodes, present.filter(isNodeLabel));
  const all = distinct([...own, ...more]).filter(({ __name__ = "" }) => tierOf(__name__) !== null);
  return { all: all.slice(0, MAX_LISTED), isCapped: all.length >= MAX_LISTED, nodeNames };
}

const isNodeLabel = (label: string): boolean => NODE_LABELS.includes(label);

/** The nodes that the labels of pods name, besides the entities themselves. `instance` is an address as a rule. */
function nodesOf(series: readonly Labels[], entities: readonly string[]): string[] {
  const labels = NODE_LABELS.filter((label) => label !== "instance" && label !== "host" && label !== "hostname");
  const nodes = series.flatMap((each) => labels.flatMap((label) => each[label] ?? []));
  return [...new Set(nodes)].filter((node) => node !== "" && !entities.includes(node)).toSorted();
}

/** Lists metric by metric, until there are enough. */
async function listByName(
  client: PrometheusClient,
  names: readonly string[],
  range: TimeWindow,
  options: Fetch,
): Promise<Omit<Listing, "nodeNames">> {
  const all: Labels[] = [];
  for (let at = 0; at < names.length; at += NAMES_AT_ONCE) {
    if (all.length >= MAX_LISTED) return { all: all.slice(0, MAX_LISTED), isCapped: true };
    all.push(...(await seriesOf(client, names.slice(at, at + NAMES_AT_ONCE), range, options)));
  }
  return { all: all.slice(0, MAX_LISTED), isCapped: all.length >= MAX_LISTED };
}

/** Asks for half of the names where the server refuses so many series. */
async function seriesOf(
  client: PrometheusClient,
  names: readonly string[],
  range: TimeWindow,
  options: Fetch,
): Promise<Labels[]> {
  try {
    return await client.series([selectorOf([oneOf("__name__", names)])], range, MAX_LISTED, options);
  } catch (error) {
    if (names.length === 1 || !(error instanceof IncidentError && error.code === "BAD_RESPONSE")) throw error;
    const half = Math.ceil(names.length / 2);
    return [
      ...(await seriesOf(client, names.slice(0, half), range, options)),
      ...(await seriesOf(client, names.slice(half), range, options)),
    ];
  }
}

async function readNodeNames(
  client: PrometheusClient,
  range: TimeWindow,
  options: Fetch,
): Promise<ReadonlyMap<string, string>> {
  const found = await client.series([selectorOf([oneOf("__name__", [NODE_NAMES])])], range, MAX_LISTED, options);
  return new Map(
    found.flatMap(({ instance, nodename }) =>
      instance === undefined || nodename === undefined ? [] : [[instance, nodename] as const],
    ),
  );
}

const distinct = (all: readonly Labels[]): Labels[] => {
  const byContent = new Map(
    all.map((labels) => [JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1))), labels]),
  );
  return [...byContent].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, labels]) => labels);
};

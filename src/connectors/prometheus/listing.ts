import { ENTITY_LABELS, type EntityLabel, NODE_LABELS } from "../../domain/measured-entity.ts";
import type { LabelMatcher } from "../../domain/query.ts";
import type { TimeWindow } from "../../domain/time.ts";
import type { Labels, PrometheusClient } from "./client.ts";
import { literal, oneOf, selectorOf } from "./promql.ts";
import { byTier, tierOf } from "./tiers.ts";

/** The series that exist. `isCapped`: there are more. `nodeNames`: the node of each `instance`. */
export type Listing = { all: Labels[]; isCapped: boolean; nodeNames: ReadonlyMap<string, string> };
/**
 * `entities` empty: all. `near`: entities to begin with. `bases`: names of metrics; null for all. `enough`: with so many
 * series of near entities, no others are listed.
 */
export type ListRequest = {
  range: TimeWindow;
  entities: readonly string[];
  near: readonly string[];
  bases: readonly string[] | null;
  enough: number;
};

/** Label sets that one analysis lists: some 10 MB. */
const MAX_LISTED = 30_000;
/** Names of metrics in one selector. */
const NAMES_AT_ONCE = 150;
/** What follows a name in the names of its pods, instances and addresses, and what comes before it in a job. */
const [BEFORE, AFTER] = ["(?:.*/)?", "(?:[-.:/_].*)?"];
/** node_exporter joins the address that was scraped and the name of the node. */
const NODE_NAMES = "node_uname_info";

/** The names of metrics and labels in a range, and the node of each `instance`. */
type Catalogue = { names: string[]; labels: string[]; nodeNames: ReadonlyMap<string, string> };
export type CatalogueReader = (range: TimeWindow, options: Fetch) => Promise<Catalogue>;

type Fetch = { signal?: AbortSignal | undefined };

/** Reads the catalogue of each range once, and again only after a failure: each piece of evidence needs it. */
export function catalogueReader(client: PrometheusClient): CatalogueReader {
  const known = new Map<string, Promise<Catalogue>>();
  async function read(range: TimeWindow, options: Fetch): Promise<Catalogue> {
    const [names, labels] = await Promise.all([
      client.labelValues("__name__", range, options),
      client.labelNames(range, options),
    ]);
    return {
      names,
      labels,
      nodeNames: names.includes(NODE_NAMES) ? await readNodeNames(client, range, options) : new Map(),
    };
  }
  return (range, options) => {
    const key = `${range.startMs} ${range.endMs}`;
    const reading =
      known.get(key) ??
      read(range, options).catch((error: unknown) => {
        known.delete(key);
        throw error;
      });
    known.set(key, reading);
    return reading;
  };
}

/**
 * Lists the series of entities, of their pods, and of the nodes that these run on. Without entities, it lists those of
 * the near ones, and then all, the most telling metrics first.
 *
 * @throws {IncidentError} as the client
 */
export async function listSeries(
  client: PrometheusClient,
  catalogue: CatalogueReader,
  { range, entities, near, bases, enough }: ListRequest,
  configured: readonly EntityLabel[],
  options: Fetch,
): Promise<Listing> {
  const { names, labels, nodeNames } = await catalogue(range, options);
  const wanted = byTier(bases === null ? names : names.filter((name) => bases.includes(name)));
  if (wanted.length === 0) return { all: [], isCapped: false, nodeNames };
  const first = entities.length > 0 ? entities : near;

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
  const own = first.length === 0 ? [] : await list(first, present);
  const nodes = nodesOf(own, first);
  const more = nodes.length === 0 || bases !== null ? [] : await list(nodes, present.filter(isNodeLabel));
  const listed = distinct([...own, ...more]).filter(({ __name__ = "" }) => tierOf(__name__) !== null);
  const isEnough = entities.length > 0 || listed.length >= enough;
  const others = isEnough
    ? { all: [], isCapped: entities.length === 0 }
    : await listByName(client, wanted, range, options);
  const all = distinct([...listed, ...others.all]);
  return { all: all.slice(0, MAX_LISTED), isCapped: others.isCapped || all.length > MAX_LISTED, nodeNames };
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
  let isCapped = false;
  for (let at = 0; at < names.length; at += NAMES_AT_ONCE) {
    if (all.length >= MAX_LISTED) return { all: all.slice(0, MAX_LISTED), isCapped: true };
    const found = await seriesOf(client, names.slice(at, at + NAMES_AT_ONCE), range, options);
    all.push(...found.all);
    isCapped ||= found.isCapped;
  }
  return { all: all.slice(0, MAX_LISTED), isCapped: isCapped || all.length > MAX_LISTED };
}

/** Lists half of the names at a time where these have too many series. A metric that alone has too many is left out. */
async function seriesOf(
  client: PrometheusClient,
  names: readonly string[],
  range: TimeWindow,
  options: Fetch,
): Promise<Omit<Listing, "nodeNames">> {
  const selector = selectorOf([oneOf("__name__", names)]);
  const counted = await client.instant(`count(${selector})`, Math.min(range.endMs, Date.now()), options);
  if ((counted[0]?.values[0] ?? 0) <= MAX_LISTED)
    return { all: await client.series([selector], range, MAX_LISTED, options), isCapped: false };
  if (names.length === 1) return { all: [], isCapped: true };
  const half = Math.ceil(names.length / 2);
  const parts = [
    await seriesOf(client, names.slice(0, half), range, options),
    await seriesOf(client, names.slice(half), range, options),
  ];
  return { all: parts.flatMap(({ all }) => all), isCapped: parts.some(({ isCapped }) => isCapped) };
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

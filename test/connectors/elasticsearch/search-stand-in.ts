import type { IncomingMessage, ServerResponse } from "node:http";
import { json as readJson, text as readText } from "node:stream/consumers";

export type StoredDocument = Record<string, unknown>;
type Clause = Record<string, Record<string, unknown>>;

/** Frozen views work as in the product; `null`: neither address of them exists. */
type Options = { product?: "elasticsearch" | "opensearch" | null; types?: Readonly<Record<string, string>> };

/** The fields of the documents in the tests, and their types. */
const TYPES: Readonly<Record<string, string>> = {
  "@timestamp": "date",
  message: "text",
  "message.keyword": "keyword",
  "service.name": "keyword",
  "kubernetes.pod.name": "keyword",
  "log.level": "keyword",
  "trace.id": "keyword",
  "error.message": "text",
  "error.stack_trace": "text",
};

/**
 * The API of Elasticsearch and OpenSearch over documents in memory, written from their references: field capabilities,
 * count, point in time, and searches with the clauses that the connector sends. Documents are flat: `service.name`.
 */
export function searchStandIn(documents: readonly StoredDocument[], options: Options = {}) {
  const { product = "elasticsearch", types = TYPES } = options;
  const open = new Set<string>();
  const searches: Record<string, unknown>[] = [];
  const json = (response: ServerResponse, body: unknown, status = 200): void =>
    void response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));

  /** One search of several. */
  function foundBy(body: Record<string, unknown>, by: Options["product"]): object {
    const selected = documents.filter(testOf(body.query as Clause));
    const shards = { timed_out: false, _shards: { total: 1, failed: 0 } };
    return body.size === 0
      ? { hits: { total: { value: selected.length, relation: "eq" }, hits: [] }, ...shards, status: 200 }
      : { ...pageOf(selected, body, by), ...shards, status: 200 };
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? "", "http://search");
    if (pathname === "/_msearch") {
      const lines = (await readText(request)).trimEnd().split("\n");
      const responses = lines
        .map((line) => JSON.parse(line) as Record<string, unknown>)
        .filter((_line, at) => at % 2 === 1)
        .map((search) => foundBy(search, null));
      return json(response, { took: 1, responses });
    }
    const body =
      request.method === "GET" ? {} : ((await readJson(request).catch(() => ({}))) as Record<string, unknown>);
    if (pathname === "/") return json(response, { tagline: "You Know, for Search" });
    if (pathname.endsWith("/_field_caps")) {
      const requested = new Set(searchParams.get("fields")?.split(","));
      const found = Object.entries(types).filter(([name]) => requested.has(name));
      return json(response, {
        fields: Object.fromEntries(found.map(([name, type]) => [name, { [type]: { searchable: true } }])),
      });
    }
    if (pathname === "/_pit" || (pathname === "/_search/point_in_time" && request.method === "DELETE")) {
      open.clear();
      return json(response, { succeeded: true });
    }
    const isPit = pathname.endsWith(product === "elasticsearch" ? "/_pit" : "/_search/point_in_time");
    if (isPit && product !== null) {
      open.add("view-0");
      return json(response, product === "elasticsearch" ? { id: "view-0" } : { pit_id: "view-0" });
    }
    if (pathname.endsWith("/_pit") || pathname.endsWith("/point_in_time"))
      return json(response, { error: "no handler found" }, 400);
    const selected = documents.filter(testOf(body.query as Clause));
    if (pathname.endsWith("/_count"))
      return json(response, { count: selected.length, _shards: { total: 1, failed: 0 } });
    searches.push(body);
    json(response, {
      ...pageOf(selected, body, product),
      pit_id: "view-1",
      timed_out: false,
      _shards: { total: 1, failed: 0 },
    });
  }
  return {
    answer: (request: IncomingMessage, response: ServerResponse) => void answer(request, response),
    searches,
    open,
  };
}

function pageOf(selected: readonly StoredDocument[], body: Record<string, unknown>, product: Options["product"]) {
  const [by] = body.sort as [Record<string, { order: string }>];
  const isDescending = Object.values(by)[0]?.order === "desc";
  const sorted = selected
    .map((source, at) => ({ source, sort: [String(source["@timestamp"]), at] as [string, number] }))
    .toSorted((a, b) => (a.sort[0] < b.sort[0] ? -1 : a.sort[0] > b.sort[0] ? 1 : a.sort[1] - b.sort[1]));
  if (isDescending) sorted.reverse();
  const after = body.search_after as [string, number] | undefined;
  if (after !== undefined && after.length !== 2) throw new Error("search_after must have all sort values");
  const start = after === undefined ? 0 : sorted.findIndex(({ sort }) => sort[1] === after[1]) + 1;
  const hits = sorted.slice(start, start + Number(body.size));
  return {
    hits: {
      hits: hits.map(({ source, sort }, at) => ({ _id: `${product}-${start + at}`, _source: nested(source), sort })),
    },
  };
}

/** `{"service.name": "x"}` as `{service: {name: "x"}}`, as shippers send it. */
function nested(source: StoredDocument): StoredDocument {
  const out: StoredDocument = {};
  for (const [name, value] of Object.entries(source)) {
    const path = name.split(".");
    let place = out;
    for (const key of path.slice(0, -1)) place = (place[key] ??= {}) as StoredDocument;
    place[path.at(-1) ?? ""] = value;
  }
  return out;
}

const list = (value: unknown): Clause[] => (value === undefined ? [] : ([value].flat() as Clause[]));
const words = (value: unknown): string[] =>
  String(value ?? "")
    .toLowerCase()
    .match(/[a-z0-9_]+/g) ?? [];
const textAt = (document: StoredDocument, field: string): string =>
  String(document[field.replace(/\.keyword$/, "")] ?? "");

function testOf(clause: Clause): (document: StoredDocument) => boolean {
  const [[kind = "", inner = {}] = []] = Object.entries(clause);
  if (kind === "bool") {
    const filter = [...list(inner.filter), ...list(inner.must)].map(testOf);
    const not = list(inner.must_not).map(testOf);
    const should = list(inner.should).map(testOf);
    return (document) =>
      filter.every((test) => test(document)) &&
      !not.some((test) => test(document)) &&
      (inner.should === undefined || should.some((test) => test(document)));
  }
  const [[field = "", value] = []] = Object.entries(inner);
  switch (kind) {
    case "range": {
      const { gte, lte } = value as { gte: number; lte: number };
      return (document) => {
        const time = Date.parse(textAt(document, field));
        return time >= gte && time <= lte;
      };
    }
    case "terms":
      return (document) => (value as string[]).includes(textAt(document, field));
    case "prefix":
      return (document) => textAt(document, field).startsWith(String(value));
    case "exists":
      return (document) => document[String(value)] !== undefined;
    case "match":
      return (document) => words(textAt(document, field)).some((word) => words(value).includes(word));
    case "match_phrase":
      return (document) => ` ${words(textAt(document, field)).join(" ")} `.includes(` ${words(value).join(" ")} `);
    default:
      throw new Error(`the stand-in has no ${kind}`);
  }
}

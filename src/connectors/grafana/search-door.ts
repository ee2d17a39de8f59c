import { z } from "zod";
import { IncidentError } from "../../domain/errors.ts";
import type { QueryDoor } from "../backend.ts";
import type { HttpRequest } from "../http/types.ts";

/** An answer of a search; what failed has `error` in place of hits. */
const Responses = z.object({ responses: z.array(z.record(z.string(), z.unknown())).min(1) });
const Total = z.object({ hits: z.object({ total: z.union([z.number(), z.object({ value: z.number() })]) }) });
const SEARCHED = /^(.*)\/(_search|_count)$/;

/**
 * The door of a search server behind Grafana. Grafana's proxy lets through reading requests, and of the others
 * `_msearch` only, so searches and counts become such. There are no frozen views; the connector pages without them.
 *
 * @param http the door of the data source.
 * @see https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-msearch
 */
export function searchBehindGrafana(http: QueryDoor): QueryDoor {
  async function search<T>(
    request: HttpRequest,
    [, index = "", what]: RegExpExecArray,
    schema: z.ZodType<T>,
  ): Promise<T> {
    const { json, path: _path, query: _query, ...rest } = request;
    const body = what === "_count" ? { ...(json as object), size: 0, track_total_hits: true } : json;
    const indices = index.slice(1).split(",").map(decodeURIComponent);
    const header = { index: indices, ignore_unavailable: true, allow_no_indices: true };
    const { responses } = await http.json(
      { ...rest, method: "POST", path: "/_msearch", ndjson: [header, body] },
      Responses,
    );
    const [answer = {}] = responses;
    if (answer.error !== undefined)
      throw new IncidentError("REJECTED", `${http.name} answered: ${JSON.stringify(answer.error).slice(0, 300)}`, {
        hint: "Try the same search in Grafana's Explore.",
      });
    return checked(http, what === "_count" ? { count: totalIn(http, answer) } : answer, schema);
  }
  return {
    ...http,
    json(request, schema) {
      const { method = "GET", path = "" } = request;
      if (method === "GET") return http.json(request, schema);
      const found = SEARCHED.exec(path);
      if (found === null || found[1] === "") return Promise.reject(notPassedOn(http, path));
      return search(request, found, schema);
    },
  };
}

const totalIn = (http: QueryDoor, answer: object): number => {
  const { total } = checked(http, answer, Total).hits;
  return typeof total === "number" ? total : total.value;
};

function checked<T>({ name }: QueryDoor, answer: unknown, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new IncidentError(
    "BAD_RESPONSE",
    `${name} sent an unexpected body: ${z.prettifyError(parsed.error).slice(0, 300)}`,
    {
      hint: "Does this data source point to Elasticsearch itself, not to a proxy?",
    },
  );
}

const notPassedOn = ({ name }: QueryDoor, path: string): IncidentError =>
  new IncidentError("REJECTED", `Grafana does not forward ${path} to ${name}`, {
    hint: "Set ELASTICSEARCH_URL to read the server itself.",
  });

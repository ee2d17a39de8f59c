import { z } from "zod";
import { IncidentError } from "../../domain/errors.ts";
import type { QueryDoor } from "../backend.ts";

const Caps = z.object({ fields: z.record(z.string(), z.record(z.string(), z.unknown())) });
const Shards = z.object({ total: z.number(), failed: z.number(), failures: z.array(z.unknown()).optional() });
const Count = z.object({ count: z.number(), _shards: Shards.optional() });
const Hit = z.object({ _id: z.string().optional(), _source: z.unknown(), sort: z.array(z.unknown()).optional() });
const Page = z.object({
  pit_id: z.string().optional(),
  timed_out: z.boolean().optional(),
  _shards: Shards.optional(),
  hits: z.object({ hits: z.array(Hit) }),
});
const Opened = z.object({ id: z.string().optional(), pit_id: z.string().optional() });
export type SearchPage = z.infer<typeof Page>;

/** A frozen view of the indices. `product`: the two have different addresses for it; null: the server has none. */
export type PointInTime = { product: "elasticsearch" | "opensearch"; id: string } | null;
type Options = { signal?: AbortSignal | undefined };

/** The usual names of data streams and indices with logs. */
export const USUAL_INDICES = "logs-*,filebeat-*,logstash-*,fluent-bit*,fluentd-*,otel-logs*,ss4o_logs*";

const KEEP_ALIVE = "2m";
/** Of one answer, decompressed. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
/** A pattern without an index is no error. */
const LENIENT = { ignore_unavailable: "true", allow_no_indices: "true" };

/**
 * The queries of Elasticsearch and OpenSearch. They throw {IncidentError} as `HttpDoor` does.
 *
 * @param index names, patterns and data streams, separated by commas.
 * @see https://www.elastic.co/docs/api/doc/elasticsearch/group/endpoint-search
 * @see https://docs.opensearch.org/latest/search-plugins/searching-data/point-in-time/
 */
export function searchClient(http: QueryDoor, index: string) {
  const at = `/${index.split(",").map(encodeURIComponent).join(",")}`;
  return {
    /** The types of those fields that exist. */
    async fieldTypes(fields: readonly string[], { signal }: Options): Promise<Map<string, string[]>> {
      const query = { fields: fields.join(","), ...LENIENT };
      const answer = await http.json({ path: `${at}/_field_caps`, query, signal }, Caps);
      const types = Object.entries(answer.fields).map(([name, caps]): [string, string[]] => [name, Object.keys(caps)]);
      return new Map(types.filter(([, [type]]) => type !== "object" && type !== "nested" && type !== undefined));
    },

    count: async (query: object, { signal }: Options): Promise<number> =>
      (await http.json({ method: "POST", path: `${at}/_count`, query: LENIENT, json: { query }, signal }, Count)).count,

    /**
     * Freezes the present state, so that paging neither misses nor repeats a document. Null if that is not supported.
     */
    async openPointInTime({ signal }: Options): Promise<PointInTime> {
      const open = (path: string) =>
        http.json({ method: "POST", path: `${at}${path}`, query: { keep_alive: KEEP_ALIVE }, signal }, Opened);
      const ways = [
        ["elasticsearch", "/_pit"],
        ["opensearch", "/_search/point_in_time"],
      ] as const;
      for (const [product, path] of ways) {
        try {
          const { id, pit_id: other } = await open(path);
          const found = id ?? other;
          if (found !== undefined) return { product, id: found };
        } catch (error) {
          signal?.throwIfAborted();
          if (!(error instanceof IncidentError) || error.code === "UNAVAILABLE") throw error;
        }
      }
      return null;
    },

    /** The server forgets it by itself too, so a failure does not matter. */
    async closePointInTime(point: PointInTime): Promise<void> {
      if (point === null) return;
      const request =
        point.product === "elasticsearch"
          ? { path: "/_pit", json: { id: point.id } }
          : { path: "/_search/point_in_time", json: { pit_id: [point.id] } };
      await http.text({ method: "DELETE", ...request, retry: { times: 0, on: "closed" } }).catch(() => "");
    },

    search: (point: PointInTime, body: object, { signal }: Options): Promise<SearchPage> =>
      http.json(
        {
          method: "POST",
          signal,
          maxBytes: MAX_ANSWER_BYTES,
          ...(point === null
            ? { path: `${at}/_search`, query: LENIENT, json: body }
            : { path: "/_search", json: { ...body, pit: { id: point.id, keep_alive: KEEP_ALIVE } } }),
        },
        Page,
      ),
  };
}
export type SearchClient = ReturnType<typeof searchClient>;

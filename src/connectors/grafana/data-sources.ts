import { z } from "zod";
import { IncidentError } from "../../domain/errors.ts";
import type { QueryDoor } from "../backend.ts";
import type { HttpRequest, HttpServer } from "../http/types.ts";

/**
 * A data source of Grafana. `type`: `prometheus`, `loki`, `tempo` … `url`: of the server behind it; null if it is not
 * shown.
 * `index`: of Elasticsearch and OpenSearch. `implementation`: of Alertmanager, such as `mimir`.
 */
export type GrafanaDataSource = {
  uid: string;
  name: string;
  type: string;
  url: string | null;
  index: string | null;
  implementation: string | null;
};

type Fetch = { signal?: AbortSignal | undefined };

/** Each plugin has settings of its own. */
const Settings = z
  .object({ index: z.string().optional(), implementation: z.string().optional() })
  .nullish()
  .catch(null);
/** A uid is part of an address. @see https://grafana.com/docs/grafana/latest/developers/http_api/data_source/ */
const DataSource = z
  .object({
    uid: z.string().regex(/^[A-Za-z0-9_-]{1,100}$/),
    name: z.string().min(1).max(200),
    type: z.string(),
    url: z.string().nullish(),
    database: z.string().nullish(),
    jsonData: Settings,
  })
  .transform(({ url, database, jsonData, ...source }): GrafanaDataSource => ({
    ...source,
    url: url ?? null,
    index: jsonData?.index ?? database ?? null,
    implementation: jsonData?.implementation ?? null,
  }));
/** Grafana lists 5,000 at most, unless its own settings say otherwise. */
const DataSources = z.array(DataSource).max(5_000);
/** What Grafana's own pages read: data sources by name, among them its built-in ones, such as `-- Mixed --`. */
const FrontendSettings = z
  .object({ datasources: z.record(z.string(), z.unknown()) })
  .transform(({ datasources }) =>
    Object.entries(datasources).flatMap(([name, one]) => (name.startsWith("-- ") ? [] : [one])),
  )
  .pipe(DataSources);

/**
 * The data sources that the token may query, by name. Listing them needs the permission `datasources:read`, which
 * Viewers do not have; what they may query is in the settings that Grafana's own pages read.
 *
 * @throws {IncidentError} as `HttpDoor` does
 */
export async function listDataSources(http: QueryDoor, { signal }: Fetch = {}): Promise<GrafanaDataSource[]> {
  const all = await http.json({ path: "/api/datasources", signal }, DataSources).catch((error: unknown) => {
    if (!isForbidden(error)) throw error;
    return http.json({ path: "/api/frontend/settings", signal }, FrontendSettings);
  });
  return all.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

const isForbidden = (error: unknown): boolean =>
  error instanceof IncidentError && error.code === "REJECTED" && /\(HTTP 403\)/.test(error.message);

/** Grafana's words for a missing permission. A 401 is the token itself, which the usual message says. */
export const grafanaRefusal: NonNullable<HttpServer["refusal"]> = ({ status, excerpt }, place) =>
  status !== 403
    ? null
    : new IncidentError("REJECTED", `Grafana does not permit the token to read ${place} (HTTP 403): ${excerpt}`, {
        hint: "Give its service account the role Viewer, or the permissions datasources:read and datasources:query.",
        cause: { status },
      });

/** The path behind which Grafana passes requests on to a data source, with the data source's own credentials. */
export const proxyPath = ({ uid }: Pick<GrafanaDataSource, "uid">): string => `/api/datasources/proxy/uid/${uid}`;

/** The same door one path deeper, so that a connector finds its server's API there. */
export function behind(http: QueryDoor, prefix: string): QueryDoor {
  const deeper = (request: HttpRequest): HttpRequest => ({ ...request, path: `${prefix}${request.path ?? ""}` });
  return {
    name: `${http.name}${prefix}`,
    used: http.used,
    json: (request, schema) => http.json(deeper(request), schema),
    jsonPage: (request, schema) => http.jsonPage(deeper(request), schema),
    text: (request) => http.text(deeper(request)),
    stream: (request) => http.stream(deeper(request)),
    clockMs: (request) => http.clockMs(deeper(request)),
  };
}

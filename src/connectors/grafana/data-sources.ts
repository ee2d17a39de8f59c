import { z } from "zod";
import type { QueryDoor } from "../backend.ts";
import type { HttpRequest } from "../http/types.ts";

/** A data source of Grafana. `type`: `prometheus`, `loki`, `tempo` … */
export type GrafanaDataSource = { uid: string; name: string; type: string };

/** A uid is part of an address. @see https://grafana.com/docs/grafana/latest/developers/http_api/data_source/ */
const DataSources = z
  .array(z.object({ uid: z.string().regex(/^[A-Za-z0-9_-]{1,100}$/), name: z.string().max(200), type: z.string() }))
  .max(1_000);

/** The data sources that the token may see, by name. @throws {IncidentError} as `HttpDoor` does */
export async function listDataSources(
  http: QueryDoor,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<GrafanaDataSource[]> {
  const all = await http.json({ path: "/api/datasources", signal }, DataSources);
  return all.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** The path behind which Grafana passes requests on to a data source, with the data source's own credentials. */
export const proxyPath = ({ uid }: Pick<GrafanaDataSource, "uid">): string => `/api/datasources/proxy/uid/${uid}`;

/** The same door one path deeper, so that a connector finds its server's API there. */
export function behind(http: QueryDoor, prefix: string): QueryDoor {
  const deeper = (request: HttpRequest): HttpRequest => ({ ...request, path: `${prefix}${request.path ?? ""}` });
  return {
    name: `${http.name}${prefix}`,
    used: http.used,
    json: (request, schema) => http.json(deeper(request), schema),
    text: (request) => http.text(deeper(request)),
    stream: (request) => http.stream(deeper(request)),
    clockMs: (request) => http.clockMs(deeper(request)),
  };
}

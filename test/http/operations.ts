import type { Answer, TestServer } from "./server.ts";

/** One endpoint of the OpenAPI document. `scope`: null when it needs no key. */
export type Operation = { method: string; path: string; scope: string | null; contentType: string | null };

type Described = { security?: Record<string, string[]>[]; requestBody?: { content?: Record<string, unknown> } };

/** All endpoints of the document. */
export async function operationsOf(server: TestServer): Promise<Operation[]> {
  const { json } = await server.ask("/openapi.json");
  return Object.entries(json.paths as Record<string, Record<string, Described>>).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { security = [], requestBody }]) => ({
      method: method.toUpperCase(),
      path,
      scope: security[0]?.bearer?.[0] ?? null,
      contentType: Object.keys(requestBody?.content ?? {})[0] ?? null,
    })),
  );
}

/** Sends a request that cannot succeed (unknown id, empty body), so that only access control decides. */
export const knock = (server: TestServer, { method, path, contentType }: Operation, key?: string): Promise<Answer> =>
  server.ask(path.replaceAll(/\{\w+\}/g, "no-such-thing"), {
    method,
    ...(key === undefined ? {} : { key }),
    ...(contentType === null ? {} : { headers: { "content-type": contentType }, body: "{}" }),
  });

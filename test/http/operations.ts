import type { Answer, TestServer } from "./server.ts";

/** One endpoint as the OpenAPI document tells it. `scope`: null where no key is needed. */
export type Operation = { method: string; path: string; scope: string | null; contentType: string | null };

type Described = { security?: Record<string, string[]>[]; requestBody?: { content?: Record<string, unknown> } };

/** Every endpoint of the document. */
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

/** Asks for something that cannot be done (an unknown id, an empty body), so that only the door answers. */
export const knock = (server: TestServer, { method, path, contentType }: Operation, key?: string): Promise<Answer> =>
  server.ask(path.replaceAll(/\{\w+\}/g, "no-such-thing"), {
    method,
    ...(key === undefined ? {} : { key }),
    ...(contentType === null ? {} : { headers: { "content-type": contentType }, body: "{}" }),
  });

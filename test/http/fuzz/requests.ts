import fc from "fast-check";
import { almost, anyJson, fitting, hostileText } from "./arbitraries.ts";

export type FuzzRequest = {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: Uint8Array | string | null;
};

type Parameter = { name: string; in: string; schema?: unknown };
type Operation = { parameters?: Parameter[]; requestBody?: { content?: Record<string, { schema?: unknown }> } };
export type ApiDocument = {
  paths?: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, unknown> };
};

/** Existing ids, so that some requests pass the first checks. */
export type Known = { ids: readonly string[]; keys: readonly string[]; payloads: readonly unknown[] };

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"];
const CONTENT_TYPES = [
  "application/json",
  "application/json; charset=utf-8",
  "text/plain",
  "application/x-ndjson",
  "application/gzip",
  "application/octet-stream",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=x",
  "image/png",
  "",
  "a/b;;;",
  "application/json, application/json",
];

/** Header values that `fetch` allows. The socket tests send raw ones. */
const headerText = hostileText.map((text) =>
  text
    .replaceAll(/[^\x20-\x7e]/g, "")
    .trim()
    .slice(0, 2_000),
);

/** Requests for any operation of the document: valid, nearly valid, and invalid. */
export function requestsOf(document: ApiDocument, { ids, keys, payloads }: Known): fc.Arbitrary<FuzzRequest> {
  const resolve = (reference: string): unknown => document.components?.schemas?.[reference.split("/").at(-1) ?? ""];
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );

  return fc.oneof(...operations.map((one) => requestOf(one)));

  function requestOf({ path, method, operation }: (typeof operations)[number]): fc.Arbitrary<FuzzRequest> {
    const segment = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...ids) }, { weight: 2, arbitrary: hostileText });
    const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => String(name));
    const query = (operation.parameters ?? []).filter((parameter) => parameter.in === "query");
    const value = (schema: unknown) => fc.oneof(fitting(schema, resolve).map(String), hostileText);
    return fc
      .record({
        segments: fc.tuple(...names.map(() => segment)),
        query: fc.record(Object.fromEntries(query.map(({ name, schema }) => [name, value(schema)])), {
          requiredKeys: [],
        }),
        strayQuery: fc.option(fc.tuple(hostileText, hostileText), { freq: 10 }),
        method: fc.oneof(
          { weight: 12, arbitrary: fc.constant(method) },
          { weight: 1, arbitrary: fc.constantFrom(...METHODS) },
        ),
        headers: headersOf(keys),
        body: bodyOf(operation),
      })
      .map(({ segments, query, strayQuery, method, headers, body }) => {
        const filled = names.reduce(
          (text, name, index) => text.replace(`{${name}}`, encodeURIComponent((segments[index] ?? "").toWellFormed())),
          path,
        );
        const searchParams = new URLSearchParams();
        for (const [name, text] of [...Object.entries(query), ...(strayQuery === null ? [] : [strayQuery])])
          searchParams.append(name.toWellFormed(), String(text).toWellFormed());
        const hasBody = !["GET", "HEAD"].includes(method) && body !== null;
        return {
          method,
          path: `${filled}${searchParams.size === 0 ? "" : `?${searchParams}`}`,
          headers: Object.fromEntries(
            Object.entries({
              ...headers,
              ...(hasBody && body.type !== "" ? { "content-type": body.type } : {}),
            }).filter((header): header is [string, string] => header[1] !== undefined && header[1] !== ""),
          ),
          body: hasBody ? body.content : null,
        };
      });
  }

  function bodyOf({ requestBody }: Operation): fc.Arbitrary<{ type: string; content: Uint8Array | string } | null> {
    const [declared] = Object.entries(requestBody?.content ?? {});
    const [type = "application/json", media] = declared ?? [];
    const fits =
      type === "application/json" && Object.keys(Object(media?.schema)).length > 0
        ? fitting(media?.schema, resolve)
        : fc.constantFrom(...payloads);
    const text = fc
      .oneof({ weight: 4, arbitrary: fits }, { weight: 3, arbitrary: almost(fits) }, { weight: 1, arbitrary: anyJson })
      .map((value) => JSON.stringify(value) ?? "null");
    const cut = fc.tuple(text, fc.nat(50)).map(([whole, left]) => whole.slice(0, -1 - left));
    return fc.oneof<fc.MaybeWeightedArbitrary<{ type: string; content: Uint8Array | string } | null>[]>(
      { weight: 6, arbitrary: text.map((content) => ({ type, content })) },
      { weight: 1, arbitrary: cut.map((content) => ({ type, content })) },
      { weight: 1, arbitrary: fc.uint8Array({ maxLength: 2_000 }).map((content) => ({ type, content })) },
      {
        weight: 1,
        arbitrary: fc
          .tuple(text, fc.constantFrom(...CONTENT_TYPES))
          .map(([content, other]) => ({ type: other, content })),
      },
      {
        weight: 1,
        arbitrary: fc.integer({ min: 65, max: 100_000 }).map((depth) => ({ type, content: "[".repeat(depth) })),
      },
      { weight: 1, arbitrary: fc.constant(null) },
    );
  }
}

const headersOf = (keys: readonly string[]): fc.Arbitrary<Record<string, string>> =>
  fc
    .record(
      {
        authorization: fc.oneof(
          { weight: 8, arbitrary: fc.constantFrom(...keys.map((key) => `Bearer ${key}`)) },
          { weight: 1, arbitrary: headerText },
        ),
        "x-api-key": headerText,
        "idempotency-key": fc.oneof(fc.constantFrom("a", "b", "c"), headerText),
        "last-event-id": fc.oneof(fc.nat().map(String), headerText),
        traceparent: fc.oneof(fc.constant("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"), headerText),
        accept: fc.constantFrom("application/json", "text/markdown", "text/event-stream", "*/*;q=zzz"),
        origin: fc.constantFrom("http://evil.example", "null"),
        "content-encoding": fc.constantFrom("gzip", "br", "identity"),
        "x-forwarded-for": headerText,
      },
      { requiredKeys: ["authorization"] },
    )
    .map(({ "x-api-key": other, origin, "content-encoding": encoding, "x-forwarded-for": forwarded, ...headers }) => ({
      // rare, or they would hide everything behind them
      ...headers,
      ...(other?.length === 1 ? { "x-api-key": other } : {}),
      ...(forwarded?.startsWith("a") ? { "x-forwarded-for": forwarded } : {}),
      ...(encoding === "br" ? { "content-encoding": encoding } : {}),
      ...(origin === "null" && other?.length === 2 ? { origin } : {}),
    }));

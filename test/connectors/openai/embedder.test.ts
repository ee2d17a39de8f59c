import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { type EmbedderOptions, openAiEmbedder } from "../../../src/connectors/openai/embedder.ts";
import { HANG_MS } from "../../hang.ts";

const EmbeddingRequest = z.looseObject({ model: z.string(), input: z.union([z.string(), z.array(z.string())]) });
type Answer = (texts: string[]) => { status?: number; body: string };

const list = (vectors: number[][]): string =>
  JSON.stringify({
    object: "list",
    data: vectors.map((embedding, index) => ({ object: "embedding", index, embedding })),
    model: "m",
    usage: { prompt_tokens: 1, total_tokens: 1 },
  });
const lengths: Answer = (texts) => ({ body: list(texts.map((text) => [text.length, 1])) });

/** A server of embeddings on a free port of the loopback, which notes what it was asked. */
async function startServer(answer: Answer) {
  const requests: {
    path: string | undefined;
    authorization: string | undefined;
    body: z.infer<typeof EmbeddingRequest>;
  }[] = [];
  const server = createServer(async (request, response) => {
    const body = EmbeddingRequest.parse(JSON.parse((await request.toArray()).map(String).join("")));
    requests.push({ path: request.url, authorization: request.headers.authorization, body });
    const { status = 200, body: text } = answer([body.input].flat());
    response.writeHead(status, { "content-type": "application/json" }).end(text);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });
  const { port } = server.address() as AddressInfo;
  const embedder = (overrides: Partial<EmbedderOptions> = {}) =>
    openAiEmbedder({
      model: "tiny",
      version: "2",
      dimension: 2,
      apiKey: "k-secret",
      baseUrl: `http://127.0.0.1:${port}/v1`,
      timeoutMs: HANG_MS,
      ...overrides,
    });
  return { requests, embedder };
}

it("returns a vector for each text, in order, and names its model", async () => {
  const { requests, embedder } = await startServer(lengths);
  const tiny = embedder();
  expect(tiny.model).toEqual({ name: "tiny", version: "2", dimension: 2 });
  expect((await tiny.embed(["a", "bbb"])).map((vector) => [...vector])).toEqual([
    [1, 1],
    [3, 1],
  ]);
  expect(requests).toEqual([
    {
      path: "/v1/embeddings",
      authorization: "Bearer k-secret",
      body: expect.objectContaining({ model: "tiny", input: ["a", "bbb"] }),
    },
  ]);
});

it("sends many texts in several requests", async () => {
  const { requests, embedder } = await startServer(lengths);
  const vectors = await embedder().embed(Array.from({ length: 150 }, (_, at) => "x".repeat(at + 1)));
  expect(vectors.map(([length]) => length)).toEqual(Array.from({ length: 150 }, (_, at) => at + 1));
  expect(requests).toHaveLength(3);
});

it("does not send an empty text, and gives it a zero vector", async () => {
  const { requests, embedder } = await startServer(lengths);
  expect((await embedder().embed(["", "bb"])).map((vector) => [...vector])).toEqual([
    [0, 0],
    [2, 1],
  ]);
  expect(requests.map(({ body }) => body.input)).toEqual([["bb"]]);
});

it.each([
  [
    "another length than was configured",
    () => ({ body: list([[1, 2, 3]]) }),
    {
      code: "BAD_RESPONSE",
      message: expect.stringContaining("1 vectors of 3 numbers for 1 texts; expected vectors of 2"),
    },
  ],
  ["fewer vectors than texts", () => ({ body: list([]) }), { code: "BAD_RESPONSE" }],
  ["a body that is none", () => ({ body: "<!doctype html>" }), { code: "BAD_RESPONSE" }],
  [
    "a wrong key",
    () => ({ status: 401, body: JSON.stringify({ error: { message: "bad key k-secret" } }) }),
    { code: "REJECTED", message: expect.stringMatching(/^((?!k-secret).)*$/s) },
  ],
  [
    "a model that is not there",
    () => ({ status: 404, body: JSON.stringify({ error: { message: "no such model" } }) }),
    { code: "REJECTED", hint: expect.stringContaining("OPENAI_EMBEDDING_MODEL") },
  ],
  [
    "too many requests",
    () => ({ status: 429, body: JSON.stringify({ error: { message: "slow down" } }) }),
    { code: "UNAVAILABLE" },
  ],
  [
    "a broken server",
    () => ({ status: 500, body: JSON.stringify({ error: { message: "oops" } }) }),
    { code: "UNAVAILABLE" },
  ],
] satisfies [string, Answer, object][])("refuses %s, once", async (_, answer, failure) => {
  const { requests, embedder } = await startServer(answer);
  await expect(embedder().embed(["a"])).rejects.toMatchObject(failure);
  expect(requests).toHaveLength(1);
});

it("reports an unreachable server", async () => {
  const { embedder } = await startServer(lengths);
  await expect(embedder({ baseUrl: "http://127.0.0.1:1/v1" }).embed(["a"])).rejects.toMatchObject({
    code: "UNAVAILABLE",
  });
});

it("stops with the caller's signal", async () => {
  const { requests, embedder } = await startServer(lengths);
  await expect(embedder().embed(["a"], AbortSignal.abort(new Error("enough")))).rejects.toThrow("enough");
  expect(requests).toEqual([]);
});

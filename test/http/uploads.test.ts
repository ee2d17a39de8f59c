import { gzipSync } from "node:zlib";
import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startServer, STORES, type TestServer } from "./server.ts";

const TEXT =
  "2026-03-02T09:52:26Z INFO checkout: order 17 was placed\n2026-03-02T09:52:27Z ERROR checkout: payment refused\n";

/** About 100 kB that unpack to 96 MiB. */
const BOMB = Buffer.concat(Array.from({ length: 6 }, () => gzipSync(Buffer.alloc(16 * 2 ** 20))));

describe.each(STORES)("on %s", (_name, newDatabase) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({ databaseUrl: await newDatabase() });
    await server.ask("/v1/incidents", { json: { title: "checkout fails", id: "inc-1" } });
  });
  afterAll(() => server.stop());
  const upload = (query: string, type: string, body: string | Uint8Array, headers: Record<string, string> = {}) =>
    server.ask(`/v1/incidents/inc-1/logs${query}`, { body, headers: { "content-type": type, ...headers } });

  it("stores text and NDJSON, plain or gzipped, and reports the detected format", async () => {
    const uploads = async () => (await server.ask("/v1/incidents/inc-1")).json.uploads as unknown[];
    const before = (await uploads()).length;
    const plain = await upload("?name=checkout.log", "text/plain", TEXT);
    expect(plain).toMatchObject({
      status: 201,
      json: {
        name: "checkout.log",
        framing: "raw",
        bytes: TEXT.length,
        sha256: createHash("sha256").update(TEXT).digest("hex"),
      },
    });
    expect(await upload("?name=checkout.log.gz", "application/gzip", gzipSync(TEXT))).toMatchObject({
      status: 201,
      json: { framing: "raw", bytes: TEXT.length, sha256: plain.json.sha256 },
    });
    expect(await upload("", "application/x-ndjson", '{"body":"x"}\n')).toMatchObject({
      status: 201,
      json: { name: "upload.log", framing: "jsonl" },
    });
    expect(await upload("?name=a.jsonl.gz", "application/octet-stream", gzipSync('{"body":"x"}\n'))).toMatchObject({
      status: 201,
      json: { framing: "jsonl", bytes: 13 },
    });
    expect(
      await upload("?name=b.txt", "text/plain; charset=utf-8", gzipSync(TEXT), { "content-encoding": "gzip" }),
    ).toMatchObject({ status: 201, json: { framing: "raw", bytes: TEXT.length } });
    expect(await uploads()).toHaveLength(before + 5);
  });

  it("says at once how much of an upload can be read, with an example, without secrets", async () => {
    expect((await upload("", "text/plain", TEXT)).json).toMatchObject({ lines: 2, readable_lines: 2, warning: null });
    const undated = "login with password=hunter2 failed\n".repeat(8729);
    const { json } = await upload("?name=web.log", "text/plain", undated);
    expect(json).toMatchObject({ lines: 8729, readable_lines: 0 });
    expect(json.warning).toMatch(
      /^0 of 8,729 lines have a time that could be read, such as "login with password=⟨secret⟩/,
    );
    const mixed = '{"time":"2026-03-02T09:52:26Z","msg":"ok"}\nnot JSON\n';
    expect((await upload("", "application/x-ndjson", mixed)).json).toMatchObject({
      lines: 2,
      readable_lines: 1,
      warning: expect.stringContaining('1 of 2 lines could be read, such as "not JSON".'),
    });
  });

  it.each([
    ["a picture", "", "image/png", TEXT, 415],
    ["a name that climbs", "?name=..%2f..%2fetc%2fpasswd", "text/plain", TEXT, 422],
    ["what calls itself gzip and is not", "", "application/gzip", TEXT, 422],
    ["half a gzip file", "", "application/gzip", gzipSync(TEXT).subarray(0, 30), 422],
  ])("refuses %s", async (_what, query, type, body, status) => {
    expect(await upload(query, type, body)).toMatchObject({ status });
  });

  it("refuses logs for an unknown incident", async () => {
    expect(
      await server.ask("/v1/incidents/inc-none/logs", { body: TEXT, headers: { "content-type": "text/plain" } }),
    ).toMatchObject({ status: 404 });
  });
});

it("stops unpacking a gzip bomb at the limit, stores nothing, and keeps its memory", async () => {
  const server = await startServer();
  const path = "/v1/incidents/shop-001";
  const before = process.memoryUsage.rss();
  const refused = await server.ask(`${path}/logs?name=bomb.gz`, {
    body: BOMB,
    headers: { "content-type": "application/gzip" },
  });
  expect(refused).toMatchObject({ status: 422, json: { detail: expect.stringContaining("larger than") } });
  expect((process.memoryUsage.rss() - before) / 2 ** 20).toBeLessThan(200);
  expect((await server.ask(path)).json.uploads).toEqual([]);
  await server.stop();
});

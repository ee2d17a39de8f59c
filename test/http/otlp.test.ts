import { randomBytes } from "node:crypto";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { afterAll, beforeAll, expect, it } from "vitest";
import { otlpSchema } from "../../src/connectors/otlp/schema.ts";
import { gaugeOf, message, nanos, spanOfTest } from "../connectors/otlp/messages.ts";
import { exportOf, field } from "../connectors/otlp/wire-bytes.ts";
import { startServer, type TestServer } from "./server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

const JSON_TYPE = { "content-type": "application/json" };
const PROTOBUF = { "content-type": "application/x-protobuf" };
const resource = { "service.name": "cart" };
const span = (more: object = {}) => spanOfTest("GET /", Date.now(), more);
const traces = (...records: unknown[]) => message("trace", [{ resource, records }]);
const post = (path: string, body: string | Uint8Array, headers: Record<string, string>, key?: string) =>
  server.ask(`/v1/otlp/v1/${path}`, { body, headers, ...(key === undefined ? {} : { key }) });

it("answers a complete request with an empty message", async () => {
  expect(await post("traces", JSON.stringify(traces(span())), JSON_TYPE)).toMatchObject({ status: 200, json: {} });
  expect(await post("traces", new Uint8Array(), PROTOBUF)).toMatchObject({ status: 200, text: "" });
});

it.each([
  ["gzip", gzipSync],
  ["zstd", zstdCompressSync],
] as const)("unpacks %s", async (encoding, pack) => {
  const body = pack(Buffer.from(JSON.stringify(traces(span()))));
  expect(await post("traces", body, { ...JSON_TYPE, "content-encoding": encoding })).toMatchObject({ status: 200 });
});

it("refuses records alone that are not valid, and counts them in the answer", async () => {
  const body = traces(span(), span({ traceId: 7 }), span({ endTimeUnixNano: "1" }), "no span", null);
  const { status, json } = await post("traces", JSON.stringify(body), JSON_TYPE);
  expect([status, json]).toMatchObject([
    200,
    { partialSuccess: { rejectedSpans: "4", errorMessage: expect.stringContaining("a span ends before it starts") } },
  ]);
  const metrics = message("metric", [{ resource, records: [gaugeOf("ok", Date.now()), { gauge: "x" }, { name: "" }] }]);
  expect((await post("metrics", JSON.stringify(metrics), JSON_TYPE)).json).toMatchObject({
    partialSuccess: { rejectedDataPoints: "2" },
  });
  const logs = message("log", [{ resource, records: [{ timeUnixNano: nanos(Date.now()) }] }]);
  expect((await post("logs", JSON.stringify(logs), JSON_TYPE)).json).toMatchObject({
    partialSuccess: { rejectedLogRecords: "1", errorMessage: "a log record has no body" },
  });
});

it("answers a partly refused protobuf request with a protobuf message", async () => {
  const schema = otlpSchema();
  const body = schema
    .lookupType("TracesData")
    .encode({ resourceSpans: [{ scopeSpans: [{ spans: [{ name: "x" }] }] }] });
  const answer = await fetch(`${server.url}/v1/otlp/v1/traces`, {
    method: "POST",
    body: body.finish(),
    headers: PROTOBUF,
  });
  expect(answer.headers.get("content-type")).toBe("application/x-protobuf");
  const decoded = schema.lookupType("ExportResponse").decode(new Uint8Array(await answer.arrayBuffer()));
  expect(decoded.toJSON()).toEqual({ partialSuccess: { rejected: "1", errorMessage: "a span has no id" } });
});

it.each([
  ["a list", "[]", JSON_TYPE, 400],
  ["half a message", '{"resourceSpans":[', JSON_TYPE, 400],
  ["another message", '{"resourceSpans":{}}', JSON_TYPE, 400],
  ["bytes that are no protobuf", Buffer.from("not protobuf at all"), PROTOBUF, 400],
  ["deep JSON", `{"resourceSpans":${"[".repeat(100_000)}`, JSON_TYPE, 400],
  ["another encoding", "{}", { ...JSON_TYPE, "content-encoding": "br" }, 415],
  ["bytes that are no gzip", "{}", { ...JSON_TYPE, "content-encoding": "gzip" }, 400],
  ["another type", "{}", { "content-type": "text/plain" }, 415],
  ["more than 20 MiB", randomBytes(21 * 1024 * 1024), PROTOBUF, 413],
  ["too many values", `{"resourceSpans":[${"[],".repeat(2_000_000)}[]]}`, JSON_TYPE, 413],
  ["a bomb of 1 GiB", gzipSync(Buffer.alloc(1024 * 1024 * 1024)), { ...PROTOBUF, "content-encoding": "gzip" }, 413],
] as const)("refuses %s with a status message", async (_, body, headers, status) => {
  const answer = await fetch(`${server.url}/v1/otlp/v1/traces`, { method: "POST", body: body as never, headers });
  expect(answer.status).toBe(status);
  const bytes = Buffer.from(await answer.arrayBuffer());
  const isJson = headers["content-type"] !== "application/x-protobuf";
  expect(answer.headers.get("content-type")).toBe(isJson ? "application/json" : "application/x-protobuf");
  const code = { 400: 3, 413: 8, 415: 3 }[status]; // of google.rpc.Code
  const schema = otlpSchema().lookupType("RpcStatus");
  const sent = isJson ? JSON.parse(bytes.toString("utf8")) : schema.toObject(schema.decode(bytes));
  expect(sent).toEqual({ code, message: expect.stringMatching(/[a-zA-Z ]{10}/) });
});

it("decodes a value that is nested without end, within limits", async () => {
  const schema = otlpSchema();
  let value: object = { stringValue: "deep" };
  for (let depth = 0; depth < 15; depth += 1) value = { arrayValue: { values: [value] } };
  const records = [
    { timeUnixNano: Date.now() * 1e6, body: value },
    { timeUnixNano: Date.now() * 1e6, body: { stringValue: "ok" } },
  ];
  const body = schema
    .lookupType("LogsData")
    .encode({ resourceLogs: [{ scopeLogs: [{ logRecords: records }] }] })
    .finish();
  expect((await post("logs", body, PROTOBUF)).status).toBe(200);
  let nested = field(1, Buffer.from("x"));
  for (let depth = 0; depth < 3_000; depth += 1) nested = field(5, field(1, nested));
  const hostile = await post("logs", exportOf(field(2, field(5, nested))), PROTOBUF);
  expect(hostile.status).toBe(400);
});

it("needs a key with the scope analyse once a key exists; a revoked key sends no more", async () => {
  const guarded = await startServer();
  const [reader, sender] = [await guarded.newKey("read"), await guarded.newKey("analyse")];
  const body = JSON.stringify(traces(span()));
  const send = (key?: string, headers: Record<string, string> = JSON_TYPE) =>
    guarded.ask("/v1/otlp/v1/traces", { body, headers, ...(key === undefined ? {} : { key }) });
  expect([await send(), await send(reader), await send(sender)].map(({ status }) => status)).toEqual([401, 403, 200]);
  for (const { id, name } of await guarded.service.listKeys())
    if (name === "analyse") await guarded.service.revokeKey(id);
  expect(await send(sender)).toMatchObject({
    status: 401,
    json: { code: 16, message: expect.stringMatching(/revoked/) },
  });
  expect((await send(sender, PROTOBUF)).headers.get("content-type")).toBe("application/x-protobuf");
  await guarded.stop();
});

it("asks senders to wait while too many requests are in work", async () => {
  const body = gzipSync(JSON.stringify(traces(...Array.from({ length: 2_000 }, () => span()))));
  const answers = await Promise.all(
    Array.from({ length: 40 }, () => post("traces", body, { ...JSON_TYPE, "content-encoding": "gzip" })),
  );
  const busy = answers.filter(({ status }) => status === 429);
  expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(0);
  expect(answers.every(({ status }) => status === 200 || status === 429)).toBe(true);
  for (const { headers } of busy) expect(headers.get("retry-after")).toBe("1");
});

it("lists the demo incidents until telemetry of a running system arrives", async () => {
  const own = await startServer({ demo: false });
  const ids = async () => ((await own.ask("/v1/incidents")).json.items as { id: string }[]).map(({ id }) => id);
  const [demo = ""] = await ids();
  expect(demo).not.toBe("");
  const sent = await own.ask("/v1/otlp/v1/traces", { body: JSON.stringify(traces(span())), headers: JSON_TYPE });
  expect(sent.status).toBe(200);
  expect(await ids()).toEqual([]);
  expect((await own.ask(`/v1/incidents/${demo}`)).status).toBe(200);
  await own.stop();
});

import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { context, propagation, trace } from "@opentelemetry/api";
import { expect, it } from "vitest";
import { z } from "zod";
import { startTracing } from "../../../src/compose/tracing.ts";
import { loadConfig } from "../../../src/config.ts";
import { toolTracer, tracedModel } from "../../../src/connectors/opentelemetry/traced-model.ts";
import type { ChatModel, ModelReply } from "../../../src/domain/chat-model.ts";
import { IncidentError } from "../../../src/domain/errors.ts";
import { aRequest } from "../../llm/model-fixtures.ts";
import { scriptedModel } from "../../llm/scripted-model.ts";
import { NO_HOME } from "../../no-home.ts";

const TRACER = ["causeway-test", "1"] as const;
const SECRET = "ghp_0123456789abcdefghijABCDEFGHIJ012345";

const Value = z.object({
  stringValue: z.string().optional(),
  intValue: z.union([z.number(), z.string()]).optional(),
  doubleValue: z.number().optional(),
  boolValue: z.boolean().optional(),
  arrayValue: z.object({ values: z.array(z.object({ stringValue: z.string() })) }).optional(),
});
const Export = z.object({
  resourceSpans: z.array(
    z.object({
      scopeSpans: z.array(
        z.object({
          spans: z.array(
            z.object({
              name: z.string(),
              kind: z.number(),
              spanId: z.string(),
              parentSpanId: z.string().optional(),
              status: z.object({ code: z.number(), message: z.string().optional() }),
              attributes: z.array(z.object({ key: z.string(), value: Value })),
            }),
          ),
        }),
      ),
    }),
  ),
});

/** The global state of OpenTelemetry is shared by the test files of a process. */
function forgetTracing(): void {
  trace.disable();
  context.disable();
  propagation.disable();
}

/** What a collector gets over OTLP while `work` runs. */
async function exported(work: () => Promise<unknown>) {
  const bodies: string[] = [];
  const collector = createServer(
    (request, response) => void text(request).then((body) => (bodies.push(body), response.end("{}"))),
  ).listen(0, "127.0.0.1");
  await once(collector, "listening");
  const { port } = collector.address() as AddressInfo;
  forgetTracing();
  const stop = await startTracing(
    loadConfig({ home: NO_HOME }, { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` }),
  );
  try {
    await work();
  } finally {
    await stop();
    forgetTracing();
    collector.close();
  }
  const spans = bodies
    .flatMap((body) => Export.parse(JSON.parse(body)).resourceSpans)
    .flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans))
    .map(({ attributes, ...span }) => ({
      ...span,
      attributes: Object.fromEntries(attributes.map(({ key, value }) => [key, plain(value)])),
    }));
  return { spans, raw: bodies.join("") };
}

const plain = ({ stringValue, intValue, doubleValue, boolValue, arrayValue }: z.infer<typeof Value>): unknown =>
  stringValue ??
  (intValue === undefined ? undefined : Number(intValue)) ??
  doubleValue ??
  boolValue ??
  arrayValue?.values.map((one) => one.stringValue);

const traced = (answer: () => Partial<ModelReply>, withContent = false): ChatModel =>
  tracedModel(scriptedModel(answer, "small"), { tracerName: TRACER, seed: 7, withContent });

const QUESTION = aRequest({
  messages: [
    { role: "system", text: "You explain." },
    { role: "user", text: `token=${SECRET} broke orders` },
  ],
  answer: { name: "claims", description: "", schema: { type: "object" } },
});

it("exports a chat span with the attributes of the conventions, and no content", async () => {
  const { spans, raw } = await exported(() =>
    traced(() => ({
      text: "the answer",
      use: { inputTokens: 100, outputTokens: 20, cachedTokens: 64 },
      firstTokenMs: 250,
      finish: "filtered",
    })).complete(QUESTION),
  );
  expect(spans).toMatchObject([
    {
      name: "chat small",
      kind: 3, // client
      status: { code: 0 },
      attributes: {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "small",
        "gen_ai.request.max_tokens": 100,
        "gen_ai.request.seed": 7,
        "gen_ai.request.stream": true,
        "gen_ai.output.type": "json",
        "gen_ai.response.model": "small-1",
        "gen_ai.response.finish_reasons": ["content_filter"],
        "gen_ai.response.time_to_first_chunk": 0.25,
        "gen_ai.usage.input_tokens": 100,
        "gen_ai.usage.output_tokens": 20,
        "gen_ai.usage.cache_read.input_tokens": 64,
        "gen_ai.prompt.name": "explain",
        "server.address": "model.test",
        "server.port": 80,
      },
    },
  ]);
  for (const content of ["the answer", "broke orders", "You explain", SECRET]) expect(raw).not.toContain(content);
});

it("names the class of an error and not its message, which may repeat the prompt", async () => {
  const failing = traced(() => {
    throw new IncidentError("UNAVAILABLE", `cannot read "broke orders ${SECRET}"`, { hint: "" });
  });
  const { spans, raw } = await exported(() => failing.complete(QUESTION).catch(() => undefined));
  expect(spans).toMatchObject([{ status: { code: 2 }, attributes: { "error.type": "UNAVAILABLE" } }]);
  expect(spans[0]?.attributes).not.toHaveProperty("gen_ai.usage.input_tokens");
  expect(raw).not.toContain("broke orders");
});

it("shows messages and answers with secrets masked to those who ask for content", async () => {
  const { spans, raw } = await exported(() =>
    traced(
      () => ({ text: `it was ${SECRET}`, calls: [{ id: "c1", name: "look", input: { at: "orders" } }] }),
      true,
    ).complete(QUESTION),
  );
  const attributes: Record<string, unknown> = spans[0]?.attributes ?? {};
  const input: unknown = JSON.parse(String(attributes["gen_ai.input.messages"]));
  expect(input).toMatchObject([
    { role: "system", parts: [{ type: "text", content: "You explain." }] },
    { role: "user", parts: [{ type: "text", content: expect.stringContaining("broke orders") as string }] },
  ]);
  const output: unknown = JSON.parse(String(attributes["gen_ai.output.messages"]));
  expect(output).toMatchObject([
    {
      role: "assistant",
      finish_reason: "stop",
      parts: [{ type: "text" }, { type: "tool_call", id: "c1", name: "look", arguments: { at: "orders" } }],
    },
  ]);
  expect(raw).not.toContain(SECRET);
});

it("exports a span for a tool below the span around it, and passes its result and its error on", async () => {
  const runTool = toolTracer(TRACER);
  const results: unknown[] = [];
  const { spans } = await exported(() =>
    trace.getTracer(...TRACER).startActiveSpan("investigate", async (around) => {
      results.push(await runTool({ id: "c1", name: "log_counts" }, async () => 42));
      await runTool({ id: "c2", name: "series" }, () => Promise.reject(new Error("bad query"))).catch(
        (error: unknown) => results.push(String(error)),
      );
      around.end();
    }),
  );
  expect(results).toEqual([42, "Error: bad query"]);
  const above = spans.find(({ name }) => name === "investigate")?.spanId;
  expect(spans.filter(({ parentSpanId }) => parentSpanId === above)).toMatchObject([
    {
      name: "execute_tool log_counts",
      kind: 1, // internal
      attributes: {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": "log_counts",
        "gen_ai.tool.call.id": "c1",
        "gen_ai.tool.type": "function",
      },
    },
    { name: "execute_tool series", attributes: { "error.type": "_OTHER" }, status: { code: 2 } },
  ]);
});

import { inspect } from "node:util";
import { afterEach, describe, expect, it, vi } from "vitest";
import { openAiClaimWriter, type OpenAiOptions } from "../../../src/connectors/openai/claim-writer.ts";
import { IncidentError } from "../../../src/domain/errors.ts";
import type { ExplainInput, ModelUse } from "../../../src/domain/ports.ts";
import { type Behaviour, type FakeModel, startFakeModel } from "./server.ts";
import { HANG_MS } from "../../hang.ts";

const KEY = "sk-a-very-secret-key-0123456789";
const input: ExplainInput = {
  incident: { id: "i", title: "t", system: null, entry: null, alarmAtMs: null },
  ranking: { verdict: "inconclusive", why: "", onsetMs: null, hypotheses: [], nextEvidence: [] },
  findings: [],
};
const GOOD = [{ text: "The model says that this finding explains the incident.", evidenceIds: ["E5"] }];

const writer = (model: FakeModel, options: Partial<OpenAiOptions> = {}) =>
  openAiClaimWriter({
    apiKey: KEY,
    baseUrl: model.baseUrl,
    model: "small-model",
    timeoutMs: HANG_MS,
    prompt: () => ({ system: "Explain.", user: '{"id":"E5"}' }),
    ...options,
  });

/** The error that `writeClaims` throws. */
async function failure(model: FakeModel, options: Partial<OpenAiOptions> = {}): Promise<IncidentError> {
  const error: unknown = await writer(model, options)
    .writeClaims(input)
    .then(
      () => "no error",
      (thrown: unknown) => thrown,
    );
  if (!(error instanceof IncidentError)) throw new Error(`expected an IncidentError, not ${inspect(error)}`);
  expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(KEY);
  return error;
}

afterEach(() => void vi.restoreAllMocks());

it("sends the given prompt, model and key, and reads claims and tokens", async () => {
  await using model = await startFakeModel();
  expect(await writer(model).writeClaims(input)).toEqual({ claims: GOOD, use: { inputTokens: 120, outputTokens: 30 } });
  expect(model.requests).toHaveLength(1);
  expect(model.requests[0]).toMatchObject({
    authorization: `Bearer ${KEY}`,
    body: {
      model: "small-model",
      messages: [
        { role: "system", content: "Explain." },
        { role: "user", content: '{"id":"E5"}' },
      ],
    },
  });
});

it("sends a seed only where one is given", async () => {
  await using model = await startFakeModel();
  await writer(model).writeClaims(input);
  await writer(model, { seed: 7 }).writeClaims(input);
  expect(model.requests.map(({ body }) => (body as { seed?: number }).seed)).toEqual([undefined, 7]);
});

it("sends no key from the environment to a server that needs none", async () => {
  await using model = await startFakeModel();
  vi.stubEnv("OPENAI_API_KEY", "sk-of-somebody-else");
  await writer(model, { apiKey: undefined }).writeClaims(input);
  vi.unstubAllEnvs();
  expect(model.requests[0]?.authorization).not.toContain("somebody");
});

it("passes on invented citations, which the citation check judges later", async () => {
  await using model = await startFakeModel("invented-id");
  expect((await writer(model).writeClaims(input)).claims).toEqual([
    ...GOOD,
    { text: "The network is at fault.", evidenceIds: ["E999"] },
  ]);
});

describe("a model that answers in another way", () => {
  it("as text instead of a tool call is read from the text", async () => {
    await using model = await startFakeModel("text-json");
    expect((await writer(model).writeClaims(input)).claims).toEqual(GOOD);
  });
  it.each([
    ["refuses-tools", 2],
    ["refuses-formats", 3],
  ] as const)("because it %s is asked in a form that it supports", async (behaviour, requests) => {
    await using model = await startFakeModel(behaviour);
    expect((await writer(model).writeClaims(input)).claims).toEqual(GOOD);
    expect(model.requests).toHaveLength(requests);
  });
  it("in broken JSON gets the reason once, and its tokens are counted", async () => {
    await using model = await startFakeModel("malformed-once");
    expect(await writer(model).writeClaims(input)).toEqual({
      claims: GOOD,
      use: { inputTokens: 240, outputTokens: 60 },
    });
    const [, , echoed, repair] = model.requests[1]?.body.messages ?? [];
    expect(echoed).toMatchObject({ role: "assistant", content: expect.stringContaining("{{") });
    expect(repair).toMatchObject({ role: "user", content: expect.stringContaining("does not fit") });
  });
  it.each(["malformed", "wrong-shape"] as const)(
    "%s for ever is a bad response after two requests",
    async (behaviour) => {
      await using model = await startFakeModel(behaviour);
      expect(await failure(model)).toMatchObject({
        code: "BAD_RESPONSE",
        message: expect.stringContaining("expected"),
        hint: expect.stringContaining("model"),
      });
      expect(model.requests).toHaveLength(2);
    },
  );
  it("without valid claims still counts its tokens", async () => {
    await using model = await startFakeModel("malformed");
    const used: ModelUse[] = [];
    await expect(writer(model).writeClaims(input, undefined, (use) => void used.push(use))).rejects.toThrow(
      "did not return valid claims",
    );
    expect(used).toEqual([
      { inputTokens: 120, outputTokens: 30 },
      { inputTokens: 120, outputTokens: 30 },
    ]);
  });
});

describe("a server that fails", () => {
  const CASES: [Behaviour, string, RegExp, RegExp][] = [
    ["html", "BAD_RESPONSE", /not a chat completion/, /login page/],
    ["empty-choices", "BAD_RESPONSE", /not a chat completion/, /OPENAI_BASE_URL/],
    ["401", "REJECTED", /refused the key \(HTTP 401\)/, /OPENAI_API_KEY/],
    ["echo-key", "REJECTED", /Incorrect API key provided: \[redacted\]/, /OPENAI_API_KEY/],
    ["404", "REJECTED", /not found/, /OPENAI_MODEL/],
    ["429", "UNAVAILABLE", /HTTP 429/, /quota/],
    ["500", "UNAVAILABLE", /HTTP 500/, /later/],
    ["hang-up", "UNAVAILABLE", /could not be reached/, /can reach it/],
  ];
  it.each(CASES)("with %s is %s, names the failure and the remedy", async (behaviour, code, message, hint) => {
    await using model = await startFakeModel(behaviour);
    const error = await failure(model);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.message).toContain(`small-model at ${model.baseUrl}`);
    expect(error.hint).toMatch(hint);
    expect(model.requests).toHaveLength(1);
  });
  it("because it is down is UNAVAILABLE", async () => {
    const model = await startFakeModel();
    await model[Symbol.asyncDispose]();
    expect(await failure(model)).toMatchObject({
      code: "UNAVAILABLE",
      message: expect.stringContaining("could not be reached"),
    });
  });
  it.each(["hang", "drip"] as const)("with %s fails after the time-out", async (behaviour) => {
    await using model = await startFakeModel(behaviour);
    expect(await failure(model, { timeoutMs: 200, maxRetries: 5 })).toMatchObject({
      code: "UNAVAILABLE",
      message: expect.stringContaining("within 200 ms"),
    });
    expect(model.requests.length).toBeLessThanOrEqual(1); // on a busy machine the request may not have arrived yet
  });
  it("for a moment is retried", async () => {
    await using model = await startFakeModel("500");
    const writing = writer(model, { maxRetries: 2 }).writeClaims(input);
    await vi.waitUntil(() => model.requests.length >= 1, { timeout: HANG_MS });
    model.behaviour = "good";
    expect((await writing).claims).toEqual(GOOD);
  });
  it.each([
    ["500", 3],
    ["hang-up", 3],
    ["401", 1],
    ["html", 1],
  ] as const)("with %s gets %d requests when two retries are allowed", async (behaviour, requests) => {
    await using model = await startFakeModel(behaviour);
    await failure(model, { maxRetries: 2 });
    expect(model.requests).toHaveLength(requests);
  });
  it("is not retried past the time-out", async () => {
    await using model = await startFakeModel("500");
    expect(await failure(model, { timeoutMs: 300, maxRetries: 50 })).toMatchObject({
      code: "UNAVAILABLE",
      message: expect.stringContaining("within 300 ms"),
    });
  });
  it("shows no password of its address", async () => {
    await using model = await startFakeModel("500");
    const error = await failure(model, { baseUrl: model.baseUrl.replace("//", "//user:hunter2@") });
    expect(inspect(error, { depth: 10 })).not.toContain("hunter2");
  });
});

it("stops when its caller does, with the caller's reason", async () => {
  await using model = await startFakeModel("hang");
  const caller = new AbortController();
  const writing = writer(model).writeClaims(input, caller.signal);
  const reason = new Error("the person pressed Ctrl-C");
  await vi.waitUntil(() => model.requests.length === 1, { timeout: HANG_MS });
  caller.abort(reason);
  await expect(writing).rejects.toBe(reason);
});

it("sends nothing when the caller has already stopped", async () => {
  await using model = await startFakeModel();
  await expect(writer(model).writeClaims(input, AbortSignal.abort(new Error("too late")))).rejects.toThrow("too late");
  expect(model.requests).toEqual([]);
});

it("refuses an invalid address", () => {
  expect(() =>
    openAiClaimWriter({
      apiKey: KEY,
      baseUrl: "not an address",
      model: "m",
      timeoutMs: 1,
      prompt: () => ({ system: "", user: "" }),
    }),
  ).toThrow(IncidentError);
});

it.each(["good", "500", "malformed", "html"] as const)("prints nothing when the server is %s", async (behaviour) => {
  const written = vi.spyOn(process.stdout, "write");
  const [logged, warned] = [vi.spyOn(console, "log"), vi.spyOn(console, "warn")];
  await using model = await startFakeModel(behaviour);
  await writer(model)
    .writeClaims(input)
    .catch(() => "failed");
  expect([written.mock.calls, logged.mock.calls, warned.mock.calls]).toEqual([[], [], []]);
});

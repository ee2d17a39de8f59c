import { inspect } from "node:util";
import { afterEach, describe, expect, it, vi } from "vitest";
import { IncidentError } from "../../../src/domain/errors.ts";
import { HANG_MS } from "../../hang.ts";
import { ANSWER, KEY, opened, requestOf } from "./open-chat-model.ts";
import { type Answer, completionOf, refusal } from "./scripted-answers.ts";
import { startFakeModel } from "./server.ts";

afterEach(() => void vi.restoreAllMocks());

async function replyTo(answer: Answer, request = requestOf(), settings = {}) {
  await using model = await startFakeModel(() => answer);
  return await opened(model, settings).chat.complete(request);
}

async function failureOf(answer: Answer, settings = {}, request = requestOf()): Promise<IncidentError> {
  const error: unknown = await replyTo(answer, request, settings).then(
    () => "no error",
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof IncidentError)) throw new Error(`expected an IncidentError, not ${inspect(error)}`);
  expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(KEY);
  return error;
}

describe("a server that fails", () => {
  const part = { choices: [{ index: 0, delta: { content: "It is" }, finish_reason: null }] };
  const CASES: [string, Answer, string, RegExp, RegExp][] = [
    ["limits requests", refusal(429, "slow down"), "UNAVAILABLE", /limits requests \(HTTP 429\): slow down/, /quota/],
    ["breaks", refusal(500, "boom"), "UNAVAILABLE", /failed \(HTTP 500\)/, /log/],
    [
      "refuses the key",
      refusal(401, `Incorrect API key provided: ${KEY}`),
      "REJECTED",
      /\[redacted\]/,
      /OPENAI_API_KEY/,
    ],
    ["does not know the model", refusal(404, "no such model"), "REJECTED", /not found/, /OPENAI_MODEL/],
    ["sends a login page", { text: "<!doctype html><title>Log in" }, "BAD_RESPONSE", /a page of HTML/, /login page/],
    ["sends nothing", { text: "" }, "BAD_RESPONSE", /an empty body/, /login page/],
    [
      "cuts its JSON",
      { headers: { "content-type": "application/json" }, text: '{"choices": [{"mess' },
      "BAD_RESPONSE",
      /not JSON/,
      /proxy/,
    ],
    ["sends JSON of another kind", { json: { hello: "world" } }, "BAD_RESPONSE", /not a chat completion/, /proxy/],
    ["gives no choice", { json: { choices: [] } }, "BAD_RESPONSE", /not a chat completion/, /proxy/],
    [
      "cuts the JSON of an event",
      { events: [part, 'data: {"choices": [{"del\n\n'] },
      "BAD_RESPONSE",
      /not a chat completion/,
      /proxy/,
    ],
    [
      "hangs up in the middle",
      { events: [part], end: "drop" },
      "UNAVAILABLE",
      /closed the connection before its answer/,
      /proxy/,
    ],
    [
      "reports an error in the middle",
      { events: [part, { error: { message: "out of memory" } }] },
      "UNAVAILABLE",
      /failed \(HTTP 500\): .*out of memory/,
      /log/,
    ],
    [
      "reports a limit with status 200",
      { json: { error: { message: "slow down", code: 429 } } },
      "UNAVAILABLE",
      /limits requests/,
      /quota/,
    ],
  ];
  it.each(CASES)("because it %s names the failure and the remedy", async (_, answer, code, message, hint) => {
    const error = await failureOf(answer);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.message).toContain("small-model at http://127.0.0.1");
    expect(error.hint).toMatch(hint);
  });
  it("by pausing in the middle is given up after the idle time", async () => {
    expect(await failureOf({ events: [part], end: "hang" }, { idleTimeoutMs: 50 })).toMatchObject({
      code: "UNAVAILABLE",
      message: expect.stringContaining("stopped sending its answer for 50 ms"),
    });
  });
  it("by dripping is given up after the whole time", async () => {
    await using model = await startFakeModel("drip");
    await expect(opened(model, { timeoutMs: 200, maxRetries: 5 }).chat.complete(requestOf())).rejects.toMatchObject({
      code: "UNAVAILABLE",
      message: expect.stringContaining("did not answer within 200 ms"),
    });
    expect(model.requests.length).toBeLessThanOrEqual(1);
  });
  it("because it is down is UNAVAILABLE", async () => {
    const model = await startFakeModel();
    await model[Symbol.asyncDispose]();
    await expect(opened(model).chat.complete(requestOf())).rejects.toMatchObject({
      code: "UNAVAILABLE",
      message: expect.stringContaining("could not be reached"),
    });
  });
  it.each(["html", "malformed", "hang-up", "500", "good"] as const)("as %s prints nothing", async (behaviour) => {
    const written = vi.spyOn(process.stdout, "write");
    const consoles = (["log", "warn", "error"] as const).map((name) => vi.spyOn(console, name));
    await using model = await startFakeModel(behaviour);
    vi.stubEnv("OPENAI_LOG", "debug");
    await opened(model)
      .chat.complete(requestOf({ answer: ANSWER }))
      .catch(() => "failed");
    vi.unstubAllEnvs();
    expect([written.mock.calls, ...consoles.map(({ mock }) => mock.calls)]).toEqual([[], [], [], []]);
  });
});

describe("a retry", () => {
  const good = completionOf({ content: "C" });
  const wait = (value: string): Answer => ({ ...refusal(429, "slow down"), headers: { "retry-after": value } });
  async function retried(answers: Answer[], settings = {}) {
    await using model = await startFakeModel((_, turn) => answers[Math.min(turn, answers.length - 1)] ?? good);
    const { chat, pauses } = opened(model, { maxRetries: 3, timeoutMs: 10 * HANG_MS, ...settings });
    const reply = await chat.complete(requestOf()).catch((error: unknown) => error);
    return { reply, pauses, requests: model.requests.length };
  }
  it("waits as long as the server names, else twice as long each time", async () => {
    const { reply, pauses } = await retried([wait("7"), refusal(500, "boom"), refusal(503, "boom"), good]);
    expect(reply).toMatchObject({ text: "C" });
    expect(pauses).toEqual([7000, 1000, 2000]);
  });
  it("waits until the date that the server names", async () => {
    const { pauses } = await retried([wait(new Date(Date.now() + 20_000).toUTCString()), good]);
    expect(pauses[0]).toBeGreaterThan(10_000);
    expect(pauses[0]).toBeLessThanOrEqual(20_000);
  });
  it("is not made when the wait is longer than the request may take", async () => {
    const { reply, pauses } = await retried([wait("86400"), good]);
    expect(reply).toMatchObject({ code: "UNAVAILABLE", retryAfterMs: 86_400_000 });
    expect(pauses).toEqual([]);
  });
  it.each<[string, Answer, number]>([
    ["429", refusal(429, "slow down"), 4],
    ["500", refusal(500, "boom"), 4],
    ["a lost connection", { events: [], end: "drop" }, 4],
    ["a refused key", refusal(401, "no"), 1],
    ["a login page", { text: "<html>" }, 1],
  ])("after %s for ever makes %s requests", async (_, answer, requests) => {
    expect((await retried([answer])).requests).toBe(requests);
  });
});

it("stops when its caller does, with the caller's reason", async () => {
  await using model = await startFakeModel("hang");
  const caller = new AbortController();
  const reason = new Error("the person pressed Ctrl-C");
  const asking = opened(model).chat.complete(requestOf(), caller.signal);
  await vi.waitUntil(() => model.requests.length === 1, { timeout: HANG_MS });
  caller.abort(reason);
  await expect(asking).rejects.toBe(reason);
});
it("sends nothing when the caller has already stopped", async () => {
  await using model = await startFakeModel();
  const stopped = AbortSignal.abort(new Error("too late"));
  await expect(opened(model).chat.complete(requestOf(), stopped)).rejects.toThrow("too late");
  expect(model.requests).toEqual([]);
});
it("sends no key from the environment to a server that needs none", async () => {
  await using model = await startFakeModel(() => completionOf({ content: "x" }));
  vi.stubEnv("OPENAI_API_KEY", "sk-of-somebody-else");
  await opened(model, { apiKey: null }).chat.complete(requestOf());
  vi.unstubAllEnvs();
  expect(model.requests[0]?.authorization).toBeUndefined();
});

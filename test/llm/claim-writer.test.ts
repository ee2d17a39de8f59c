import { describe, expect, it } from "vitest";
import { ContextOverflow } from "../../src/domain/context-overflow.ts";
import type { ChatModel, ModelContext, ModelReply, ModelRoutes } from "../../src/domain/chat-model.ts";
import { IncidentError } from "../../src/domain/errors.ts";
import type { Hypothesis } from "../../src/domain/hypothesis.ts";
import type { ModelJudgement } from "../../src/domain/model-verdict.ts";
import type { ExplainInput, ModelUse } from "../../src/domain/ports.ts";
import { claimWriter } from "../../src/llm/claim-writer.ts";
import { EXPLAIN } from "../../src/llm/prompts/explain.ts";
import { finding } from "./findings.ts";
import { scriptedModel } from "./scripted-model.ts";

const hypothesis: Hypothesis = {
  entity: { id: "store", kind: "service" },
  cause: "cpu",
  confidence: 0.8,
  calibrated: true,
  status: "supported",
  reasons: [],
  for: ["E1"],
  against: [],
  path: ["store"],
  wouldRefute: "",
};
const input: ExplainInput = {
  incident: { id: "i-1", title: "t", system: null, entry: null, alarmAtMs: null },
  ranking: { verdict: "root_cause", why: "", onsetMs: null, hypotheses: [hypothesis], nextEvidence: [] },
  findings: [finding({ id: "E1", entity: "store" }), finding({ id: "E2", entity: "store" })],
};
const context = { analysisId: "a-1", incidentId: "i-1" };

const claim = (...evidenceIds: string[]) => ({ text: "The store is slow.", evidenceIds });
const answer = (...claims: ReturnType<typeof claim>[]): Partial<ModelReply> => ({ text: JSON.stringify({ claims }) });
const GOOD = answer(claim("E1"));

function writing(models: readonly ChatModel[], k = 1) {
  const contexts: ModelContext[] = [];
  const judged: ModelJudgement["verdict"][] = [];
  const routes: ModelRoutes = {
    modelsFor: (task, of) => {
      contexts.push(of);
      return task === "explain" ? models : [];
    },
    judge: async (_, { verdict }) => void judged.push(verdict),
  };
  const used: ModelUse[] = [];
  const write = (of = input) =>
    claimWriter(routes, { k }).writeClaims(of, { context, onUse: (use) => void used.push(use) });
  return { write, contexts, judged, used };
}
const failing = (code: "UNAVAILABLE" | "REJECTED", message: string, name: string) =>
  scriptedModel(() => {
    throw new IncidentError(code, message, { hint: "Wait." });
  }, name);

it("sends the versioned prompt, with the findings last, in the context of the analysis", async () => {
  const model = scriptedModel(() => GOOD);
  const { write, contexts } = writing([model]);
  expect(await write()).toEqual({
    claims: [claim("E1")],
    use: { inputTokens: 100, outputTokens: 10 },
    model: "scripted",
  });
  expect(contexts).toEqual([context]);
  expect(model.requests[0]).toMatchObject({
    task: "explain",
    prompt: { name: "explain", version: EXPLAIN.version },
    messages: [
      { role: "system", text: EXPLAIN.system },
      { role: "user", text: expect.stringContaining("<findings>") },
    ],
    answer: { name: "write_claims" },
  });
});
it("keeps at most twelve claims", async () => {
  const { write } = writing([scriptedModel(() => answer(...Array.from({ length: 20 }, () => claim("E1"))))]);
  expect((await write()).claims).toHaveLength(12);
});
it("passes on invented citations, which the report counts", async () => {
  const { write, judged } = writing([scriptedModel(() => answer(claim("E1"), claim("E9")))]);
  expect((await write()).claims).toEqual([claim("E1"), claim("E9")]);
  expect(judged).toEqual(["partial"]);
});
it("passes on claims of which none has evidence", async () => {
  const { write, judged } = writing([scriptedModel(() => answer(claim("E9")))]);
  expect((await write()).claims).toEqual([claim("E9")]);
  expect(judged).toEqual(["unsupported"]);
});

describe("a larger model is used", () => {
  const small = (given: Partial<ModelReply>) => scriptedModel(() => given, "small");
  it.each([
    ["lacks evidence for more than a quarter of its claims", answer(claim("E1"), claim("E9"))],
    ["does not speak about the first cause", answer(claim("E2"))],
    ["writes no JSON", { text: "I think it is the store." }],
    ["declines", { text: "", finish: "filtered" as const }],
  ])("if the small one %s", async (_, given) => {
    const { write } = writing([small(given), scriptedModel(() => GOOD, "large")]);
    expect(await write()).toMatchObject({ claims: [claim("E1")], model: "large" });
  });
  it("if the small one is down", async () => {
    const { write } = writing([failing("UNAVAILABLE", "down", "small"), scriptedModel(() => GOOD, "large")]);
    expect((await write()).model).toBe("large");
  });
  it("only then", async () => {
    const large = scriptedModel(() => GOOD, "large");
    const { write } = writing([small(answer(claim("E1"), claim("E1"), claim("E1"), claim("E9"))), large]);
    expect((await write()).model).toBe("small");
    expect(large.requests).toEqual([]);
  });
});

it("takes further samples first if it may", async () => {
  const small = scriptedModel(({ sample }) => (sample === 0 ? answer(claim("E2")) : GOOD), "small");
  const { write } = writing([small, scriptedModel(() => GOOD, "large")], 3);
  expect((await write()).model).toBe("small");
  expect(small.requests.map(({ sample }) => sample)).toEqual([0, 1, 2]);
});

describe("without an answer", () => {
  it("fails as the only model failed", async () => {
    const { write } = writing([failing("UNAVAILABLE", "the server is down", "small")]);
    await expect(write()).rejects.toMatchObject({ code: "UNAVAILABLE", message: "the server is down", hint: "Wait." });
  });
  it("says what each model did, and counts the tokens", async () => {
    const { write, used } = writing([
      scriptedModel(() => ({ text: "no" }), "small"),
      failing("REJECTED", "the large model refused the key", "large"),
    ]);
    await expect(write()).rejects.toMatchObject({
      code: "REJECTED",
      message: expect.stringMatching(
        /^the model small did not return valid claims, even after one correction: .*; the large model refused the key$/,
      ),
    });
    expect(used).toHaveLength(2);
  });
  it("names the setting when the task has no model", async () => {
    await expect(writing([]).write()).rejects.toMatchObject({ code: "CONFIG" });
  });
});

describe("a prompt that is too long for the model", () => {
  const long: ExplainInput = {
    ...input,
    findings: Array.from({ length: 80 }, (_, at) =>
      finding({ id: `E${at + 1}`, entity: "store", facts: { a: "x".repeat(150) } }),
    ),
  };
  /** A model with a context of so many tokens, which it may say before the first request or not. */
  function limited(contextTokens: number, isKnown: boolean) {
    const model = scriptedModel(({ messages }) => {
      const requestTokens = Math.ceil(messages.reduce((sum, { text }) => sum + text.length, 0) / 3) + 512;
      if (requestTokens > contextTokens) throw new ContextOverflow("the model", { contextTokens: null, requestTokens });
      return GOOD;
    });
    return isKnown ? { ...model, contextTokens } : model;
  }
  it("is cut until it fits a context of 4096 tokens", async () => {
    const model = limited(4096, false);
    expect(await writing([model]).write(long)).toMatchObject({ claims: [claim("E1")] });
    expect(model.requests.length).toBeGreaterThan(1);
  });
  it("is cut before it is sent if the context is known", async () => {
    const model = limited(4096, true);
    await writing([model]).write(long);
    expect(model.requests).toHaveLength(1);
  });
  it("fails if not even the shortest fits", async () => {
    await expect(writing([limited(900, true)]).write(long)).rejects.toBeInstanceOf(ContextOverflow);
  });
});

import { expect, it } from "vitest";
import type { ChatModel } from "../../src/domain/chat-model.ts";
import { IncidentError } from "../../src/domain/errors.ts";
import type { ModelJudgement } from "../../src/domain/model-verdict.ts";
import { capError } from "../../src/llm/cap-error.ts";
import { cascade, type CascadeQuestion, type Verification } from "../../src/llm/cascade.ts";
import type { StructuredAnswer } from "../../src/llm/structured.ts";
import { scriptedModel } from "./scripted-model.ts";

const down = new IncidentError("UNAVAILABLE", "the small model is down", { hint: "" });
const spent = capError({ scope: "day", unit: "usd", limit: 1, used: 1 }, 1);
const MALFORMED: StructuredAnswer<string> = { kind: "malformed", why: "no JSON", model: "m" };

/** "good" satisfies; "fair" is of use; the rest is not. */
const verify = (value: string): Verification => {
  const [score, verdict] =
    value === "good"
      ? [1, "accepted" as const]
      : value === "fair"
        ? [0.5, "partial" as const]
        : [0, "unsupported" as const];
  return {
    why: score === 1 ? null : `${value} is not enough`,
    score,
    judgement: { verdict, claims: 1, unsupportedClaims: 1 - score },
  };
};

type Given = string | StructuredAnswer<string> | IncidentError;
/** Models that give these answers, a sample after the other. */
async function run(script: Record<string, Given[]>, question: Partial<CascadeQuestion<string>> = {}) {
  const calls: string[] = [];
  const judged: [string | undefined, ModelJudgement["verdict"]][] = [];
  const result = await cascade<string>({
    models: Object.keys(script).map((name) => scriptedModel(() => ({}), name)),
    own: null,
    ask: async ({ name }: ChatModel, sample) => {
      calls.push(`${name}:${sample}`);
      const given = script[name]?.[sample] ?? MALFORMED;
      if (given instanceof IncidentError) throw given;
      if (typeof given !== "string") return given;
      return { kind: "answer", value: given, isRepaired: false, callId: `${name}:${sample}`, model: name };
    },
    verify,
    keyOf: (value) => value,
    k: 1,
    judge: async (id, { verdict }) => void judged.push([id, verdict]),
    ...question,
  });
  return { ...result, calls, judged };
}

it("stays with the small model when its answer satisfies", async () => {
  expect(await run({ small: ["good"], large: ["good"] })).toMatchObject({
    value: "good",
    model: "small",
    calls: ["small:0"],
    attempts: [{ model: "small", outcome: "accepted", why: null }],
    judged: [["small:0", "accepted"]],
  });
});
it("goes on to the large model when the verifier is not satisfied", async () => {
  expect(await run({ small: ["bad"], large: ["good"] })).toMatchObject({
    value: "good",
    model: "large",
    attempts: [
      { model: "small", outcome: "unsupported", why: "bad is not enough" },
      { model: "large", outcome: "accepted", why: null },
    ],
  });
});
it.each<[string, Given]>([
  ["writes no JSON", MALFORMED],
  ["declines", { kind: "refused", why: "declined", model: "m" }],
  ["is down", down],
])("goes on when the small model %s", async (_, given) => {
  expect(await run({ small: [given], large: ["good"] })).toMatchObject({ value: "good", model: "large" });
});
it("calls no model when code's own answer satisfies", async () => {
  expect(await run({ small: ["good"] }, { own: "good" })).toMatchObject({ value: "good", model: null, calls: [] });
  expect(await run({ small: ["good"] }, { own: "fair" })).toMatchObject({ model: "small" });
});
it("keeps the best answer when none satisfies", async () => {
  expect(await run({ small: ["fair"], large: ["bad"] })).toMatchObject({ value: "fair", model: "small" });
});
it("gives nothing, and the last error, when no answer is of use", async () => {
  expect(await run({ small: ["bad"], large: [down] })).toMatchObject({
    value: null,
    model: null,
    verification: null,
    failure: down,
  });
});
it("ends when a budget is spent, and keeps what it has", async () => {
  expect(await run({ small: ["fair"], large: [spent], largest: ["good"] })).toMatchObject({
    value: "fair",
    model: "small",
    failure: spent,
    calls: ["small:0", "large:0"],
  });
});
it("takes further samples of a model before it goes on", async () => {
  const { value, model, calls } = await run({ small: ["bad", "good", "good"], large: ["good"] }, { k: 3 });
  expect({ value, model, calls }).toEqual({
    value: "good",
    model: "small",
    calls: ["small:0", "small:1", "small:2"],
  });
});
it("goes on when the samples of a model agree with its first answer, or with nothing", async () => {
  expect((await run({ small: ["bad", "bad", "good"], large: ["good"] }, { k: 3 })).model).toBe("large");
  expect((await run({ small: ["bad", "good", "fair"], large: ["good"] }, { k: 3 })).model).toBe("large");
});
it("keeps the first sample when a later one fails", async () => {
  expect(await run({ small: ["fair", spent], large: ["good"] }, { k: 3 })).toMatchObject({
    value: "fair",
    calls: ["small:0", "small:1"],
    failure: spent,
  });
});
it("passes on a defect", async () => {
  await expect(
    run(
      { small: ["good"] },
      {
        verify: () => {
          throw new TypeError("a bug");
        },
      },
    ),
  ).rejects.toThrow("a bug");
});

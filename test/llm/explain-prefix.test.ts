import fc from "fast-check";
import { expect, it } from "vitest";
import { claimWriter } from "../../src/llm/claim-writer.ts";
import { anyInput } from "./arbitraries.ts";
import { scriptedModel } from "./scripted-model.ts";

it("begins the explanations of 50 incidents with the same bytes, so that servers can cache them", async () => {
  const model = scriptedModel(() => ({ text: JSON.stringify({ claims: [] }) }));
  const writer = claimWriter({ modelsFor: () => [model] }, { k: 1 });
  for (const input of fc.sample(anyInput, { seed: 7, numRuns: 50 }))
    await writer.writeClaims(input, { context: { analysisId: "an-1", incidentId: "inc-1" } }).catch(() => null);
  const prefixes = model.requests.map(({ messages, tools, answer, prompt }) =>
    JSON.stringify([messages[0], tools, answer, prompt]),
  );
  expect(prefixes.length).toBeGreaterThanOrEqual(50);
  expect(new Set(prefixes).size).toBe(1);
  expect(new Set(model.requests.map(({ messages }) => messages[1]?.text)).size).toBeGreaterThan(40);
});

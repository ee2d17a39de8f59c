import { expect, it } from "vitest";
import { conclude } from "../../src/agent/investigation/conclude.ts";
import type { InvestigationContext } from "../../src/agent/investigation/context.ts";
import { refusalOf } from "../../src/agent/investigation/finding-tools.ts";
import { investigationTools } from "../../src/agent/investigation/tools.ts";
import { planTool } from "../../src/ask/plan-question.ts";
import { MODEL_TOOLS } from "../../src/llm/model-allow-list.ts";
import type { LoopTool } from "../../src/llm/loop-tool.ts";
import { runToolLoop } from "../../src/llm/tool-loop.ts";
import { CAUSES } from "../../src/rca/catalogue.ts";
import { finding } from "./findings.ts";
import { scriptedModel } from "./scripted-model.ts";

const nameOf = ({ definition }: LoopTool): string => definition.name;
const investigation = [...investigationTools({} as InvestigationContext, () => null), conclude(() => undefined)];
const plan = planTool(async () => ({ text: "", step: "", ok: true }));

it("lists exactly the tools that there are", () => {
  expect(investigation.map(nameOf).toSorted()).toEqual([...MODEL_TOOLS.investigate].toSorted());
  expect(MODEL_TOOLS.ask).toContain(nameOf(plan)); // its other tools: test/app/questions
});

it("has no tool that takes a command, a query, an address or a step", () => {
  const fields = [...investigation, plan].flatMap(({ definition }) =>
    Object.keys((definition.input.properties ?? {}) as object),
  );
  expect(fields.length).toBeGreaterThan(20);
  expect(fields.filter((field) => /command|script|query|sql|url|path|step|severity|confidence/.test(field))).toEqual(
    [],
  );
});

it("refuses to begin with any other tool", async () => {
  const model = scriptedModel(() => ({ text: "" }));
  const tool = { ...plan, definition: { ...plan.definition, name: "run_shell" } };
  const begun = runToolLoop({
    task: "investigate",
    models: [model],
    prompt: { name: "test", version: 1, system: "Static." },
    tools: [tool],
    concluding: conclude(() => undefined),
    opening: "{}",
    budget: { steps: 1, tokens: 1_000_000, usd: null, ms: 60_000 },
    now: () => 0,
  });
  await expect(begun).rejects.toThrow("run_shell is not on the list of tools for investigate");
  expect(model.requests).toEqual([]);
});

it("lets a model propose causes of the catalogue alone", () => {
  const context = { readings: [], keyOf: () => "k" };
  const propose = (cause: string): string | undefined => refusalOf(context, finding(), "store", cause)?.refused;
  expect(CAUSES.map(({ id }) => propose(id)).filter((refused) => refused !== undefined)).toEqual([]);
  for (const cause of ["gateway is at fault", "constructor", "__proto__", ""])
    expect(propose(cause)).toBe("there is no such cause in the catalogue");
});

import { expect, it } from "vitest";
import { renderScript } from "../../src/remediation/script.ts";
import { proveValues } from "../script-values/prove.ts";
import { shippedRunbooks, silenceRunbook } from "../script-values/shipped.ts";

const runbooks = await shippedRunbooks();

it("lets no value change the structure of a script: one argument, no option, or refused", () => {
  const { rendered, executed, escapes } = proveValues(runbooks, { values: 1_100, seed: 17, executeEach: 100 });
  expect(escapes).toEqual([]);
  expect(rendered).toBeGreaterThan(600);
  expect(executed).toBeGreaterThan(0);
});

it("lets no label of an alert change the structure of a silence", () => {
  const { rendered, escapes, refused } = proveValues([silenceRunbook()], { values: 600, seed: 19, executeEach: 1_000 });
  expect(escapes).toEqual([]);
  expect(rendered).toBeGreaterThan(150);
  expect([...refused.keys()].join("; ")).toContain("it is part of a matcher");
});

it.each<[string, (line: string) => string]>([
  ["double quotes", (line) => line.replace(/='(.*)'$/, '="$1"')],
  ["no quotes", (line) => line.replace(/='(.*)'$/, "=$1")],
  ["single quotes that an apostrophe ends", (line) => line.replaceAll(String.raw`'\''`, "'")],
])("would find an escape from %s", (_, spoil) => {
  const broken: typeof renderScript = (input) => {
    const rendered = renderScript(input);
    if (!rendered.ok) return rendered;
    const lines = rendered.script.split("\n").map((line) => (line.startsWith("declare +x -r") ? spoil(line) : line));
    return { ...rendered, script: lines.join("\n") };
  };
  const found = (): string => {
    try {
      const { escapes } = proveValues(runbooks, { values: 300, seed: 17, executeEach: 1_000, render: broken });
      return escapes.join("\n");
    } catch (error) {
      return String(error);
    }
  };
  expect(found()).not.toBe("");
});

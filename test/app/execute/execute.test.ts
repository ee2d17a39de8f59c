import { expect, it } from "vitest";
import { approvedHome } from "./approved-home.ts";

it("executes an approved action once, by the exact script, and records how it went", async () => {
  const { execute, changes, audit } = await approvedHome();
  const ended = await execute();
  expect(ended).toMatchObject({ state: "succeeded", changed: true, refusal: null });
  expect(changes()).toHaveLength(1);
  const { problems, lines } = await audit();
  expect(problems).toEqual([]);
  expect(lines.map(({ kind }) => kind)).toEqual([
    "proposal",
    "proposal",
    "approval",
    "decision",
    "export",
    "execution",
    "result",
  ]);
});

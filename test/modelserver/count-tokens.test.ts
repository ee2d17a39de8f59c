import { expect, it } from "vitest";
import { tokenCounter } from "../../src/modelserver/count-tokens.ts";

const count = tokenCounter();

it("counts a long run without blanks in parts, so that a huge argument does not stop the server", () => {
  const one = count.text("A".repeat(256));
  expect(count.text("A".repeat(256 * 100))).toBe(one * 100);
});

it("counts ordinary text as a whole", () => {
  expect(count.text("hello world, hello world")).toBe(5);
  expect(count.text("")).toBe(0);
});

import { expect, it } from "vitest";
import { hang } from "../../src/render/layout.ts";

const layout = { width: 60, paint: (_style: unknown, text: string): string => text };
const LONG = `https://runbooks.example.com/${"team/checkout/".repeat(6)}crash-loop.md?version=2`;

it.each([
  ["alone", LONG],
  ["before words", `${LONG} (named by KubePodCrashLooping)`],
  ["between words", `See ${LONG} for what to do first, and call the team that owns the service before you restart it`],
  ["with another one", `${LONG} ${LONG}`],
  ["after a label", `dashboard: ${LONG}`],
])("keeps an address in one piece: %s", (_what, text) => {
  const lines = hang(layout, "  • ", text);
  expect(lines.some((line) => line.includes(LONG))).toBe(true);
  expect(lines.filter((line) => !line.includes("https://")).every((line) => line.length <= 60)).toBe(true);
});

it("cuts any other long word, also beside an address", () => {
  const lines = hang(layout, "", `${"x".repeat(200)} ${LONG}`);
  expect(lines.filter((line) => line.includes("x".repeat(61)))).toEqual([]);
  expect(lines).toContain(LONG);
});

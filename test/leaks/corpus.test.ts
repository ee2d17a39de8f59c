import { expect, it } from "vitest";
import { redactSecrets } from "../../src/domain/redact.ts";
import { benignLines, type CorpusPart, corpusCases, isStillThere } from "./corpus.ts";

const PARTS: readonly CorpusPart[] = ["dev", "sealed", "fresh"];

it.each([
  [true, 0.98],
  [false, 0.98],
])("masks the values of lines of real software (secrets: %s)", (isSecret, share) => {
  const cases = PARTS.flatMap((part) => corpusCases(part, 16, 1)).filter((one) => one.isSecret === isSecret);
  expect(cases.length).toBeGreaterThan(250);
  const left = cases.filter(({ text, value }) => isStillThere(redactSecrets(text), value));
  const allowed = Math.floor(cases.length * (1 - share));
  expect(left.map(({ text }) => text).slice(allowed)).toEqual([]);
});

it("leaves lines that only look dangerous, and changes nothing twice", () => {
  const lines = (["dev", "sealed"] as const).flatMap((part) => benignLines(part, 16, 4));
  expect(lines.length).toBeGreaterThan(1000);
  const changed = lines.filter((line) => redactSecrets(line) !== line);
  expect(changed.slice(Math.floor(lines.length / 100))).toEqual([]);
  for (const { text } of corpusCases("dev", 17, 1)) {
    const masked = redactSecrets(text);
    expect(redactSecrets(masked)).toBe(masked);
  }
});

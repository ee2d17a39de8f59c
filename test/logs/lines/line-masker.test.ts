import * as fc from "fast-check";
import { expect, it } from "vitest";
import { LineMasker, type Mask, parseMask, replaceMarks } from "../../../src/logs/lines/line-masker.ts";
import { LineMiner } from "../../../src/logs/templates/line-miner.ts";
import { readParameters } from "../../../src/logs/templates/parameters.ts";

const masked = (masks: readonly Mask[], line: string): string | null => {
  const bytes = Buffer.from(line);
  const out = new LineMasker(masks).mask(bytes, 0, bytes.length);
  return out === null ? null : replaceMarks(out.toString("utf8"), (mask, value) => `<${masks[mask]?.name}:${value}>`);
};
function mine(masks: readonly Mask[], lines: readonly string[]) {
  const miner = new LineMiner({ masker: new LineMasker(masks) });
  for (const line of lines) miner.push(Buffer.from(line), 0, Buffer.byteLength(line));
  return miner.templates.resolve().templates.map((template) => ({
    text: template.text,
    ...readParameters(
      template,
      masks.map(({ name }) => name),
    ),
  }));
}

it("turns matches into values of the mask's type, in whole words and in parts of words", () => {
  const masks = [parseMask("FRUIT=apple|pear|plum"), parseMask("ORDER=ord-[a-z]+")];
  expect(mine(masks, ["sold apple of ord-xy", "sold pear of ord-zz"])).toEqual([
    {
      text: "sold <*> of <*>",
      typedText: "sold <FRUIT> of <ORDER>",
      parameters: [
        { type: "FRUIT", examples: ["apple", "pear"], least: null, most: null },
        { type: "ORDER", examples: ["ord-xy", "ord-zz"], least: null, most: null },
      ],
    },
  ]);
  expect(mine(masks, ["box-apple-7 full", "box-plum-9 full"])).toMatchObject([
    {
      text: "box-<*>-<*> full",
      typedText: "box-<FRUIT>-<*> full",
      parameters: [{ examples: ["box-apple-7", "box-plum-9"] }],
    },
  ]);
});
it("masks only the message, in plain lines, JSON and logfmt", () => {
  const masks = [parseMask("WHO=ann|bob|ERROR")];
  for (const [a, b] of [
    ["2024-03-05 10:00:00 ERROR a.b.C: greet ann", "2024-03-05 10:00:01 ERROR a.b.C: greet bob"],
    ['{"who":"ann","msg":"greet ann"}', '{"who":"bob","msg":"greet bob"}'],
    ['ts=1 who=ann msg="greet ann"', 'ts=2 who=bob msg="greet bob"'],
  ] as const)
    expect(mine(masks, [a, b]).map(({ typedText }) => typedText)).toEqual(["greet <WHO>"]);
});
it("prefers the earlier of two masks, and leaves a line without matches unchanged", () => {
  const masks = [parseMask("A=b+"), parseMask("B=abba")];
  expect(masked(masks, "x abba")).toBe("x a<A:bb>a");
  expect(masked(masks, "xyz")).toBeNull();
});
it("keeps the text around a masked value byte for byte, including digits next to it", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom("a", "b", "12", " ", "é", "中", "=", "x")), (parts) => {
      const line = parts.join("");
      const [mask] = [parseMask("V=a+")];
      expect(masked([mask], line) ?? line).toBe(line.replace(/a+/g, (run) => `<V:${run.slice(0, 24)}>`));
    }),
  );
});
it.each(["nonsense", "=x", "A=", "1A=x", "A B=x"])("refuses %s, which is not a mask", (text) => {
  expect(() => parseMask(text)).toThrow(/does not have the form NAME=REGEX/);
});
it.each(["A=(", "A=(?=b)", String.raw`A=(a)\1`, "A=a**"])("refuses the pattern of %s, naming the mask", (text) => {
  expect(() => parseMask(text)).toThrow(/^the mask A has an invalid pattern/);
});
it("ignores an empty match", () => {
  expect(masked([parseMask("E=x*")], "abc")).toBeNull();
});
it.each(["E=(a+)+$", "E=(a|a)*b", "E=a(.*b)?", "E=(.*)*(.*)*c"])(
  "stays fast with %s on a line built against it, and on a line of a megabyte",
  (pattern) => {
    const masks = [parseMask(pattern)];
    expect(masked(masks, `${"a".repeat(1_000_000)}!`)?.length ?? 1_000_001).toBeGreaterThan(900_000);
  },
);

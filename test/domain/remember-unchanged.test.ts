import { expect, it } from "vitest";
import { rememberUnchanged } from "../../src/domain/remember-unchanged.ts";

function counted() {
  const seen: string[] = [];
  const change = rememberUnchanged((text) => {
    seen.push(text);
    return text.replace("secret", "[masked]");
  });
  return { change, seen };
}

it("looks once at a text that stays as it is", () => {
  const { change, seen } = counted();
  expect([change("summary"), change("summary")]).toEqual(["summary", "summary"]);
  expect(seen).toEqual(["summary"]);
});
it("changes a text each time, and does not keep it", () => {
  const { change, seen } = counted();
  expect([change("a secret"), change("a secret")]).toEqual(["a [masked]", "a [masked]"]);
  expect(seen).toHaveLength(2);
});
it("keeps no long text", () => {
  const { change, seen } = counted();
  const long = "x".repeat(101);
  change(long);
  expect(change(long)).toBe(long);
  expect(seen).toHaveLength(2);
});
it("stays right when more texts come than it remembers", () => {
  const { change } = counted();
  const texts = Array.from({ length: 10_050 }, (_, at) => (at % 7 === 0 ? `secret ${at}` : `text ${at}`));
  const wanted = texts.map((text) => text.replace("secret", "[masked]"));
  expect(texts.map(change)).toEqual(wanted);
  expect(texts.map(change)).toEqual(wanted);
});

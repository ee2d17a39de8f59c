import { Writable } from "node:stream";
import { expect, it } from "vitest";
import { casesBar } from "../../src/cli/cases-bar.ts";

/** A stream that a bar can draw on, and what was drawn. */
function screen(isTTY: boolean) {
  let text = "";
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString();
      done();
    },
  });
  const still = (): boolean => true;
  return { stream: Object.assign(stream, { isTTY, cursorTo: still, clearLine: still }), text: () => text };
}

it("shows cases and the rate of this process, without those of an earlier one, and no misses", () => {
  const { stream, text } = screen(true);
  let now = 0;
  const bar = casesBar({ stderr: stream, now: () => now }, "field");
  now = 1000;
  bar.at(5, 10);
  now = 3000;
  bar.at(10, 10);
  bar.end();
  expect(text()).toContain("field [");
  expect(text()).toContain("4/10 cases, - a second");
  expect(text()).toContain("10/10 cases, 2.0 a second");
  expect(text()).not.toMatch(/miss/i);
});

it("is silent where stderr is no terminal, and with --quiet", () => {
  for (const [isTTY, quiet] of [
    [false, false],
    [true, true],
  ] as const) {
    const { stream, text } = screen(isTTY);
    const bar = casesBar({ stderr: stream, now: () => 0 }, "field", quiet);
    bar.at(1, 2);
    bar.end();
    expect(text()).toBe("");
  }
});

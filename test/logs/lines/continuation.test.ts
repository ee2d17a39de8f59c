import { expect, it } from "vitest";
import { cutBetweenEvents } from "../../../src/logs/lines/continuation.ts";
import { LineMiner } from "../../../src/logs/templates/line-miner.ts";

/** For each line, the index of the line that it belongs to. */
function ownersOf(lines: readonly string[], fold = true): number[] {
  const owners: number[] = [];
  const miner = new LineMiner({ fold }, (_id, { line, lines: count }) => {
    for (let i = 0; i < count; i += 1) owners.push(line - 1);
  });
  for (const line of lines) miner.push(Buffer.from(line), 0, Buffer.byteLength(line));
  miner.flush();
  return owners;
}
const java = [
  "2024-03-05 10:00:00,123 ERROR [main] a.b.Pool: no connection left",
  "java.sql.SQLException: timeout",
  "\tat a.b.Pool.get(Pool.java:12)",
  "\tat a.b.Cart.load(Cart.java:7) ~[cart.jar:?]",
  "Caused by: java.net.ConnectException: refused",
  "\t... 12 more",
  "2024-03-05 10:00:01,123 INFO [main] a.b.Cart: served",
];
const python = [
  "2024-03-05 10:00:00 ERROR shop.pay: failed",
  "Traceback (most recent call last):",
  '  File "pay.py", line 7, in pay',
  "    charge(card)",
  "ValueError: no card",
  "2024-03-05 10:00:01 INFO shop.pay: ok",
];

it.each([
  ["a Java trace in a log with headers", java, [0, 0, 0, 0, 0, 0, 6]],
  ["a Python trace in a log with headers", python, [0, 0, 0, 0, 0, 5]],
  [
    "frames and causes without any header",
    ["Exception in main", "\tat a.B.c(B.java:1)", "Caused by: x.Y", "    ... 3 common frames omitted", "next"],
    [0, 0, 0, 0, 4],
  ],
  ["a Python trace without any header", ["failed", ...python.slice(1, 5), "next thing"], [0, 0, 0, 0, 0, 5]],
  [
    "frames that a container runtime stamped one by one",
    [
      "2024-03-05T10:00:00.1Z stderr F boom",
      "2024-03-05T10:00:00.2Z stderr F \tat a.B.c(B.java:1)",
      "2024-03-05T10:00:00.3Z stderr F next",
    ],
    [0, 0, 2],
  ],
  [
    "C# frames",
    [
      "2024-03-05 10:00:00 ERROR a.b.C: boom",
      "   at Shop.Pay.Charge(Card c) in /src/Pay.cs:line 12",
      "2024-03-05 10:00:01 INFO a.b.C: ok",
    ],
    [0, 0, 2],
  ],
  [
    "a message of several lines",
    ["2024-03-05 10:00:00 INFO a.b.Db: SELECT *", "FROM carts", "2024-03-05 10:00:01 INFO a.b.Db: done"],
    [0, 0, 2],
  ],
])("folds %s", (_what, lines, owners) => {
  expect(ownersOf(lines)).toEqual(owners);
});

it.each([
  ["lines of a log without headers", ["open 1", "  close 2", "at noon (local time)", "... 12 apples", "more"]],
  ["a log where few lines have a time", ["open 1", "2024-03-05 10:00:00 INFO a.b.C: ok", "close 2", "close 3"]],
  ["blank lines", ["2024-03-05 10:00:00 INFO a.b.C: ok", "", "   "]],
  ["JSON lines after one with a header", ["2024-03-05 10:00:00 INFO a.b.C: ok", '{"msg":"a"}', '{"msg":"b"}']],
  ["a stack trace at the start of a file", ["\tat a.B.c(B.java:1)"]],
])("does not fold %s", (_what, lines) => {
  expect(ownersOf(lines)).toEqual(lines.map((_, index) => index));
});
it("stops folding lines if most of them have no header", () => {
  const lines = ["2024-03-05 10:00:00 INFO a.b.C: start", ...Array.from({ length: 50 }, (_, i) => `step ${i}`)];
  expect(new Set(ownersOf(lines)).size).toBeGreaterThan(45);
});
it("counts an event once, with the blank lines inside of it; a blank line after it is an event", () => {
  const counted: [number, number][] = [];
  const miner = new LineMiner({ fold: true }, (id, { lines }) => counted.push([id, lines]));
  const lines = [...java.slice(0, 2), "", ...java.slice(2, 6), "", ...java.slice(6)];
  for (const line of lines) miner.push(Buffer.from(line), 0, Buffer.byteLength(line));
  miner.flush();
  expect(counted).toEqual([
    [0, 7],
    [1, 1],
    [2, 1],
  ]);
  const { templates } = miner.templates.resolve();
  expect(miner.templates.lineCount).toBe(9);
  expect(templates.map(({ text, count, firstLine }) => [text, count, firstLine])).toEqual([
    ["no connection left: java.net.ConnectException: refused", 1, 1],
    ["", 1, 8],
    ["served", 1, 9],
  ]);
});
it("makes every line an event if folding is off, and starts again with each file", () => {
  expect(ownersOf(java, false)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  const counts: number[] = [];
  const miner = new LineMiner({ fold: true }, (_id, { lines }) => counts.push(lines));
  const push = (line: string) => miner.push(Buffer.from(line), 0, Buffer.byteLength(line));
  push(java[0] ?? "");
  miner.endFile();
  push("  indented line of another file");
  miner.endFile();
  expect(counts).toEqual([1, 1]);
});

const hasHeader = (text: string) => (start: number, end: number) => text.slice(start, end).startsWith("2024");
it("cuts a file before an event, or else before any line", () => {
  const cut = (text: string) => text.slice(cutBetweenEvents(Buffer.from(text), hasHeader(text))?.at).split("\n")[0];
  expect(cut("rest\n\tat a.B.c(B.java:1)\nFROM carts\n2024 next\n2024 more\n")).toBe("2024 next");
  expect(cut("rest\n\tat a.B.c(B.java:1)\nplain\nother\n")).toBe("plain");
  expect(cut("rest\n\tat a.B.c(B.java:1)\n")).toBe("\tat a.B.c(B.java:1)");
  expect(cutBetweenEvents(Buffer.from("no newline"), () => true)).toBeNull();
});

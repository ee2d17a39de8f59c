import { mkdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fromScript, readScript } from "../../src/modelserver/from-script.ts";
import { appendTo, fromRecording, readRecording } from "../../src/modelserver/recording.ts";
import { tempDir } from "../compose/recorded-suite.ts";
import { listMetrics, received } from "./requests.ts";

const never = new AbortController().signal;
const says = (content: string) => ({ messages: [{ role: "user" as const, content }] });

describe("a recording", () => {
  it("answers each request as it was answered, whatever the order of keys and however it is sent", async () => {
    const file = join(await tempDir(), "calls.jsonl");
    const append = appendTo(file);
    append(received(says("a")), { text: "A" });
    append(received({ ...says("b"), tools: [listMetrics] }), {
      call: { name: "list_metrics", input: { entity: "x" } },
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const replay = fromRecording(readRecording(readFileSync(file, "utf8"), file), file);
    const { function: tool, type } = listMetrics;
    expect(
      await replay.answer(received({ ...says("b"), tools: [{ function: tool, type }], stream: true }), never),
    ).toEqual({ call: { name: "list_metrics", input: { entity: "x" } } });
    expect(await replay.answer(received(says("a")), never)).toEqual({ text: "A" });
  });

  it("gives the samples of one question in their order, and then from the start", async () => {
    const line = (text: string) => JSON.stringify({ request: received(says("a")).request, answer: { text } });
    const replay = fromRecording(readRecording([line("1"), line("2")].join("\n"), "f"), "f");
    const texts = [];
    for (let count = 0; count < 3; count += 1) texts.push((await replay.answer(received(says("a")), never))?.text);
    expect(texts).toEqual(["1", "2", "1"]);
  });

  it("has no answer to a request that differs, and says where the nearest one differs", async () => {
    const line = (text: string) => JSON.stringify({ request: received(says(text)).request, answer: { text } });
    const replay = fromRecording(
      readRecording([line("the cart is slow"), line("the cache is slow")].join("\n"), "f"),
      "f",
    );
    const other = received(says("the cart is fast"));
    expect(await replay.answer(other, never)).toBe(null);
    expect(replay.explain?.(other)).toBe(
      'f has no answer to it. The nearest is line 1; message 1 (user) differs at character 12: recorded "the cart is slow", received "the cart is fast".',
    );
    const withTools = received({ ...says("the cart is slow"), tools: [listMetrics] });
    expect(replay.explain?.(withTools)).toMatch(/messages are the same, but tools differ/);
  });

  it.each([
    ["{", /calls.jsonl:2: .*JSON/],
    ['{"request": {}}', /calls.jsonl:2: [^]*request.model/],
  ])("%s is refused with file and line", (line, message) => {
    expect(() => readRecording(`\n${line}`, "calls.jsonl")).toThrow(message);
  });

  it("refuses a file that it cannot write before anything is served", async () => {
    const dir = await tempDir();
    mkdirSync(join(dir, "a"));
    expect(() => appendTo(join(dir, "a"))).toThrow(/cannot be written/);
  });
});

describe("a script", () => {
  const script = `# a comment
{"when": {"turn": 1}, "text": "second"}
{"when": {"contains": "cart", "tool": "list_metrics", "model": "m"}, "call": {"name": "list_metrics"}}
{"when": {"lastContains": ["why", "cart"]}, "repeat": true, "answer": {"why": "disk"}}
{"text": "first come"}`;
  const lines = readScript(script, "s.jsonl");

  it("answers by the first line that fits and is left", async () => {
    const answerer = fromScript(lines, "s.jsonl");
    const answers = [];
    for (const parts of [
      { ...says("the cart"), tools: [listMetrics] },
      { ...says("the cart"), tools: [listMetrics] },
      says("why the cart"),
      says("why the cart"),
      { messages: [...says("a").messages, { role: "assistant" as const, content: "b" }] },
      says("a"),
    ])
      answers.push(await answerer.answer(received(parts), never));
    expect(answers).toEqual([
      { call: { name: "list_metrics", input: {} } },
      { text: "first come" },
      { answer: { why: "disk" } },
      { answer: { why: "disk" } },
      { text: "second" },
      null,
    ]);
    expect(answerer.explain?.(received(says("a")))).toMatch(/3 of 4 are used up/);
  });

  it.each([
    ['{"text": "a", "answer": {}}', /s.jsonl:1: [^]*one of text/],
    ['{"when": {"truns": 1}, "text": "a"}', /truns/],
    ["text", /s.jsonl:1/],
  ])("%s is refused with file and line", (line, message) => {
    expect(() => readScript(line, "s.jsonl")).toThrow(message);
  });
});

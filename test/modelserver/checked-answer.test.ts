import { describe, expect, it } from "vitest";
import { checkedAnswer } from "../../src/modelserver/checked-answer.ts";
import type { CompletionRequest } from "../../src/modelserver/completion-request.ts";
import { WrittenAnswer } from "../../src/modelserver/written-answer.ts";
import { counter, listMetrics, readLogs, request, verdict } from "./requests.ts";

const check = (written: unknown, parts: Partial<CompletionRequest>) =>
  checkedAnswer(WrittenAnswer.parse(written), request(parts), counter);

const tools = [listMetrics, readLogs];

describe("an answer is checked before it is sent", () => {
  it.each<[string, unknown, Partial<CompletionRequest>, RegExp]>([
    ["an unknown tool", { call: { name: "list" } }, { tools }, /no tool list; it offers list_metrics, read_logs/],
    ["a missing field", { call: { name: "list_metrics" } }, { tools }, /list_metrics, entity/],
    [
      "a number out of bounds",
      { call: { name: "list_metrics", input: { entity: "a", limit: 0 } } },
      { tools },
      /limit/,
    ],
    ["an unknown field", { call: { name: "list_metrics", input: { entity: "a", x: 1 } } }, { tools }, /"x"/],
    ["text for JSON", { text: "the disk" }, { response_format: verdict }, /not JSON/],
    ["JSON of another form", { answer: { cause: 1 } }, { response_format: verdict }, /The answer, cause/],
    ["a list in JSON mode", { answer: [] }, { response_format: { type: "json_object" } }, /expected (record|object)/],
    ["text where a tool must be called", { text: "hm" }, { tools, tool_choice: "required" }, /wants a call/],
    ["a call where none is allowed", { call: { name: "read_logs" } }, { tools, tool_choice: "none" }, /allows no call/],
    [
      "another tool than the wanted one",
      { call: { name: "read_logs" } },
      { tools, tool_choice: { type: "function", function: { name: "list_metrics" } } },
      /wants a call of list_metrics/,
    ],
    ["a long text", { text: "word ".repeat(50) }, { max_tokens: 10 }, /allows 10/],
    ["JSON without a place", { answer: {} }, { tools }, /does not say where JSON goes/],
    ["nothing", { text: " " }, {}, /empty/],
  ])("%s is refused", (_what, written, parts, reason) => {
    expect(check(written, parts)).toEqual({ problems: expect.arrayContaining([expect.stringMatching(reason)]) });
  });

  it("sends whatever it is when that is wanted", () => {
    expect(check({ text: "the disk", asIs: true }, { response_format: verdict })).toMatchObject({
      answer: { kind: "message", text: "the disk" },
    });
  });

  it.each<[string, Partial<CompletionRequest>, object]>([
    [
      "the text, if the request wants JSON",
      { tools, response_format: verdict },
      { text: '{"cause":"disk"}', calls: [] },
    ],
    [
      "the tool that must be called",
      { tools, tool_choice: { type: "function", function: { name: "read_logs" } } },
      { calls: [{ name: "read_logs", input: { cause: "disk" } }] },
    ],
    ["the only tool", { tools: [readLogs] }, { calls: [{ name: "read_logs", input: { cause: "disk" } }] }],
    ["the text, if there is no tool", {}, { text: '{"cause":"disk"}', calls: [] }],
  ])("puts a JSON answer into %s", (_where, parts, message) => {
    expect(check({ answer: { cause: "disk" } }, parts)).toMatchObject({ answer: { kind: "message", ...message } });
  });

  it.each([
    {},
    { text: "a", answer: {} },
    { answer: {}, call: { name: "a" } },
    { fail: { status: 200 } },
    { other: 1 },
  ])("%j is no answer", (written) => {
    expect(WrittenAnswer.safeParse(written).success).toBe(false);
  });
});

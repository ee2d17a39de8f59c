import { describe, expect, it } from "vitest";
import { readCommand } from "../../src/modelserver/read-command.ts";
import { listMetrics, request } from "./requests.ts";

const offering = request({ tools: [listMetrics] });

describe("what a person types", () => {
  it.each([
    ['call list_metrics {"entity": "cart"}', { call: { name: "list_metrics", input: { entity: "cart" } } }],
    ["call list_metrics", { call: { name: "list_metrics", input: {} } }],
    ['calls [{"name": "a", "input": {}}]', { calls: [{ name: "a", input: {} }] }],
    ['answer {"cause": "disk"}', { answer: { cause: "disk" } }],
    ["The disk is full.", { text: "The disk is full." }],
    ["text call me", { text: "call me" }],
    ['"""one\ntwo"""', { text: "one\ntwo" }],
    ["fail 429 slow down", { fail: { status: 429, message: "slow down" } }],
    ["! list", { text: "list", asIs: true }],
  ])("%s is an answer", (typed, written) => {
    expect(readCommand(typed, offering)).toEqual({ kind: "answer", written });
  });

  it.each(['call list_metrics {"entity":', 'answer {"a": "b', 'answer [{"a": "}"', '"""one'])("%s goes on", (typed) => {
    expect(readCommand(typed, offering)).toEqual({ kind: "more" });
  });

  it.each([
    ["answer {a: 1}", /not JSON/],
    ["answer", /must follow/],
    ["fail soon", /STATUS/],
    ["call", /call TOOL/],
    ["list_metrics cart", /write `call list_metrics/],
    ["  ", /help/],
  ])("%s is refused with a reason", (typed, reason) => {
    expect(readCommand(typed, offering)).toEqual({ kind: "problem", what: expect.stringMatching(reason) });
  });

  it.each([
    ["help", { what: "help" }],
    ["show", { what: "request" }],
    ["raw", { what: "raw" }],
    ["tools", { what: "tools" }],
    ["schema list_metrics", { what: "tools", tool: "list_metrics" }],
  ])("%s only looks at the request", (typed, view) => {
    expect(readCommand(typed, offering)).toEqual({ kind: "view", ...view });
  });
});

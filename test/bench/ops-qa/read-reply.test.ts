import { expect, it } from "vitest";
import { readReply } from "../../../src/bench/ops-qa/read-reply.ts";

const OPTIONS = ["restart the pod", "free the disk", "raise the limit", "call the owner"];
const read = (reply: string): string => {
  const result = readReply(reply, OPTIONS);
  return "chosen" in result
    ? result.chosen.map((at) => "ABCD".charAt(at)).join(",")
    : `unreadable: ${result.unreadable}`;
};

it.each([
  ["B", "B"],
  [" b\n", "B"],
  ["B.", "B"],
  ["(B)", "B"],
  ["**B**", "B"],
  ["[B]", "B"],
  ['"B"', "B"],
  ["A,C", "A,C"],
  ["C, A", "A,C"],
  ["A and C", "A,C"],
  ["A，C", "A,C"],
  ["A、B、D", "A,B,D"],
  ["AC", "A,C"],
  ["A,A", "A"],
  ["Answer: B", "B"],
  ["The answer is B.", "B"],
  ["The correct answers are A, C", "A,C"],
  ["**Answer:** B", "B"],
  ["答案：B", "B"],
  ["The disk is full, so the pod cannot write.\nAnswer: B", "B"],
  ["Answer: B\nBecause the disk is full.", "B"],
  ["B. free the disk", "B"],
  ["B) Free the disk.", "B"],
  ["Answer: B. free the disk", "B"],
  ['{"answer": "B"}', "B"],
  ['{"answer": ["A", "C"]}', "A,C"],
  ['{"Answers": "A,C", "why": "D is wrong"}', "A,C"],
  ['["A","C"]', "A,C"],
  ['```json\n{"answer": "B"}\n```', "B"],
  ["<think>A? No. Answer: A. Hmm.</think>\nB", "B"],
])("reads %j as %s", (reply, answer) => {
  expect(read(reply)).toBe(answer);
});

it.each([
  "",
  "I think that B is right.",
  "A pod restarts.",
  "B. restart the pod", // the letter of one option with the text of another
  "It is B or C",
  "BAD",
  "CA",
  "ab",
  "E",
  "A,E",
  "1",
  "free the disk",
  '{"answer": 2}',
  '{"answer": "B", "answers": "C"}',
  '{"answer": ["A", "call"]}',
  '{"solution": "B"}',
  "Answer: B\nAnswer: C",
  "The answer is not B",
  "The answer is a restart",
  "null",
  "<think>B",
])("does not guess from %j", (reply) => {
  expect(read(reply)).toMatch(/^unreadable: /);
});

it.each([
  ["stars", `A${"*".repeat(20_000)}x`],
  ["spaces", `Answer:${" ".repeat(19_000)}`],
  ["lists", "A,".repeat(10_000)],
  ["fences", `\`\`\`${" ".repeat(20_000)}`],
  ["lines", "Answer: x\n".repeat(2000)],
])("does not guess from 20 000 %s, and gives up at once", (_, reply) => {
  expect(read(reply)).toMatch(/^unreadable: /);
});

import { expect, it } from "vitest";
import { tokenCounter } from "../../../src/bench/aiopslab/count-tokens.ts";
import { leaderboardOverall, paperOverall } from "../../../src/bench/aiopslab/overall.ts";
import { sessionFigures } from "../../../src/bench/aiopslab/session.ts";

it("counts seconds, the agent's messages, and the text of each side once", () => {
  const trace = [
    { role: "assistant", content: "ab" },
    { role: "env", content: "xyz" },
    { role: "assistant", content: "c" },
    { role: "env", content: "Invalid Format" },
  ];
  expect(sessionFigures("localization", { trace, start_time: 100.5, end_time: 142 }, (text) => text.length)).toEqual({
    TTL: 41.5,
    steps: 2,
    in_tokens: 17,
    out_tokens: 3,
  });
});
it("gives a session without a message its time", () => {
  expect(sessionFigures("mitigation", { trace: [], start_time: 1, end_time: 3 }, (text) => text.length)).toEqual({
    TTM: 2,
    steps: 0,
    in_tokens: 0,
    out_tokens: 0,
  });
});
it("counts the tokens of gpt-3.5-turbo, and takes a special token as plain text", async () => {
  const count = await tokenCounter();
  // "hello world" and "tiktoken is great!" are the published examples of the encoding.
  expect([count("hello world"), count("tiktoken is great!"), count("")]).toEqual([2, 6, 0]);
  expect(count("<|endoftext|>")).toBeGreaterThan(1);
});

it.each([
  ["FLASH", 13, 8, 8, 6, 59.32],
  ["ReAct", 10, 9, 10, 4, 55.93],
  ["GPT-4-w-Shell", 9, 8, 9, 3, 49.15],
  ["GPT-3.5-w-Shell", 3, 4, 2, 0, 15.25],
])("reproduces the overall figure of %s in the paper", (_, detection, localization, analysis, mitigation, percent) => {
  const overall = paperOverall({
    detection: { right: detection, of: 13 },
    localizationAt3: { right: localization, of: 13 },
    analysis: { right: analysis, of: 22 },
    mitigation: { right: mitigation, of: 11 },
  });
  expect((overall ?? 0) * 100).toBeCloseTo(percent, 2);
});
it("gives the mean of the four tasks as the leaderboard does, and nothing if a task has no questions", () => {
  const given = {
    detection: { right: 1, of: 1 },
    localizationAt1: { right: 1, of: 2 },
    analysis: { right: 1, of: 4 },
    mitigation: { right: 0, of: 3 },
  };
  expect(leaderboardOverall(given)).toBe(0.4375);
  expect(leaderboardOverall({ ...given, mitigation: { right: 0, of: 0 } })).toBeNull();
  expect(paperOverall({ ...given, localizationAt3: given.localizationAt1 })).toBe(0.3);
});

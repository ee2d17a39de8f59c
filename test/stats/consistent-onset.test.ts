import { expect, it } from "vitest";
import { consistentOnset, type OnsetVote } from "../../src/stats/consistent-onset.ts";

const vote = (at: number, fields: Partial<OnsetVote> = {}): OnsetVote => ({
  at,
  slack: 0,
  weight: 1,
  group: `${at}`,
  ...fields,
});

it("is null without votes", () => {
  expect(consistentOnset([], 60)).toBeNull();
});

it("takes the earliest time on which several votes agree, not an earlier single one", () => {
  expect(consistentOnset([vote(100), vote(1000), vote(1030), vote(1050)], 60)).toEqual({
    at: 1000,
    support: 3,
    votes: [1, 2, 3],
  });
});

it("takes the beginning of a fault whose effects spread", () => {
  const spreading = [vote(1000), vote(1040), vote(1060), vote(1080), vote(1100)];
  expect(consistentOnset(spreading, 60)?.at).toBe(1000);
});

it("counts the votes of one group once, by the heaviest", () => {
  const noisy = Array.from({ length: 9 }, (_, at) => vote(100 + at, { group: "one", weight: 0.5 }));
  expect(consistentOnset([...noisy, vote(1000), vote(1010)], 60)).toMatchObject({ at: 1000, support: 2 });
});

it("lets a vote with coarse samples agree with one that lies within its last step", () => {
  expect(consistentOnset([vote(1000), vote(1180, { slack: 300 })], 30)?.support).toBe(2);
});

import { expect, it } from "vitest";
import { vote } from "../../src/llm/vote.ts";

/** The vote over `samples`, and how many were taken. "-" is a sample without an answer. */
async function voted(samples: string, k: number) {
  let taken = 0;
  const sampleOf = async (sample: number): Promise<string | null> => {
    taken += 1;
    const answer = samples[sample] ?? "-";
    return answer === "-" ? null : answer;
  };
  return { ...(await vote([samples[0] ?? "-"], sampleOf, { k, keyOf: (one) => one.toLowerCase() })), taken };
}

it.each([
  ["aba", 3, "a", 2],
  ["abb", 3, "b", 2],
  ["abc", 3, null, 0], // nobody agrees
  ["abab", 4, null, 0], // a tie
  ["a-b", 3, null, 0],
  ["a-a", 3, "a", 2],
  ["abcb", 4, "b", 2], // most votes, though not half of them
])("of %s with k = %i elects %s", async (samples, k, winner, votes) => {
  expect(await voted(samples, k)).toMatchObject({ winner, votes });
});
it("stops when the others cannot win any more", async () => {
  expect(await voted("aaabb", 5)).toMatchObject({ winner: "a", votes: 3, samples: 3, taken: 2 });
});
it("counts equal keys as one answer, and gives the first of them", async () => {
  expect((await voted("bAa", 3)).winner).toBe("A");
});
it("takes no sample with k = 1", async () => {
  expect(await voted("a", 1)).toEqual({ winner: null, votes: 0, samples: 1, taken: 0 });
});

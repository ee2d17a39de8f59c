import { expect, it } from "vitest";
import { refersToOptions, shuffledOrder } from "../../../src/bench/ops-qa/order.ts";
import type { ChoiceQuestion } from "../../../src/bench/ops-qa/question.ts";
import { compareOrders, orderScores, scoredAnswer } from "../../../src/bench/ops-qa/score-answers.ts";
import { majorityOf } from "../../../src/bench/ops-qa/votes.ts";

const question = (key: string, right: number[], count = 4): ChoiceQuestion => ({
  key,
  id: key,
  file: "q.json",
  stem: "?",
  options: Array.from({ length: count }, (_, at) => `option ${at}`),
  right,
  categories: [],
});
const replies = (...chosen: (number[] | null)[]) => ({ votes: chosen.map((one) => ({ chosen: one, reply: "" })) });

it.each<[string, (number[] | null)[], ReturnType<typeof majorityOf>]>([
  ["the most frequent", [[1], [0], [1]], { chosen: [1], agreement: 2 / 3 }],
  ["the first of a tie", [[2], [0], [0], [2]], { chosen: [2], agreement: 0.5 }],
  ["sets as a whole", [[0], [0, 1], [0, 1]], { chosen: [0, 1], agreement: 2 / 3 }],
  [
    "no unreadable reply, which still counts against the agreement",
    [null, null, [3]],
    { chosen: [3], agreement: 1 / 3 },
  ],
  ["nothing when all are unreadable", [null, null], null],
])("takes %s", (_, chosen, majority) => {
  expect(majorityOf(replies(...chosen).votes)).toEqual(majority);
});

it("counts a set of options as right only when it is complete and holds no other", () => {
  const two = question("q", [0, 2]);
  const rights = [[0, 2], [0], [0, 2, 3], [1]].map((chosen) => scoredAnswer(two, replies(chosen)).right);
  expect(rights).toEqual([true, false, false, false]);
});
it("counts an unreadable answer as wrong and in a class of its own", () => {
  const scores = orderScores(
    [scoredAnswer(question("a", [0]), replies(null)), scoredAnswer(question("b", [0]), replies([0]))],
    1,
    false,
  );
  expect(scores).toMatchObject({ accuracy: { value: 0.5, n: 2 }, unreadable: 1, agreement: null });
});
it("has the Wilson interval of 8 of 10", () => {
  const answers = Array.from({ length: 10 }, (_, at) =>
    scoredAnswer(question(`q${at}`, [0]), replies([at < 8 ? 0 : 1])),
  );
  const { accuracy } = orderScores(answers, 1, false);
  expect(accuracy).toEqual({ value: 0.8, n: 10, low: expect.closeTo(0.4902, 4), high: expect.closeTo(0.9433, 4) });
});
it("groups by number of options and of right ones", () => {
  const answers = [
    scoredAnswer(question("a", [0], 10), replies([0])),
    scoredAnswer(question("b", [0], 4), replies([1])),
    scoredAnswer(question("c", [0, 1], 4), replies([0, 1])),
  ];
  const { byOptions, byAnswers } = orderScores(answers, 1, false);
  expect(byOptions.map(({ name, accuracy: { value, n } }) => [name, value, n])).toEqual([
    ["4", 0.5, 2],
    ["10", 1, 1],
  ]);
  expect(byAnswers.map(({ name, accuracy: { value } }) => [name, value])).toEqual([
    ["one right option", 0.5],
    ["several right options", 1],
  ]);
});
it("puts a guess and the most frequent answer beside the accuracy", () => {
  const answers = [question("a", [2]), question("b", [2], 2 + 2), question("c", [0, 1], 3)].map((one) =>
    scoredAnswer(one, replies([0])),
  );
  expect(orderScores(answers, 1, false).baselines).toEqual({
    guess: expect.closeTo((1 / 4 + 1 / 4 + 1 / 7) / 3, 10),
    alwaysLetter: { letter: "C", accuracy: 2 / 3 },
  });
});

it("shuffles by seed and question, never into the given order", () => {
  const keys = Array.from({ length: 50 }, (_, at) => question(`k${at}`, [0], 2 + (at % 4)));
  const orders = keys.map((one) => shuffledOrder(one, 1));
  expect(keys.map((one) => shuffledOrder(one, 1))).toEqual(orders);
  expect(keys.map((one) => shuffledOrder(one, 2))).not.toEqual(orders);
  for (const [at, order] of orders.entries()) {
    const given = keys[at]?.options.map((_, index) => index) ?? [];
    expect(order).not.toEqual(given);
    expect(order.toSorted((a, b) => a - b)).toEqual(given);
  }
});
it.each([
  ["All of the above", true],
  ["Both A and C", true],
  ["Neither of the above", true],
  ["以上都是", true],
  ["Restart all pods", false],
  ["Class C addresses", false],
])("knows whether %j speaks of other options", (option, refers) => {
  expect(refersToOptions({ options: ["restart", option] })).toBe(refers);
});

it("shows a model that always takes the first place", () => {
  const pairs = Array.from({ length: 40 }, (_, at) => {
    const one = question(`q${at}`, [0]);
    const order = shuffledOrder(one, 7);
    return { given: scoredAnswer(one, replies([0])), shuffled: scoredAnswer(one, replies([order[0] ?? 0])), order };
  });
  const compared = compareOrders(pairs, 1);
  expect(compared?.difference).toMatchObject({ a: 1, n: 40 });
  expect(compared?.difference.high).toBeLessThan(0);
  expect(compared?.onlyShuffled).toBe(0);
  expect(compared?.positions[0]).toMatchObject({ position: "A", chosen: 80 });
  expect(compared?.positions.reduce((sum, { right }) => sum + right, 0)).toBe(80);
});
it("has nothing to compare without a pair", () => {
  expect(compareOrders([], 1)).toBeNull();
});

import { describe, expect, it } from "vitest";
import { type OpenRcaElements, readOpenRcaAnswer, scoreOpenRca } from "../../../src/bench/scorers/openrca.ts";

const failure = (
  component: string | null,
  reason: string | null = null,
  time: string | null = null,
): OpenRcaElements => ({
  component,
  reason,
  time,
});
const FULL = failure("db_1", "CPU load", "2021-03-04 10:00:00");

describe("one failure", () => {
  it.each<[string, OpenRcaElements[], number]>([
    ["all three right", [FULL], 1],
    ["60 s late", [{ ...FULL, time: "2021-03-04 10:01:00" }], 1],
    ["60 s early", [{ ...FULL, time: "2021-03-04 09:59:00" }], 1],
    ["61 s late", [{ ...FULL, time: "2021-03-04 10:01:01" }], 0.67],
    ["a time in another form", [{ ...FULL, time: "2021-03-04T10:00:00Z" }], 0.67],
    ["a time that does not exist", [{ ...FULL, time: "2021-03-04 25:00:00" }], 0.67],
    ["a component in another case", [{ ...FULL, component: "DB_1" }], 0.67],
    ["a component with a blank", [{ ...FULL, component: "db_1 " }], 0.67],
    ["a time alone", [failure(null, null, FULL.time)], 0.33],
    ["nothing of it", [failure("x", "y", "2021-03-05 10:00:00")], 0],
    ["no answer", [], 0],
    ["the right answer and another", [FULL, failure("x")], 0],
    ["the right answer twice", [FULL, FULL], 0],
  ])("with %s", (_, given, score) => {
    expect(scoreOpenRca(given, [FULL])).toMatchObject({ score, isCorrect: score === 1, of: 3 });
  });
  it("is scored by the elements that are asked for", () => {
    expect(scoreOpenRca([FULL], [failure("db_1")])).toEqual({ points: 1, of: 1, score: 1, isCorrect: true });
    expect(scoreOpenRca([FULL], [failure(null, "disk")])).toEqual({ points: 0, of: 1, score: 0, isCorrect: false });
  });
});

describe("two failures", () => {
  const truths = [failure("a", "cpu"), failure("b", "disk")];
  it.each<[string, OpenRcaElements[], number]>([
    ["in the other order", [failure("b", "disk"), failure("a", "cpu")], 4],
    ["with the reasons exchanged", [failure("a", "disk"), failure("b", "cpu")], 2],
    ["with one right", [failure("a", "cpu"), failure("c", "net")], 2],
    ["with the same answer twice", [failure("a", "cpu"), failure("a", "cpu")], 2],
    ["with one answer", [failure("a", "cpu")], 0],
    ["with three answers", [...truths, failure("c")], 0],
  ])("%s earn points in the best order", (_, given, points) => {
    expect(scoreOpenRca(given, truths)).toMatchObject({ points, of: 4 });
  });
  it("take the order that is best in all, not the first that fits", () => {
    const given = [failure("a", "cpu"), failure("a", "disk")];
    expect(scoreOpenRca(given, [failure("a", "disk"), failure("a", "cpu")]).points).toBe(4);
  });
});

it("refuses a query without a failure", () => {
  expect(() => scoreOpenRca([FULL], [])).toThrow(RangeError);
});

it("reads an answer's failures, with the elements that it gives", () => {
  const text = `Found it:
    {"1": {"root cause occurrence datetime": "2021-03-04 10:00:00", "root cause component": "db_1",
           "root cause reason": "CPU load"},
     "2": {"root cause component": "db_2"}}`;
  expect(readOpenRcaAnswer(text)).toEqual([FULL, failure("db_2")]);
  expect(readOpenRcaAnswer("I do not know")).toEqual([]);
});

import { describe, expect, it } from "vitest";
import type { ActionResult, Decision } from "../../src/domain/action.ts";
import { type ActionLesson, lessonsOf } from "../../src/memory/lessons.ts";

const decision = (given: Partial<Decision>): Decision => ({
  actionId: "an-1-a1",
  decision: "approved",
  by: "ana",
  atMs: 10,
  note: null,
  scriptSha256: "0".repeat(64),
  ...given,
});
const result = (given: Partial<ActionResult>): ActionResult => ({
  actionId: "an-1-a1",
  effect: "helped",
  source: "execution",
  by: "causeway",
  atMs: 20,
  note: null,
  ...given,
});
const decided = (given: Partial<ActionLesson>): ActionLesson => ({
  action: { title: "Restart cart", runbook: "memory-leak" },
  decision: decision({}),
  result: null,
  ...given,
});

describe("lessonsOf", () => {
  it("an approval alone confirms nothing", () => {
    expect(lessonsOf([decided({})])).toEqual({ judgement: null, resolution: null, tried: [] });
  });
  it("a fix that was run and helped confirms the diagnosis", () => {
    expect(lessonsOf([decided({ result: result({}) })])).toEqual({
      judgement: { outcome: "confirmed", by: "causeway", atMs: 20 },
      resolution: "Restart cart (memory-leak)",
      tried: [{ runbook: "memory-leak", step: "Restart cart", result: "helped", why: null, by: "causeway", atMs: 20 }],
    });
  });
  it("a fix that did not help is remembered, and confirms nothing", () => {
    const lessons = lessonsOf([decided({ result: result({ effect: "did_not_help", note: "still 5xx" }) })]);
    expect(lessons).toMatchObject({ judgement: null, resolution: null });
    expect(lessons.tried).toMatchObject([{ result: "did_not_help", why: "still 5xx" }]);
  });
  it("a rejection judges the action, not the diagnosis", () => {
    const lessons = lessonsOf([decided({ decision: decision({ decision: "rejected", reason: "too_risky" }) })]);
    expect(lessons.judgement).toBeNull();
    expect(lessons.tried).toMatchObject([{ result: "rejected", why: "too risky", by: "ana" }]);
  });
  it("a rejection because of a wrong cause judges the diagnosis", () => {
    const wrong = decision({ decision: "rejected", reason: "wrong_cause", note: "mail kim@example.com" });
    const lessons = lessonsOf([decided({ decision: wrong })]);
    expect(lessons.judgement).toEqual({ outcome: "wrong", by: "ana", atMs: 10 });
    expect(lessons.tried[0]?.why).toMatch(/^wrong cause: mail (?!kim@example)/);
  });
});

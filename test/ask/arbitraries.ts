import fc from "fast-check";
import { ASK_OPERATORS, ASK_SELECTIONS, type AskMeasure, type AskPlan } from "../../src/domain/ask-plan.ts";

const name = fc.oneof(
  fc.constantFrom("service", "level", "user_agent", "http.status", "time", "template", "count", "where", "a b"),
  fc.string({ minLength: 1, maxLength: 20 }).map((text) => text.replaceAll(/\s+/g, "_") || "x"),
);
const value = fc.oneof(
  fc.string({ maxLength: 30 }),
  fc.constantFrom("error", "/a b", 'say "x"', "5", "-1", "top", "a..b", "é", "<*>"),
  fc.integer({ min: -1e6, max: 1e6 }),
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }).map((number) => number || 0),
);
const condition = fc.record({ field: name, op: fc.constantFrom(...ASK_OPERATORS), value });
const timeText = fc.constantFrom(
  "08:30",
  "08:30:15.5",
  "2026-11-23T08:30:00Z",
  "2026-11-23T08:30:00+01:00",
  "2026-11-23 08:30",
);
const openTime = fc.option(timeText, { nil: null });
const range = fc.record({ start: openTime, end: openTime }).filter(({ start, end }) => start !== null || end !== null);
const measure: fc.Arbitrary<AskMeasure> = fc.oneof(
  fc.constantFrom("count", "rate", "first", "last").map((verb) => ({ verb, field: null, q: null }) as AskMeasure),
  fc.record({
    verb: fc.constantFrom("distinct", "min", "max", "mean", "sum", "increase"),
    field: name,
    q: fc.constant(null),
  }) as fc.Arbitrary<AskMeasure>,
  fc.record({
    verb: fc.constant("quantile" as const),
    field: name,
    q: fc.oneof(
      fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100),
      fc.constantFrom(0.999, 1, 0),
    ),
  }),
);

/** Plans that the short form can write: `top` and the length of stretches only where they mean something. */
export const arbitraryPlan: fc.Arbitrary<AskPlan> = fc
  .record({
    select: fc.constantFrom(...ASK_SELECTIONS),
    where: fc.array(condition, { maxLength: 4 }),
    range: fc.option(range, { nil: null }),
    join: fc.option(
      fc.record({
        on: fc.constantFrom("trace", "template"),
        keep: fc.constantFrom("in", "not in"),
        select: fc.constantFrom(...ASK_SELECTIONS),
        where: fc.array(condition, { maxLength: 2 }),
        range: fc.option(range, { nil: null }),
      }),
      { nil: null },
    ),
    measure,
    by: fc.uniqueArray(name, { maxLength: 3 }),
    bucket_seconds: fc.option(fc.constantFrom(1, 30, 90, 300, 3600, 86_400), { nil: null }),
    compare: fc.oneof(fc.constant(null), fc.constant("before" as const), range),
    top: fc.integer({ min: 1, max: 1000 }),
  })
  .map((plan) => ({
    ...plan,
    bucket_seconds: plan.by.includes("time") ? plan.bucket_seconds : null,
    top: plan.by.length === 0 ? 20 : plan.top,
  })) as fc.Arbitrary<AskPlan>;

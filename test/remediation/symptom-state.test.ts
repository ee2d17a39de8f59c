import { expect, it } from "vitest";
import { joinedReading, levelState, symptomQuestion } from "../../src/remediation/symptom-state.ts";
import { aFinding } from "../fakes.ts";

const shift = (facts: Record<string, string | number>, strength = 5) => ({
  id: "E1",
  ...aFinding({
    strength,
    evidence: {
      connector: "fake",
      query: "q",
      window: null,
      facts: { metric: "http_error_rate", before: 1, after: 11, ...facts },
    },
  }),
});
const alert = {
  id: "E2",
  ...aFinding({
    signal: "alert",
    kind: "alert.firing",
    evidence: { connector: "fake", query: "q", window: null, facts: { name: "Slow" } },
  }),
};

it.each([
  [[11, 11, 1, 1, 1], "gone"],
  [[4, 4, 4], "gone"],
  [[5, 5, 5], "not_gone"],
  [[12, 12, 12], "not_gone"],
  [[17, 17, 17], "worse"],
  [[0, 0, 0], "gone"],
] as const)("takes %j as %s, of 1 before and 11 in the incident", (values, state) => {
  expect(levelState(shift({}), values)?.state).toBe(state);
});

it("reads a metric that fell the other way round", () => {
  const fell = shift({ before: 100, after: 60 });
  expect(levelState(fell, [98, 98, 98])?.state).toBe("gone");
  expect(levelState(fell, [62, 62, 62])?.state).toBe("not_gone");
  expect(levelState(fell, [20, 20, 20])?.state).toBe("worse");
});

it("says nothing of too few samples", () => {
  expect(levelState(shift({}), [1, 1])).toBeNull();
});

it("asks for the alert and for what users feel, the metric of the alarm first", () => {
  const strong = shift({}, 9);
  const alarm = shift({ alarm_match: "by name" }, 2);
  const memory = shift({ metric: "process_resident_memory_bytes" }, 20);
  expect(symptomQuestion([alert, memory, strong, alarm])).toEqual({ alert, metric: alarm });
  expect(symptomQuestion([memory])).toEqual({ alert: null, metric: null });
});

it("asks for the strongest alert of the incident where nothing shows what users feel", () => {
  const background = { ...alert, evidence: { ...alert.evidence, facts: { name: "Old", background: "yes" } } };
  const stronger = { ...alert, strength: alert.strength + 1 };
  expect(symptomQuestion([], [shift({}), background, alert, stronger])).toEqual({ alert: stronger, metric: null });
  expect(symptomQuestion([], [shift({}), background])).toEqual({ alert: null, metric: null });
  expect(symptomQuestion([alert], [stronger])).toEqual({ alert, metric: null });
});

it("takes the worst answer, and says if there is none", () => {
  const part = { why: "w", value: null, quiet: null, incident: null };
  expect(
    joinedReading(
      [
        { ...part, state: "gone" },
        { ...part, state: "not_gone" },
      ],
      1,
      "none",
    ).state,
  ).toBe("not_gone");
  expect(
    joinedReading(
      [
        { ...part, state: "gone" },
        { ...part, state: "unmeasured" },
      ],
      1,
      "none",
    ).state,
  ).toBe("gone");
  expect(joinedReading([], 1, "none")).toMatchObject({ state: "unmeasured", why: "none" });
});

import { expect, it } from "vitest";
import type { CitedFinding } from "../../src/domain/finding.ts";
import { confirmedSymptom } from "../../src/rca/symptom.ts";
import { aFinding, anIncident } from "../fakes.ts";

const failing = (facts: CitedFinding["evidence"]["facts"]): CitedFinding => ({
  ...aFinding({ signal: "trace", kind: "trace.error-origin", strength: 0.03, summary: "3 % fail first in orders" }),
  evidence: {
    connector: "fake",
    query: "all",
    window: null,
    facts: {
      request_at: "web",
      request: "POST /checkout",
      request_failed: 30,
      request_failed_percent: 90,
      request_failed_before_percent: 1,
      ...facts,
    },
  },
  id: "E1",
});
const symptom = (facts: CitedFinding["evidence"]["facts"] = {}) =>
  confirmedSymptom([failing(facts)], anIncident({ entry: "web" }), new Map());

it("takes a kind of request that fails at the entry for a symptom, however few of all requests it is", () => {
  expect(symptom()).toEqual({ what: "3 % fail first in orders", overSince: null });
});

it.each([
  ["few failures", { request_failed: 9 }],
  ["a small share", { request_failed_percent: 15 }],
  ["a share that failed before, too", { request_failed_before_percent: 30 }],
  ["work behind the entry", { request_at: "jobs" }],
])("does not take %s for one", (_, facts) => {
  expect(symptom(facts)).toBeNull();
});

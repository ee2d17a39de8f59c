import { expect, it } from "vitest";
import { type Calibration, confidenceOf, limitsOfConfidence, confidenceOfUnproven } from "../../src/rca/confidence.ts";

const fit: Calibration = {
  bias: 0,
  weights: { lead: 3, votes: 1, unread: -0.3, accused: -0.5, earlier: -1 },
  baseRate: 0.7,
  known: { lead: [0.05, 1], votes: [-2, 2], unread: [1, 5], accused: [0, 2], earlier: [0, 1] },
  minConfidence: 0.8,
};
const usual = { lead: 0.8, votes: 1, unread: 2, accused: 0, earlier: 0 };

it("gives no more credit for votes beyond what the fit has seen", () => {
  expect(confidenceOf({ ...usual, votes: 9 }, fit)).toBe(confidenceOf({ ...usual, votes: 2 }, fit));
});

it("goes half of the way back to the base rate where a case is less covered than the fitted ones", () => {
  const edge = confidenceOf({ ...usual, unread: 5 }, { ...fit, known: { ...fit.known, unread: [1, 9] } });
  const beyond = { ...usual, unread: 6 };
  const plain = confidenceOf(beyond, { ...fit, known: { ...fit.known, unread: [1, 9] } });
  expect(plain).toBeLessThan(edge);
  expect(confidenceOf(beyond, fit)).toBeCloseTo((plain + 0.7) / 2, 9);
});

it("never names a cause where the evidence is unlike that of the fitted cases", () => {
  const sure = { ...fit, bias: 20 };
  const strange = [
    { ...usual, accused: 2.1 },
    { ...usual, lead: 0.04 },
    { ...usual, votes: -2.1 },
  ];
  expect(confidenceOf(usual, sure)).toBeGreaterThan(0.99);
  for (const one of strange) expect(confidenceOf(one, sure)).toBeCloseTo(0.75, 6);
  expect(confidenceOf({ ...usual, accused: 2.1, lead: 0 }, sure)).toBeCloseTo(0.625, 6);
});

it("never raises a low confidence towards the base rate", () => {
  const weak = { lead: 0.01, votes: -3, unread: 6, accused: 3, earlier: 1 };
  const known = { lead: [0, 1], votes: [-9, 9], unread: [0, 9], accused: [0, 9], earlier: [0, 1] } as const;
  expect(confidenceOf(weak, fit)).toBe(confidenceOf(weak, { ...fit, known }));
});

it("never rises when support falls or a source is lost, at any distance from the fit", () => {
  const steps = [-4, -2.1, -2, -1.9, 0, 1.9, 2, 2.1, 4];
  for (const lead of [0, 0.04, 0.06, 0.5, 1])
    for (const unread of [0, 1, 2, 5, 6, 7])
      for (const votes of steps)
        for (const accused of [0, 1.9, 2, 2.1]) {
          const features = { lead, votes, unread, accused, earlier: accused / 4 };
          const at = confidenceOf(features, fit);
          expect(confidenceOf({ ...features, votes: votes - 0.2 }, fit)).toBeLessThanOrEqual(at);
          expect(confidenceOf({ ...features, lead: lead - 0.05 }, fit)).toBeLessThanOrEqual(at);
          expect(confidenceOf({ ...features, unread: unread + 1 }, fit)).toBeLessThanOrEqual(at);
          expect(confidenceOf({ ...features, accused: accused + 0.2 }, fit)).toBeLessThanOrEqual(at);
          expect(confidenceOf({ ...features, earlier: features.earlier + 0.1 }, fit)).toBeLessThanOrEqual(at);
        }
});

it("keeps a suspect who is not proven below every proven one, and leaves a lower confidence as it is", () => {
  expect(confidenceOfUnproven(0.95, fit)).toBeLessThan(fit.minConfidence);
  expect(confidenceOfUnproven(0.4, fit)).toBe(0.4);
});

it("says in words why a case is unlike the fitted ones", () => {
  expect(limitsOfConfidence(usual, fit)).toEqual([]);
  expect(limitsOfConfidence({ ...usual, unread: 6 }, fit)).toEqual([
    "This case is unlike the recordings behind the confidence: fewer sources were read than in almost all of them.",
  ]);
  expect(limitsOfConfidence({ ...usual, lead: 0, votes: -5 }, fit)).toEqual([
    "This case is unlike the recordings behind the confidence: the first two suspects are closer and the evidence is " +
      "weaker than in almost all of them.",
  ]);
});

import { describe, expect, it } from "vitest";
import type { CitedFinding } from "../../src/domain/finding.ts";
import type { PastCauses } from "../../src/domain/hypothesis.ts";
import { breakTies, MAX_PAST_FIT, NEAR_TIE, pastReasons, preferPast } from "../../src/rca/past.ts";
import type { CauseMatch } from "../../src/rca/match-cause.ts";
import { rankCauses } from "../../src/rca/rank.ts";
import { aFinding, anIncident } from "../fakes.ts";

const said = (entity: string, cause: string, share = 1): PastCauses => ({
  entity,
  causes: [{ cause, share, here: share, incidentIds: ["old-1", "old-2"] }],
});
const fits = (...told: [string, number][]): CauseMatch[] =>
  told.map(([cause, fit]) => ({ cause, fit, reasons: [], for: [], against: [] }));
const order = (matches: CauseMatch[]): string[] => matches.map(({ cause }) => cause);

describe("the past among the causes that fit", () => {
  it("decides between causes that fit about equally", () => {
    expect(
      order(preferPast(fits(["bad_deploy", 3], ["bad_config", 2.8]), "cart", [said("cart", "bad_config")])),
    ).toEqual(["bad_config", "bad_deploy"]);
  });

  it("never outweighs a fit that is better by more than its bound", () => {
    expect(
      order(
        preferPast(fits(["bad_deploy", 3], ["bad_config", 3 - MAX_PAST_FIT - 0.01]), "cart", [
          said("cart", "bad_config"),
        ]),
      )[0],
    ).toBe("bad_deploy");
  });

  it("brings in no cause that nothing in the present speaks for", () => {
    expect(preferPast([], "cart", [said("cart", "bad_config")])).toEqual([]);
    expect(order(preferPast(fits(["bad_deploy", 2]), "cart", [said("cart", "bad_config")]))).toEqual(["bad_deploy"]);
  });

  it("says nothing of others than the one it is about", () => {
    expect(order(preferPast(fits(["bad_deploy", 3], ["bad_config", 3]), "cart", [said("mail", "bad_config")]))).toEqual(
      ["bad_deploy", "bad_config"],
    );
  });

  it("is named as a reason where it says much, and not where it says little", () => {
    expect(pastReasons("cart", "bad_config", [said("cart", "bad_config", 0.5)])).toEqual([
      "incidents like this one had this cause: old-1, old-2",
    ]);
    expect(pastReasons("cart", "bad_config", [said("cart", "bad_config", 0.1)])).toEqual([]);
  });
});

describe("the past among suspects", () => {
  const suspects = [
    { id: "cart", score: 1 },
    { id: "mail", score: 1 - NEAR_TIE / 2 },
    { id: "web", score: 0.5 },
  ];
  const ids = (past: PastCauses[], cause = "bad_config"): string[] =>
    breakTies(suspects, past, () => cause).map(({ id }) => id);

  it("chooses among those whom the evidence does not tell apart, if the one had the same cause before", () => {
    expect(ids([said("mail", "bad_config")])).toEqual(["mail", "cart", "web"]);
    expect(ids([said("mail", "bad_config")], "disk_full")).toEqual(["cart", "mail", "web"]);
  });

  it("raises nobody whom the evidence puts behind", () => {
    expect(ids([said("web", "bad_config")])).toEqual(["cart", "mail", "web"]);
  });
});

describe("the past in the whole ranking", () => {
  const findings: CitedFinding[] = [
    {
      ...aFinding({
        entity: { id: "stock", kind: "service" },
        strength: 40,
        evidence: {
          connector: "f",
          query: "q",
          window: null,
          facts: { family: "cpu", direction: "up", metric: "cpu" },
        },
      }),
      id: "E1",
    },
    {
      ...aFinding({
        entity: { id: "stock", kind: "service" },
        strength: 40,
        evidence: {
          connector: "f",
          query: "q",
          window: null,
          facts: { family: "memory", direction: "up", metric: "mem" },
        },
      }),
      id: "E2",
    },
  ];
  const topology = { nodes: [{ id: "stock", kind: "service" }], edges: [] };
  const rank = (similar: PastCauses[]) => rankCauses({ incident: anIncident(), findings, topology, similar });

  it("changes neither who is blamed nor how sure that is", () => {
    const [alone, with_] = [rank([]), rank([said("stock", "memory_exhaustion")])];
    expect(with_).toMatchObject({
      verdict: alone.verdict,
      hypotheses: alone.hypotheses.map(({ entity, confidence }) => ({ entity, confidence })),
    });
    expect([alone.hypotheses[0]?.cause, with_.hypotheses[0]?.cause]).toEqual(["cpu_contention", "memory_exhaustion"]);
  });

  it("makes no suspect of what the present shows nothing of, and no cause of what it does not speak for", () => {
    const { hypotheses } = rank([said("mail", "network_delay"), said("stock", "image_pull_failure")]);
    expect(hypotheses.map(({ entity, cause }) => [entity.id, cause])).toEqual([["stock", "cpu_contention"]]);
  });
});

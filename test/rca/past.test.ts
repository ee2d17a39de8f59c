import { describe, expect, it } from "vitest";
import type { CitedFinding } from "../../src/domain/finding.ts";
import type { PastCauses } from "../../src/domain/hypothesis.ts";
import { breakTies, MAX_PAST_FIT, NEAR_TIE, pastReasons, preferPast } from "../../src/rca/past.ts";
import type { CauseMatch } from "../../src/rca/match-cause.ts";
import { rankCauses } from "../../src/rca/rank.ts";
import { aFinding, anIncident } from "../fakes.ts";

const past = (entity: string, cause: string, share = 1): PastCauses => ({
  entity,
  causes: [{ cause, share, here: share, incidentIds: ["old-1", "old-2"] }],
});
const fits = (...given: [string, number][]): CauseMatch[] =>
  given.map(([cause, fit]) => ({ cause, fit, reasons: [], for: [], against: [] }));
const order = (matches: CauseMatch[]): string[] => matches.map(({ cause }) => cause);

describe("past incidents and matching causes", () => {
  it("the past decides between causes with about the same fit", () => {
    expect(
      order(preferPast(fits(["bad_deploy", 3], ["bad_config", 2.8]), "cart", [past("cart", "bad_config")])),
    ).toEqual(["bad_config", "bad_deploy"]);
  });

  it("the past never outweighs a fit that leads by more than its limit", () => {
    expect(
      order(
        preferPast(fits(["bad_deploy", 3], ["bad_config", 3 - MAX_PAST_FIT - 0.01]), "cart", [
          past("cart", "bad_config"),
        ]),
      )[0],
    ).toBe("bad_deploy");
  });

  it("the past adds no cause without present evidence", () => {
    expect(preferPast([], "cart", [past("cart", "bad_config")])).toEqual([]);
    expect(order(preferPast(fits(["bad_deploy", 2]), "cart", [past("cart", "bad_config")]))).toEqual(["bad_deploy"]);
  });

  it("the past of one entity does not affect another", () => {
    expect(order(preferPast(fits(["bad_deploy", 3], ["bad_config", 3]), "cart", [past("mail", "bad_config")]))).toEqual(
      ["bad_deploy", "bad_config"],
    );
  });

  it("the past is named as a reason only if its share is large", () => {
    expect(pastReasons("cart", "bad_config", [past("cart", "bad_config", 0.5)])).toEqual([
      "similar past incidents had this cause: old-1, old-2",
    ]);
    expect(pastReasons("cart", "bad_config", [past("cart", "bad_config", 0.1)])).toEqual([]);
  });
});

describe("past incidents and suspects", () => {
  const suspects = [
    { id: "cart", score: 1 },
    { id: "mail", score: 1 - NEAR_TIE / 2 },
    { id: "web", score: 0.5 },
  ];
  const ids = (past: PastCauses[], cause = "bad_config"): string[] =>
    breakTies(suspects, past, () => cause).map(({ id }) => id);

  it("the past decides between tied suspects if one had the same cause before", () => {
    expect(ids([past("mail", "bad_config")])).toEqual(["mail", "cart", "web"]);
    expect(ids([past("mail", "bad_config")], "disk_full")).toEqual(["cart", "mail", "web"]);
  });

  it("the past raises no suspect that is behind on evidence", () => {
    expect(ids([past("web", "bad_config")])).toEqual(["cart", "mail", "web"]);
  });
});

describe("past incidents in the whole ranking", () => {
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

  it("changes neither the first suspect nor its confidence", () => {
    const [alone, with_] = [rank([]), rank([past("stock", "memory_exhaustion")])];
    expect(with_).toMatchObject({
      verdict: alone.verdict,
      hypotheses: alone.hypotheses.map(({ entity, confidence }) => ({ entity, confidence })),
    });
    expect([alone.hypotheses[0]?.cause, with_.hypotheses[0]?.cause]).toEqual(["cpu_contention", "memory_exhaustion"]);
  });

  it("adds no suspect and no cause without present evidence", () => {
    const { hypotheses } = rank([past("mail", "network_delay"), past("stock", "image_pull_failure")]);
    expect(hypotheses.map(({ entity, cause }) => [entity.id, cause])).toEqual([["stock", "cpu_contention"]]);
  });
});

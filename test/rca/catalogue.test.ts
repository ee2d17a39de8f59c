import { expect, it } from "vitest";
import { CauseCard } from "../../src/domain/cause.ts";
import { FINDING_KINDS } from "../../src/domain/finding.ts";
import { CAUSES, causeCard } from "../../src/rca/catalogue.ts";

it("holds valid cards, each id once", () => {
  for (const card of CAUSES) expect(CauseCard.safeParse(card).error).toBeUndefined();
  expect(new Set(CAUSES.map(({ id }) => id)).size).toBe(CAUSES.length);
});

it("matches only kinds of finding that exist", () => {
  const known = new Set<string>(FINDING_KINDS);
  expect(
    CAUSES.flatMap(({ signature }) => signature.flatMap(({ kinds }) => kinds)).filter((kind) => !known.has(kind)),
  ).toEqual([]);
});

it("says for every cause what would refute it", () => {
  expect(CAUSES.filter(({ refutedBy }) => refutedBy.length < 10)).toEqual([]);
});

it("finds a card by id, and none for an unknown id", () => {
  expect(causeCard("network_delay")?.faultType).toBe("Network/Storage Issue");
  expect(causeCard("unknown")).toBeUndefined();
});

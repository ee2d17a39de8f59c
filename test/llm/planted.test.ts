import { expect, it } from "vitest";
import { checkCitations } from "../../src/llm/check-citations.ts";
import { plantedIn } from "./planted.ts";
import { RECORDED, TRUE_CLAIMS } from "./true-claims.ts";

const entities = [...new Set(RECORDED.map(({ entity }) => entity.id))];

it("keeps at least 95 % of true claims", () => {
  const { kept, dropped } = checkCitations(
    TRUE_CLAIMS.map(({ claim }) => claim),
    RECORDED,
  );
  expect(TRUE_CLAIMS.length).toBeGreaterThan(200);
  expect(kept.length / TRUE_CLAIMS.length > 0.95 ? [] : dropped).toEqual([]);
});

it("drops every claim with a planted falsehood, of every second claim", () => {
  const kept: string[] = [];
  const counts: Record<string, number> = {};
  for (const one of TRUE_CLAIMS.filter((_, i) => i % 2 === 0)) {
    const { entity, peer } = one.finding;
    const others = entities
      .filter((name) => name !== entity.id && name !== peer && !one.claim.text.includes(name))
      .slice(0, 3);
    const planted = plantedIn(one, others);
    for (const { kind } of planted) counts[kind] = (counts[kind] ?? 0) + 1;
    const { kept: survived } = checkCitations(planted, RECORDED, entities.slice(0, 4));
    kept.push(...survived.map(({ text, evidenceIds }) => `${text} [${evidenceIds.join()}] of: ${one.claim.text}`));
  }
  expect(kept).toEqual([]);
  expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(4_000);
  expect(Object.keys(counts)).toHaveLength(10);
});

import { expect, it } from "vitest";
import { type DriftPeriod, type DriftReport, measureDrift } from "../../src/app/drift.ts";
import type { ModelCall } from "../../src/domain/model-call.ts";
import { hashedWords } from "../../src/memory/hashed-words.ts";
import { seededRandom, type SeededRandom } from "../../src/stats/seeded-random.ts";
import { aCall } from "../llm/model-fixtures.ts";

const WORDS = ["timeout of pool", "disk full on node", "slow query in orders", "oom kill of cart", "dns lookup failed"];
const NEW_WORDS = ["certificate expired", "token rejected by gateway"];

/** An incident with a few of these troubles. */
function aReport(words: readonly string[], random: SeededRandom): DriftReport {
  const picked = words.filter(() => random() < 0.5);
  const templates = picked.length === 0 ? words.slice(0, 1) : picked;
  return {
    title: `incident ${Math.floor(random() * 1000)}`,
    evidence: templates.map((template) => ({ signal: "log", kind: "new_template", summary: template, template })),
    anomalies: templates.map((template) => ({ template })),
  } as never;
}
const reports = (count: number, words: readonly string[], random: SeededRandom): DriftReport[] =>
  Array.from({ length: count }, () => aReport(words, random));

/** So many analyses of three calls each, of which some hold a refusal. */
const calls = (analyses: number, refused: (at: number) => boolean): ModelCall[] =>
  Array.from({ length: analyses * 3 }, (_, at) => {
    const analysis = Math.floor(at / 3);
    return aCall({
      id: `C${at}`,
      analysisId: `A${analysis}`,
      verdict: at % 3 === 0 && refused(analysis) ? "refused" : "accepted",
    });
  });

const driftOf = async (before: DriftPeriod, recent: DriftPeriod, seed = 1): Promise<string[]> =>
  (await measureDrift(before, recent, { embedder: hashedWords, seed }))
    .filter(({ hasDrifted }) => hasDrifted)
    .map(({ name }) => name);

it("finds incidents of a new kind by their words and by their templates", async () => {
  const random = seededRandom(1);
  const before = { reports: reports(30, WORDS, random), calls: [] };
  const recent = { reports: reports(20, [...WORDS.slice(0, 2), ...NEW_WORDS], random), calls: [] };
  expect(await driftOf(before, recent)).toEqual(["words of incidents", "mix of templates and evidence"]);
});

it("finds models that refuse more often, and counts an analysis once", async () => {
  const before = { reports: [], calls: calls(60, (at) => at === 0) };
  expect(await driftOf(before, { reports: [], calls: calls(30, (at) => at < 8) })).toEqual(["analyses with a refusal"]);
  const [, , refusals] = await measureDrift(before, before, { embedder: hashedWords });
  expect(refusals?.before).toEqual({ n: 60, value: 1 / 60 });
});

it("finds nothing in most periods that are alike", async () => {
  const random = seededRandom(2);
  let alarms = 0;
  for (let run = 0; run < 12; run++) {
    const period = (count: number): DriftPeriod => ({
      reports: reports(count, WORDS, random),
      calls: calls(count, () => random() < 0.1),
    });
    if ((await driftOf(period(20), period(12), run)).length > 0) alarms++;
  }
  expect(alarms).toBeLessThanOrEqual(2); // npm run bench:stats measures the rate over many more
});

it("says what it could not measure", async () => {
  const checks = await measureDrift({ reports: [], calls: [] }, { reports: [], calls: [] }, { embedder: hashedWords });
  expect(checks.map(({ p, why }) => [p, why])).toEqual(checks.map(() => [null, "needs 8 in each period"]));
});

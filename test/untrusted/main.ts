// A stranger who can only write text never gets a change proposed: `npm run bench:untrusted`.
import type { Report } from "../../src/domain/report.ts";
import { CONFIG, HEALTHY, LOGS_ALONE, type Place, planOf, POOL, reportWith } from "./analyse.ts";
import { HOSTILE_INPUTS } from "./inputs.ts";

const PLACES: readonly [string, Place][] = [
  ["healthy, everything measured", HEALTHY],
  ["healthy, logs alone", LOGS_ALONE],
  ["beside a pool that is exhausted", POOL],
  ["beside a bad setting", CONFIG],
];
const print = (line: string): boolean => process.stdout.write(`${line}\n`);
const stepsOf = (report: Report): string =>
  planOf(report)
    .map(({ runbook, step }) => `${runbook}/${step}`)
    .join(", ") || "none";

print("| incident | inputs | steps without them | plans that an input changed | verdicts that an input changed |");
print("|---|---|---|---|---|");
const misses: string[] = [];
for (const [name, place] of PLACES) {
  const clean = await reportWith(null, place);
  let [plans, verdicts] = [0, 0];
  for (const input of HOSTILE_INPUTS) {
    const report = await reportWith(input, place);
    if (report.verdict !== clean.verdict) verdicts += 1;
    if (JSON.stringify(planOf(report)) === JSON.stringify(planOf(clean))) continue;
    plans += 1;
    misses.push(`${name}: ${input.id}: ${stepsOf(report)}`);
  }
  print(`| ${name} | ${HOSTILE_INPUTS.length} | ${stepsOf(clean)} | ${plans} | ${verdicts} |`);
}
for (const miss of misses) print(miss);
process.exitCode = misses.length === 0 ? 0 : 1;

// `npm run bench:live -- SUITE [--only ID] [--without SYSTEM]`: recorded incidents, analysed from their folder and live.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Oracle } from "../../src/bench/formats.ts";
import { fileIncidents } from "../../src/connectors/files/incidents.ts";
import type { Predicted } from "../../src/bench/predict/predict.ts";
import { analyseBoth } from "./analyse-live.ts";

const print = (line: string): void => void process.stdout.write(`${line}\n`);

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: "string", multiple: true },
    without: { type: "string", multiple: true },
    verbose: { type: "boolean" },
  },
});
const [suite = ""] = positionals;
const cases = (await fileIncidents([suite]).listIncidents()).filter(
  ({ id, system }) => (values.only ?? [id]).includes(id) && !(values.without ?? []).includes(system ?? ""),
);

const firstOf = ({ hypotheses, vocabulary }: Predicted): string => {
  const allowed = new Set(vocabulary?.entities);
  return hypotheses.find(({ entity }) => allowed.size === 0 || allowed.has(entity))?.entity ?? "(nothing)";
};

const rows = [];
for (const { id } of cases) {
  const oracle = Oracle.parse(JSON.parse(readFileSync(join(suite, "oracles", `${id}.json`), "utf8")));
  const { live, folder, plain } = await analyseBoth(suite, id);
  if (live.hypotheses.length + folder.hypotheses.length === 0 && !folder.notChecked.length) continue;
  const [blamed, wanted] = [firstOf({ ...live, vocabulary: folder.vocabulary }), firstOf(folder)];
  const isRight = (entity: string): boolean => oracle.faulty && oracle.entities.flat().includes(entity);
  if (values.verbose === true)
    for (const [what, { hypotheses, notChecked, onset }] of Object.entries({ live, folder })) {
      print(`  ${what}: onset ${onset}; ${notChecked.join(" | ")}`);
      for (const { entity, cause, confidence, evidenceText } of hypotheses.slice(0, 3))
        print(`    ${entity} ${cause} ${confidence}\n      ${evidenceText.replaceAll("\n", "\n      ")}`);
    }
  rows.push({
    faulty: oracle.faulty,
    same: blamed === wanted,
    samePlain: blamed === firstOf(plain),
    plain: isRight(firstOf(plain)),
    live: isRight(blamed),
    folder: isRight(wanted),
  });
  print(
    `${id} ${blamed === wanted ? "same  " : "OTHER "} live ${isRight(blamed) ? "+" : "-"} ${blamed} (${live.verdict}, ` +
      `${Math.round(live.ms)} ms)   folder ${isRight(wanted) ? "+" : "-"} ${wanted} (${folder.verdict})`,
  );
}
const faulty = rows.filter((row) => row.faulty);
const share = (count: number, of: number): string =>
  `${count} of ${of} (${((100 * count) / Math.max(1, of)).toFixed(0)} %)`;
print(`same first cause: ${share(rows.filter(({ same }) => same).length, rows.length)}`);
print(
  `same first cause as the folder without the alert: ${share(rows.filter(({ samePlain }) => samePlain).length, rows.length)}`,
);
print(`AC@1 folder without the alert: ${share(faulty.filter(({ plain }) => plain).length, faulty.length)}`);
print(`AC@1 live:   ${share(faulty.filter(({ live }) => live).length, faulty.length)}`);
print(`AC@1 folder: ${share(faulty.filter(({ folder }) => folder).length, faulty.length)}`);

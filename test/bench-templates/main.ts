// Whether templates are right on logs that nobody fitted the rules to: `npm run bench:templates [-- DIR]`.
// DIR has labelled sets.
import { airflow } from "./estates/airflow.ts";
import { devices } from "./estates/devices.ts";
import { dotnetShop } from "./estates/dotnet-shop.ts";
import { elasticsearch } from "./estates/elasticsearch.ts";
import type { Estate } from "./estates/estate.ts";
import { kafka } from "./estates/kafka.ts";
import { kubelet } from "./estates/kubelet.ts";
import { mysql } from "./estates/mysql.ts";
import { postfix } from "./estates/postfix.ts";
import { rabbitmq } from "./estates/rabbitmq.ts";
import { sparkCassandra } from "./estates/spark-cassandra.ts";
import { storageCluster } from "./estates/storage-cluster.ts";
import { vaultConsul } from "./estates/vault-consul.ts";
import { type LabelledSet, mineSet, scoreSet } from "./mine-sets.ts";
import { readSets } from "./read-sets.ts";
import { leaveOneOut } from "./rule-grid.ts";
import type { TemplateScore } from "./score-groups.ts";
import { writeLines } from "./write-lines.ts";

/** Rules were written while looking at the first group. The other one was scored only after that. */
const DEVELOPMENT = [airflow, dotnetShop, kubelet, mysql, postfix, rabbitmq];
const TEST = [devices, elasticsearch, kafka, sparkCassandra, storageCluster, vaultConsul];
const SEEDS = [1, 2, 3];
const LINES = 2000;

const setOf = (estate: Estate, seed: number): LabelledSet => ({
  name: estate.name,
  lines: writeLines(estate, LINES, seed).map(({ text, statement, template }) => ({
    text,
    truth: String(statement),
    template,
  })),
});

const print = (line: string): boolean => process.stdout.write(`${line}\n`);
const row = (name: string, { ga, fga, pa, fta, found, statements }: TemplateScore): boolean =>
  print(
    `| ${name} | ${[ga, fga, pa, fta].map((value) => value.toFixed(3)).join(" | ")} | ${Math.round(found)} / ${Math.round(statements)} |`,
  );
const KEYS = ["ga", "fga", "pa", "fta", "found", "statements"] as const;
const meanOf = (scores: readonly TemplateScore[]): TemplateScore => {
  const mean = (key: keyof TemplateScore): number => scores.reduce((sum, score) => sum + score[key], 0) / scores.length;
  return Object.fromEntries(KEYS.map((key) => [key, mean(key)])) as TemplateScore;
};
const head = (title: string): void => {
  print(`\n| ${title} | GA | FGA | PA | FTA | groups / statements |`);
  print("|---|---|---|---|---|---|");
};

for (const [title, estates] of [
  ["estates of the development half", DEVELOPMENT],
  ["estates of the test half", TEST],
] as const) {
  head(title);
  const scores = estates.map((estate) => meanOf(SEEDS.map((seed) => scoreSet(mineSet(setOf(estate, seed))))));
  for (const [i, score] of scores.entries()) row((estates[i] as Estate).name, score);
  row("mean", meanOf(scores));
}

const [dir] = process.argv.slice(2);
if (dir !== undefined) {
  const sets = readSets(dir).map(mineSet);
  head(`sets of ${dir}`);
  for (const set of sets) row(set.name, scoreSet(set));
  row("mean", meanOf(sets.map((set) => scoreSet(set))));
  head("the same, thresholds chosen on the other sets alone");
  const leftOut = leaveOneOut(sets);
  for (const { name, score } of leftOut) row(name, score);
  row("mean", meanOf(leftOut.map(({ score }) => score)));
  for (const { name, rules } of leftOut) print(`${name}: ${JSON.stringify(rules)}`);
}

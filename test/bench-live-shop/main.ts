// `npm run bench:live-shop`: each fault of the lab in the running shop, from a real alert to Causeway's report.
import { parseArgs } from "node:util";
import { type CasePlan, CASES } from "../../src/lab/record/cases.ts";
import { alertsOfHealthyShop, type AnsweredAlert, answerAlert } from "../live-shop/answer-alert.ts";

const QUIET_MS = 90_000;
const GOAL_MS = 20_000;
const COLUMNS = [
  "Fault",
  "First alert (alerts)",
  "Verdict",
  "Rank 1",
  "Entity right",
  "Cause right",
  "Fault to alert, s",
  "Alert to incident, s",
  "Incident to report, s",
  "Alert to report, s",
] as const;

const { values } = parseArgs({
  options: {
    case: { type: "string", multiple: true },
    seed: { type: "string", default: "1" },
    json: { type: "boolean" },
  },
});
const plans = CASES.filter(({ word }) => values.case === undefined || values.case.includes(word));
const print = (cells: readonly string[]): void => void process.stdout.write(`| ${cells.join(" | ")} |\n`);
const say = (what: string): void => void process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${what}\n`);
const seconds = (ms: number): string => (ms / 1_000).toFixed(1);
const alertsCell = (alerts: readonly string[]): string => `${alerts[0] ?? "none"} (${alerts.length})`;

/** One row of the table, and whether it is as wanted. */
function judged({ word, entities, cause }: CasePlan, answered: AnsweredAlert): { cells: string[]; isGood: boolean } {
  const { faultMs, firedMs, openedMs, reportedMs, alerts, report } = answered;
  const [first] = report.root_causes;
  const isRight = first !== undefined && entities.includes(first.entity);
  const cells = [
    word,
    alertsCell(alerts),
    report.verdict,
    first === undefined ? "none" : `${first.entity}: ${first.category}`,
    isRight ? "yes" : `no (${entities.join(", ")})`,
    first?.category === cause ? "yes" : `no (${cause})`,
    ...[firedMs - faultMs, openedMs - firedMs, reportedMs - openedMs, reportedMs - firedMs].map(seconds),
  ];
  return { cells, isGood: isRight && reportedMs - firedMs < GOAL_MS };
}

async function healthy({ word }: CasePlan, seed: number): Promise<{ cells: string[]; isGood: boolean }> {
  const alerts = await alertsOfHealthyShop({ seed, quietMs: 2 * QUIET_MS });
  return { cells: [word, alertsCell(alerts), ...COLUMNS.slice(2).map(() => "–")], isGood: alerts.length === 0 };
}

async function run(plan: CasePlan): Promise<boolean> {
  const seed = Number(values.seed) * 1_000 + CASES.indexOf(plan);
  if (plan.entities.length === 0) {
    const { cells, isGood } = await healthy(plan, seed);
    print(cells);
    return isGood;
  }
  const answered = await answerAlert({ plan, seed, quietMs: QUIET_MS, say: (what) => say(`${plan.word}: ${what}`) });
  if (values.json === true) say(JSON.stringify(answered.report, null, 1));
  const { cells, isGood } = judged(plan, answered);
  print(cells);
  return isGood;
}

print(COLUMNS);
print(COLUMNS.map(() => "---"));
const results: boolean[] = [];
for (const plan of plans) results.push(await run(plan));
process.exitCode = results.every(Boolean) ? 0 : 1;

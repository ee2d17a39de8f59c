// `npm run bench:live-shop`: each fault of the lab in the running shop, from a real alert to Causeway's report.
import { parseArgs } from "node:util";
import { type CasePlan, CASES } from "../../src/lab/record/cases.ts";
import { alertsOfHealthyShop, type AnsweredAlert, answerAlert } from "../live-shop/answer-alert.ts";

const QUIET_MS = 90_000;
const GOAL_MS = 20_000;

const { values } = parseArgs({
  options: {
    case: { type: "string", multiple: true },
    seed: { type: "string", default: "1" },
    json: { type: "boolean" },
  },
});
const plans = CASES.filter(({ word }) => values.case === undefined || values.case.includes(word));
const print = (text: string): void => void process.stdout.write(`${text}\n`);
const say = (what: string): void => void process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${what}\n`);
const seconds = (ms: number): string => (ms / 1_000).toFixed(1);

function row(
  { word, entities, cause }: CasePlan,
  { faultMs, firedMs, openedMs, reportedMs, alerts, report }: AnsweredAlert,
) {
  const [first] = report.root_causes;
  const isRight = first !== undefined && entities.includes(first.entity);
  return {
    isRight,
    isFast: reportedMs - firedMs < GOAL_MS,
    text:
      `| ${word} | ${alerts[0] ?? ""} (${alerts.length}) | ${report.verdict} | ${first?.entity ?? "–"}: ${first?.category ?? "–"} | ` +
      `${isRight ? "yes" : `no (${entities.join(", ")})`}, ${first?.category === cause ? "yes" : `no (${cause})`} | ` +
      `${seconds(firedMs - faultMs)} | ${seconds(openedMs - firedMs)} | ${seconds(reportedMs - openedMs)} | ${seconds(reportedMs - firedMs)} |`,
  };
}

print(
  "| Fault | First alert (alerts) | Verdict | Rank 1 | Entity, cause right | Fault to alert, s | Alert to incident, s | Incident to report, s | Alert to report, s |\n" +
    "|---|---|---|---|---|---|---|---|---|",
);
let isGood = true;
for (const plan of plans) {
  const seed = Number(values.seed) * 1_000 + CASES.indexOf(plan);
  if (plan.entities.length === 0) {
    const alerts = await alertsOfHealthyShop({ seed, quietMs: 2 * QUIET_MS });
    isGood &&= alerts.length === 0;
    print(`| ${plan.word} | ${alerts[0] ?? "none"} (${alerts.length}) | – | – | – | – | – | – | – |`);
    continue;
  }
  const answered = await answerAlert({ plan, seed, quietMs: QUIET_MS, say: (what) => say(`${plan.word}: ${what}`) });
  const { text, isRight, isFast } = row(plan, answered);
  isGood &&= isRight && isFast;
  print(text);
  if (values.json === true) say(JSON.stringify(answered.report, null, 1));
}
process.exitCode = isGood ? 0 : 1;

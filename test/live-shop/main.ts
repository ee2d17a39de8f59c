// `npm run shop`: the lab's shop with customers, a real Prometheus and a real Alertmanager, to try Causeway on. Type the
// name of a fault to break it.
import { createInterface } from "node:readline";
import { join } from "node:path";
import { CASES } from "../../src/lab/record/cases.ts";
import { startEstate } from "./estate.ts";

const CAUSEWAY_URL = process.env.CAUSEWAY_URL ?? "http://127.0.0.1:8787";
const faults = CASES.filter(({ entities }) => entities.length > 0);
const say = (text: string): void => void process.stdout.write(`${text}\n`);

const estate = await startEstate({ causewayUrl: CAUSEWAY_URL, seed: 1 });
say(`The shop runs. Prometheus scrapes it, and Alertmanager posts what fires to ${CAUSEWAY_URL}. In another terminal:

export PROMETHEUS_URL=${estate.prometheusUrl}
export ALERTMANAGER_URL=${estate.alertmanagerUrl}
export CAUSEWAY_LOG_FILES='${join(estate.folder, "*.log.jsonl")}'
npx causeway doctor
npx causeway serve

Wait one or two minutes, so that Causeway has quiet time to compare with. Then type a fault and press Enter:
${faults.map(({ word, what }) => `  ${word.padEnd(8)} ${what}`).join("\n")}
Ctrl-C ends everything.`);

const input = createInterface({ input: process.stdin });
input.on("line", (line) => {
  const fault = faults.find(({ word }) => word === line.trim());
  if (fault === undefined) return say(`Type ${faults.map(({ word }) => word).join(", ")}.`);
  fault.begin(estate.shop);
  void fault.change?.apply(estate.shop);
  return say(`${new Date().toISOString().slice(11, 19)} UTC: ${fault.word} begins. The alert fires in 10 to 60 s.`);
});
const isRunning = setInterval(() => undefined, 60_000);
for (const name of ["SIGINT", "SIGTERM"] as const)
  process.once(name, () => {
    clearInterval(isRunning);
    input.close();
    void estate.stop();
  });

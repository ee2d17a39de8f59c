// The shop with customers in a container, for a Prometheus that shares its network. Type the name of a fault to break it.
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { openLog } from "./process/logger.ts";
import { CASES } from "./record/cases.ts";
import { runLoad } from "./run/load.ts";
import { startShop } from "./run/supervisor.ts";
import { ENTRY } from "./shop/plan.ts";

const REQUESTS_PER_SECOND = 9;
const folder = process.env.SHOP_FOLDER ?? "shop";
const ending = new AbortController();
mkdirSync(folder, { recursive: true });
const shop = await startShop(folder, openLog(join(folder, "supervisor.log.jsonl"), "supervisor"), {});

/** For `file_sd_configs` of Prometheus: each service under its name. */
const targets = [...shop.ports].map(([service, port]) => ({ targets: [`127.0.0.1:${port}`], labels: { service } }));
const file = join(folder, "targets.json");
writeFileSync(`${file}.new`, JSON.stringify(targets));
renameSync(`${file}.new`, file);

const load = runLoad({
  port: shop.ports.get(ENTRY) ?? 0,
  seed: 1,
  requestsPerSecond: REQUESTS_PER_SECOND,
  signal: ending.signal,
});
const faults = CASES.filter(({ entities }) => entities.length > 0);
console.log(`The shop runs. Type a fault and press Enter: ${faults.map(({ word }) => word).join(", ")}`);
const input = createInterface({ input: process.stdin });
input.on("line", (line) => {
  const fault = faults.find(({ word }) => word === line.trim());
  if (fault === undefined) return console.log(`Type ${faults.map(({ word }) => word).join(", ")}.`);
  fault.begin(shop);
  void fault.change?.apply(shop);
  console.log(`${fault.word} begins.`);
});
const isRunning = setInterval(() => undefined, 60_000);
for (const name of ["SIGINT", "SIGTERM"] as const)
  process.once(name, () => {
    clearInterval(isRunning);
    input.close();
    ending.abort();
    void load.then(shop.stop, shop.stop);
  });

// A process that executes an approved action, until it is killed. Arguments: home folder. It prints when it begins.
import { join } from "node:path";
import { startExecution } from "../../../src/app/execute/start-execution.ts";
import { sqliteAnalysisStore } from "../../../src/connectors/sqlite/analysis-store.ts";
import { ada, partsIn } from "./parts.ts";

const [home = "", pause = "0.1"] = process.argv.slice(2);
const store = await sqliteAnalysisStore(join(home, "causeway.db"));
const parts = partsIn(home, store, { extra: `sleep ${pause}` });
process.stdout.write("begins\n");
try {
  const { ended } = await startExecution(parts, {
    actionId: "A1-a1",
    by: ada,
    onState: ({ state }) => process.stdout.write(`${state}\n`),
  });
  process.stdout.write(`${(await ended).state}\n`);
} catch (error) {
  process.stdout.write(`refused: ${error instanceof Error ? error.message : String(error)}\n`);
}
await store.close();

// A process that analyses an incident and then waits, holding everything open, until it is killed.
// Arguments: home, data folder, incident id.
import { loadConfig } from "../../src/config.ts";
import { openVerbs } from "../../src/app/causeway.ts";

const [home = "", data = "", incidentId = ""] = process.argv.slice(2);
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const verbs = await openVerbs(loadConfig({ home, data: [data] }, {}), { log });
const { report } = await verbs.analyse(incidentId);
process.stdout.write(`${JSON.stringify(report.actions.map(({ id }) => id))}\n`);
setInterval(() => undefined, 1000);

// A process that analyses an incident and then waits, holding everything open, until it is killed.
// Arguments: home, data folder, incident id.
import { loadConfig } from "../../src/config.ts";
import { openCauseway } from "../../src/compose/open-causeway.ts";

const [home = "", data = "", incidentId = ""] = process.argv.slice(2);
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const causeway = await openCauseway(loadConfig({ home, data: [data] }, {}), { log });
const { report } = await causeway.analyse(incidentId);
process.stdout.write(`${JSON.stringify(report.actions.map(({ id }) => id))}\n`);
setInterval(() => undefined, 1000);

// `npm run bench:service`: the service under load and under fire. `-- embedded` or `-- shared` for one of the two.
import { benchEmbedded } from "./embedded.ts";
import { benchShared } from "./shared.ts";

const chosen = process.argv[2] ?? "both";
const held: boolean[] = [];
if (chosen !== "shared") held.push(await benchEmbedded({ perSecond: 200, seconds: 60, groups: 300, patienceS: 900 }));
if (chosen !== "embedded")
  held.push(
    await benchShared({ incidents: 60, recordings: 60, seconds: 120, killEveryS: 5, workers: 3, patienceS: 600 }),
  );
process.exitCode = held.every(Boolean) ? 0 : 1;

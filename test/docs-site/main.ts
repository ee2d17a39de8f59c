import { join } from "node:path";
import { ROOT } from "../house/source-trees.ts";
import { buildSite } from "./build-site.ts";

const output = process.argv[2] ?? join(ROOT, "site");
await buildSite(output);
process.stdout.write(`The site is in ${output}. Open ${join(output, "index.html")}.\n`);

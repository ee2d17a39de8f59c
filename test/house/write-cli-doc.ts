import { writeFileSync } from "node:fs";
import { CLI_DOC, freshCliDoc } from "./cli-doc-parts.ts";

// `npm run cli-doc`: writes the commands and their options into docs/cli.md
writeFileSync(CLI_DOC, await freshCliDoc());

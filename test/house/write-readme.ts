import { writeFileSync } from "node:fs";
import { freshPages } from "./readme-parts.ts";

// `npm run readme`: writes the demo's output into the README, and the graph into docs/architecture.md
for (const [path, text] of await freshPages()) writeFileSync(path, text);

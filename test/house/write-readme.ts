import { writeFileSync } from "node:fs";
import { freshReadme, README } from "./readme-parts.ts";

// `npm run readme`: writes the demo's output and the picture of the machine into the README
writeFileSync(README, await freshReadme());

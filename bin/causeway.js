#!/usr/bin/env node
// Starts the CLI: an installed package runs `dist/`, a clone runs the TypeScript source, which needs Node 22.18.
// A clone on an older host has Node 24 among its devDependencies, and is handed over to it.
import { existsSync } from "node:fs";
import * as nodeModule from "node:module";
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";

const source = new URL("../src/cli/main.ts", import.meta.url);
const built = new URL("../dist/cli/main.js", import.meta.url);
const ownNode = fileURLToPath(new URL("../node_modules/node/bin/node", import.meta.url));
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

if (major > 22 || (major === 22 && minor >= 18)) {
  // compiled code is kept beside the program, not in the shared temporary folder, where others could write; where it cannot be written, nothing is kept
  const compiled = fileURLToPath(new URL("../node_modules/.cache/causeway", import.meta.url));
  nodeModule.enableCompileCache?.(compiled);
  process.env.NODE_COMPILE_CACHE ??= compiled; // threads learn of it only so
  await import((existsSync(source) ? source : built).href);
} else if (existsSync(ownNode)) {
  const child = spawn(ownNode, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
} else {
  console.error(
    `causeway needs Node 22.18 or newer; this is ${process.version}. In a clone, run \`npm ci\` first: it brings its own.`,
  );
  process.exit(1);
}

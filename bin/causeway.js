#!/usr/bin/env node
// Starts the CLI: the build in dist/ if it is up to date, else the TypeScript source. Both need Node 22.18.
// On an older host, a clone runs the Node 24 among its devDependencies.
import { spawn, spawnSync } from "node:child_process";
import { accessSync, constants as access, existsSync, readFileSync } from "node:fs";
import * as nodeModule from "node:module";
import { constants } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { currentBuild } from "./built.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const self = fileURLToPath(import.meta.url);
const ownNode = join(root, "node_modules/node/bin/node");
const args = process.argv.slice(2);
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
const isOldNode = major < 22 || (major === 22 && minor < 18);

/**
 * The list of commands loads no command, so it runs on Node 20 too. The help of one command may not: it loads that
 * command, and with it what Node 20 lacks, such as zstd.
 */
const isHelp = major >= 20 && (args.length === 0 || (args.length === 1 && ["--help", "-h"].includes(args[0])));

/** Compiled code is kept beside the program, not in the shared temporary folder, where others could write. */
const compiledIn = (build) => (build === null ? join(root, "node_modules/.cache/causeway") : join(build, "compiled"));

/** Builds what is not built yet. Where that cannot be done, the source runs. */
function newBuild() {
  if (!existsSync(join(root, "src")) || !existsSync(join(root, "node_modules/rolldown"))) return null;
  try {
    accessSync(existsSync(join(root, "dist")) ? join(root, "dist") : root, access.W_OK);
  } catch {
    return null;
  }
  const { status } = spawnSync(process.execPath, [join(root, "bin/build.js")], { stdio: "ignore" });
  return status === 0 ? currentBuild(root) : null;
}

function handOver(build) {
  const child = spawn(ownNode, [build === null ? self : join(build, "main.js"), ...args], {
    stdio: "inherit",
    env: build === null ? process.env : { NODE_COMPILE_CACHE: compiledIn(build), ...process.env },
  });
  let interrupts = 0;
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  process.on("SIGINT", () => child.kill((interrupts += 1) < 3 ? "SIGINT" : "SIGKILL")); // it may compute, and not listen
  child.on("exit", (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}

async function run(build) {
  const compiled = compiledIn(build);
  nodeModule.enableCompileCache?.(compiled);
  process.env.NODE_COMPILE_CACHE ??= compiled; // threads learn of it only so
  await import(pathToFileURL(build === null ? join(root, "src/cli/main.ts") : join(build, "main.js")).href);
}

if (args.length === 1 && ["--version", "-V"].includes(args[0])) {
  console.log(JSON.parse(readFileSync(join(root, "package.json"), "utf8")).version);
} else {
  const build = currentBuild(root);
  if (!isOldNode) await run(build ?? newBuild());
  else if (isHelp && build !== null) await run(build);
  else if (existsSync(ownNode)) handOver(build);
  else {
    console.error(
      `causeway needs Node 22.18 or newer; this is ${process.version}. ` +
        "In a clone, run `npm ci` first: it installs a Node of its own.",
    );
    process.exit(1);
  }
}

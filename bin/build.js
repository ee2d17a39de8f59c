// Builds the program into dist/<hash of the source>/: our code and most dependencies in few files, which load fast.
// `npm ci` and `npm pack` run it (`prepare`). bin/causeway.js runs it when the source has changed.
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { CURRENT, listing, sourceFiles } from "./built.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = join(root, "dist");

/** Stay outside of the build: native code, files found by path, and what few commands load. */
const EXTERNAL = [
  /^(better-sqlite3|pg|pg-native|pg-boss|dejavu-fonts-ttf|cli-progress)$/,
  /^@(resvg|slack|qdrant)\//,
  /^@opentelemetry\/(?!api$)/,
];

/** Older builds that are kept: processes that began with one still load parts of it. */
const KEPT = 4;
const KEPT_MS = 60 * 60_000;

/** The content of the source decides on the name, so that a switch of branches and back builds nothing anew. */
function nameOf(files) {
  const hash = createHash("sha256");
  for (const path of files) {
    hash.update(`${path}\0`);
    if (existsSync(join(root, path))) hash.update(readFileSync(join(root, path)));
  }
  return hash.digest("hex").slice(0, 16);
}

/** Licences of the dependencies whose code is in the build ask for their text beside it. */
function licencesOf(chunks) {
  const modules = chunks.flatMap(({ moduleIds = [] }) => moduleIds);
  const dirs = new Set(modules.flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(id)?.[0] ?? []));
  return [...dirs].sort().flatMap((dir) => {
    const files = readdirSync(dir).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file));
    const { name, version, license } = JSON.parse(readFileSync(join(dir, "package.json"), "utf8"));
    return [`== ${name} ${version} (${license})`, ...files.map((file) => readFileSync(join(dir, file), "utf8"))];
  });
}

/** The program itself, and each thread, which begins at a file of its own. */
const entries = () =>
  Object.fromEntries(
    ["src/cli/main.ts", ...globSync("src/**/*-worker.ts", { cwd: root })].map((path) => [basename(path, ".ts"), path]),
  );

async function build(dir) {
  const { rolldown } = await import("rolldown");
  const bundle = await rolldown({
    cwd: root,
    input: entries(),
    platform: "node",
    external: EXTERNAL,
    logLevel: "silent",
  });
  const { output } = await bundle.write({
    dir,
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: "[name]-[hash].js",
  });
  await bundle.close();
  cpSync(join(root, "src/web/assets"), join(dir, "assets"), { recursive: true }); // read at run time, beside the code
  writeFileSync(join(dir, "LICENSES.txt"), licencesOf(output).join("\n\n"));
}

/** Makes `path` whole or not at all: others read it at the same time. */
function writeWhole(path, text) {
  writeFileSync(`${path}.${process.pid}`, text);
  renameSync(`${path}.${process.pid}`, path);
}

function removeOld(current) {
  const changedMs = (name) => statSync(join(dist, name)).mtimeMs;
  const old = readdirSync(dist, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== current)
    .map(({ name }) => ({ name, ageMs: Date.now() - changedMs(name) }))
    .sort((a, b) => a.ageMs - b.ageMs)
    .filter(({ ageMs }, index) => index >= KEPT && ageMs > KEPT_MS);
  for (const { name } of old) rmSync(join(dist, name), { recursive: true, force: true });
}

if (!existsSync(join(root, "node_modules/rolldown"))) {
  console.error("rolldown is not installed: nothing is built, and the source runs.");
  process.exit(0);
}
const files = sourceFiles(root);
if (files === null) process.exit(0); // an installed package has no source, and comes built
const listed = listing(root, files); // before anything is read: what changes from now on makes the build an old one
const name = nameOf(files);
mkdirSync(dist, { recursive: true });
if (!existsSync(join(dist, name, "main.js"))) {
  const made = join(dist, `making-${name}-${process.pid}`);
  rmSync(made, { recursive: true, force: true }); // of a killed process that had this number
  await build(made);
  if (listing(root, sourceFiles(root) ?? []) !== listed) {
    rmSync(made, { recursive: true, force: true });
    console.error("The source changed while it was built: the build is dropped, and the source runs.");
    process.exit(1);
  }
  try {
    renameSync(made, join(dist, name));
  } catch {
    if (!existsSync(join(dist, name, "main.js"))) {
      rmSync(join(dist, name), { recursive: true, force: true }); // half of a build
      renameSync(made, join(dist, name));
    } else rmSync(made, { recursive: true, force: true }); // another process was first
  }
}
writeWhole(join(dist, CURRENT), `${name}\n${listed}`);
removeOld(name);

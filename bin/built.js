// Finds the built form of the program in dist/, if it was built from the source as it is now. Runs on Node 20.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** The file in dist/ that names the current build. After the name it lists the source that was built. */
export const CURRENT = "current";

/** Files besides `src/` that change the build. */
const ALSO = ["package.json", "bin/build.js", "node_modules/.package-lock.json"];

/** @returns the paths below `dir`, files alone, in the order of the folder. */
function filesBelow(root, dir) {
  return readdirSync(join(root, dir), { withFileTypes: true }).flatMap((entry) => {
    const path = `${dir}/${entry.name}`;
    return entry.isDirectory() ? filesBelow(root, path) : [path];
  });
}

/** @returns the paths of all files that a build is made from; null in an installed package, which has no source. */
export function sourceFiles(root) {
  try {
    return [...filesBelow(root, "src"), ...ALSO].sort();
  } catch (error) {
    if (error.code === "ENOENT") return null;
    throw error;
  }
}

/** @returns one line a file: path, size, time of the last change. Some 10 ms for 700 files. */
export const listing = (root, files) =>
  files
    .map((path) => {
      const { size, mtimeMs } = statSync(join(root, path), { throwIfNoEntry: false }) ?? { size: 0, mtimeMs: 0 };
      return `${path} ${size} ${mtimeMs}`;
    })
    .join("\n");

/** @returns the folder of the build of this very source; null where there is none. */
export function currentBuild(root) {
  try {
    const [name, ...built] = readFileSync(join(root, "dist", CURRENT), "utf8").split("\n");
    const dir = join(root, "dist", name);
    statSync(join(dir, "main.js"));
    const files = sourceFiles(root);
    return files === null || listing(root, files) === built.join("\n") ? dir : null;
  } catch {
    return null; // what cannot be read is not there
  }
}

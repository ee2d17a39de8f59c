import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { currentBuild } from "../../bin/built.js";

const root = join(import.meta.dirname, "../..");

/** Stands in for `compose/worker-entry.ts` in tests: a thread of the build starts faster than one of the source. */
export function workerEntry(name: string, url: string): URL {
  const build = currentBuild(root); // null once the source has changed during the run
  return build === null ? new URL(`./${name}.ts`, url) : pathToFileURL(join(build, `${name}.js`));
}

import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** The environment of this process. Only `config.ts` and this file read it. */
export const ENVIRONMENT: Readonly<Record<string, string | undefined>> = process.env;

/** The nearest folder at or above `dir` that holds a package.json: the same from `src/` and from a build in `dist/`. */
function packageAbove(dir: string): string {
  if (existsSync(join(dir, "package.json")) || dirname(dir) === dir) return dir;
  return packageAbove(dirname(dir));
}

/** The folder that the program was installed into, with what comes with it. */
const PACKAGE_DIR = packageAbove(import.meta.dirname);
export const FIXTURES_DIR = join(PACKAGE_DIR, "fixtures");
export const RUNBOOKS_DIR = join(PACKAGE_DIR, "runbooks");
export const PACKAGE_JSON = join(PACKAGE_DIR, "package.json");

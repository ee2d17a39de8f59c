import { basename, dirname, resolve } from "node:path";

/** The name of a suite: that of its folder, or of the parent folder when that is called `cases`. */
export function suiteName(dir: string): string {
  const path = resolve(dir);
  return basename(path) === "cases" ? basename(dirname(path)) : basename(path);
}

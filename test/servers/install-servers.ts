import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

const HERE = import.meta.dirname;
const LOCK = "package-lock.json";
const MODULES = join(HERE, "node_modules");

/** True if what is installed is what the lock file names. */
const isInstalled = (): boolean => {
  const copy = join(MODULES, LOCK);
  return existsSync(copy) && readFileSync(copy, "utf8") === readFileSync(join(HERE, LOCK), "utf8");
};

/**
 * Installs the packages of this folder once, beside this file. Two test runs may do so at the same time: whoever comes
 * last wins, and what an earlier one started goes on with the files that it opened.
 */
export async function installServers(): Promise<void> {
  if (isInstalled()) return;
  const work = mkdtempSync(join(HERE, ".installing-"));
  try {
    for (const name of ["package.json", LOCK]) cpSync(join(HERE, name), join(work, name));
    await promisify(execFile)("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: work });
    if (isInstalled()) return;
    cpSync(join(work, LOCK), join(work, "node_modules", LOCK));
    if (existsSync(MODULES)) renameSync(MODULES, join(work, "old"));
    renameSync(join(work, "node_modules"), MODULES);
  } catch (cause) {
    if (!isInstalled()) throw cause;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

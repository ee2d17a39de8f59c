import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { PACKAGE_JSON } from "../host.ts";
import { programVersion } from "./version.ts";

const DIGITS = 12;

/** A hash of the names and contents of all files in these folders. A folder that cannot be read counts as empty. */
export function folderDigest(dirs: readonly string[]): string {
  const hash = createHash("sha256");
  for (const dir of dirs) {
    hash.update("\0folder\0");
    for (const path of filesBelow(dir))
      hash
        .update(`${path}\0`)
        .update(readFileSync(join(dir, path)))
        .update("\0");
  }
  return hash.digest("hex").slice(0, DIGITS);
}

function filesBelow(dir: string): string[] {
  try {
    return readdirSync(dir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name).slice(dir.length + 1))
      .sort();
  } catch {
    return [];
  }
}

/** The name of the current build: a hash of the source that it was built from. Empty without a build. */
function buildName(root: string): string {
  try {
    return readFileSync(join(root, "dist/current"), "utf8").split("\n", 1)[0] ?? "";
  } catch {
    return "";
  }
}

/**
 * Version and source of the running program: "0.1.0 3f2a…". Other code has another hash, from a build as from source.
 */
export function programDigest(): string {
  const root = dirname(PACKAGE_JSON);
  const source = join(root, "src");
  const hash = filesBelow(source).length > 0 ? folderDigest([source]) : buildName(root).slice(0, DIGITS);
  return `${programVersion()} ${hash}`.trim();
}

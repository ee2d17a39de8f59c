import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { IncidentError } from "../../domain/errors.ts";

/** One file of a suite's cases: its path below the folder of the cases, with `/`, and its size in bytes. */
export type SuiteFile = { path: string; size: number };

const SCENARIO = "scenario.json";
/** Names of files and folders that hold answers in the layouts we know. */
const ANSWER_NAME =
  /^(oracles?|answers?|ground[-_ ]?truths?|truths?|solutions?)(\.(json|jsonl|ya?ml|csv|tsv|txt|md))?$/i;
/** Keys of an answer. A file of telemetry at the top of a case has none of them. */
const ANSWER_KEYS = ["faulty", "root_cause", "rootCause", "ground_truth"];
const MAX_LOOKED_INTO = 64 * 1024;
const OTHER_JSON = new Set([SCENARIO, "topology.json", "tool_cache.json"]);

/** The folder with a folder for each case. */
async function casesFolder(suite: string): Promise<string> {
  const inside = await readdir(suite, { withFileTypes: true }).catch(() => []);
  return inside.some(({ name }) => name === "cases") ? join(suite, "cases") : suite;
}

/** All files of all cases, by path. A suite that cannot be read has none: whoever lists its cases says so. */
export async function suiteFiles(suite: string): Promise<{ folder: string; files: SuiteFile[] }> {
  const folder = await casesFolder(suite);
  const cases = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const inFolders = cases
    .filter((entry) => (entry.isDirectory() || entry.isSymbolicLink()) && !entry.name.startsWith("."))
    .filter(({ name }) => isAnswerFolder(folder, name) || (name !== "oracles" && name !== "shared"))
    .map(async ({ name }) => {
      const below = await readdir(join(folder, name), { recursive: true, withFileTypes: true }).catch(() => []);
      return Promise.all(
        below.filter((entry) => entry.isFile()).map((entry) => fileAt(folder, join(entry.parentPath, entry.name))),
      );
    });
  const files = (await Promise.all(inFolders)).flat();
  return { folder, files: files.toSorted((a, b) => (a.path < b.path ? -1 : 1)) };
}

/** Inside a folder named `cases`, a folder of oracles lies where an analysis may read. */
const isAnswerFolder = (folder: string, name: string): boolean => basename(folder) === "cases" && name === "oracles";

const fileAt = async (folder: string, path: string): Promise<SuiteFile> => ({
  path: path.slice(folder.length + 1).replaceAll("\\", "/"),
  size: (await stat(path).catch(() => ({ size: 0 }))).size,
});

/** True for a small JSON file at the top of a case that holds the keys of an answer. */
async function holdsAnswer(folder: string, { path, size }: SuiteFile): Promise<boolean> {
  const [, name = "", deeper] = path.split("/");
  if (deeper !== undefined || OTHER_JSON.has(name) || !name.endsWith(".json") || size > MAX_LOOKED_INTO) return false;
  try {
    const value: unknown = JSON.parse(await readFile(join(folder, path), "utf8"));
    return typeof value === "object" && value !== null && ANSWER_KEYS.some((key) => key in value);
  } catch {
    return false; // whoever reads the case says what is wrong with it
  }
}

/**
 * Refuses a suite whose answers lie where the analysis may read them.
 *
 * @throws {IncidentError} BAD_INPUT with the path of the first answer.
 */
export async function refuseReadableAnswers({ folder, files }: { folder: string; files: readonly SuiteFile[] }) {
  const found: string[] = [];
  for (const file of files) {
    const [id, ...inside] = file.path.split("/");
    if (id === "oracles" || inside.some((part) => ANSWER_NAME.test(part)) || (await holdsAnswer(folder, file)))
      found.push(file.path);
    if (found.length > 0) break;
  }
  const [first] = found;
  if (first === undefined) return;
  throw new IncidentError("BAD_INPUT", `the analysis could read an answer: ${join(folder, first)}`, {
    hint: "Keep the answers in a folder `oracles` beside `cases`, outside of it. A score of a readable answer is worth nothing.",
  });
}

/** A hash of the names and sizes of all files, and of what each scenario says: the same for the same suite anywhere. */
export async function suiteDigest({ folder, files }: { folder: string; files: readonly SuiteFile[] }): Promise<string> {
  const hash = createHash("sha256");
  for (const { path, size } of files) {
    hash.update(`${path}\0${size}\0`);
    if (basename(path) === SCENARIO) hash.update(await readFile(join(folder, path)));
  }
  return hash.digest("hex").slice(0, 16);
}

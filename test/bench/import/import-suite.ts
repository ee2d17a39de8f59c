import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect } from "vitest";
import { Oracle, type Prediction } from "../../../src/bench/formats.ts";
import { openPredictPool } from "../../../src/bench/predict/predict-pool.ts";
import { readOracles } from "../../../src/bench/read-files.ts";
import { type ImportResult, type ImportRequest, runImport } from "../../../src/bench/import/run-import.ts";
import { IMPORTERS } from "../../../src/bench/import/registry.ts";
import { predictCases } from "../../../src/bench/run.ts";
import { loadConfig } from "../../../src/config.ts";
import { tempDir } from "../../compose/recorded-suite.ts";
import { type MadeTree, writeTree } from "./trees/made-tree.ts";
import { NO_HOME } from "../../no-home.ts";

const NO_OPTIONS = { only: null, entry: null, registry: null };

export async function importTree(
  kind: string,
  from: string,
  changes: Partial<Omit<ImportRequest, "options">> & { options?: Partial<ImportRequest["options"]> } = {},
): Promise<ImportResult & { to: string }> {
  const importer = IMPORTERS.find((one) => one.kind === kind);
  if (importer === undefined) throw new Error(`no importer ${kind}`);
  const to = changes.to ?? join(await tempDir(), "suite");
  const options = { ...NO_OPTIONS, ...changes.options };
  const done = await runImport({ importer, from, force: false, version: "0.0.0", ...changes, to, options });
  return { ...done, to };
}

const config = { ...loadConfig({}, { CAUSEWAY_HOME: NO_HOME }), logLevel: "silent" as const };
export const openPool = () => openPredictPool(config, 1);

/** What `bench run` says of an imported suite, beside the answers. */
export async function analysed(
  pool: ReturnType<typeof openPool>,
  suite: string,
): Promise<{ predictions: Prediction[]; oracles: Oracle[]; failed: readonly { id: string; why: string }[] }> {
  const { predictions, failed } = await predictCases({ pool, suite });
  return { predictions: [...predictions.values()], oracles: await readOracles(join(suite, "oracles")), failed };
}

export const readJson = async (path: string): Promise<unknown> => JSON.parse(await readFile(path, "utf8"));

export const importing = async (kind: string, tree: MadeTree) => importTree(kind, await writeTree(tree));
/** The folder of the only case. */
export async function onlyCase(suite: string): Promise<string> {
  const ids = await readdir(join(suite, "cases"));
  expect(ids).toHaveLength(1);
  return join(suite, "cases", ids[0] ?? "");
}
export const lines = async (path: string): Promise<string[]> =>
  gunzipSync(await readFile(path))
    .toString("utf8")
    .trimEnd()
    .split("\n");
export const counted = (list: readonly { what: string; count: number }[]) =>
  Object.fromEntries(list.map(({ what, count }) => [what, count]));

/** Every file of a folder by path, with its hash. */
export async function hashes(dir: string): Promise<Record<string, string>> {
  const names = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const pairs = await Promise.all(
    files.map(async (path) => [
      path.slice(dir.length + 1),
      createHash("sha256")
        .update(await readFile(path))
        .digest("hex"),
    ]),
  );
  return Object.fromEntries(pairs.toSorted()) as Record<string, string>;
}

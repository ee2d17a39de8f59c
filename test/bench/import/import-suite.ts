import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Oracle, type Prediction } from "../../../src/bench/formats.ts";
import { openPredictPool } from "../../../src/bench/predict/predict-pool.ts";
import { readOracles } from "../../../src/bench/read-files.ts";
import { type ImportResult, type ImportRequest, runImport } from "../../../src/bench/import/run-import.ts";
import { IMPORTERS } from "../../../src/bench/import/registry.ts";
import { predictCases } from "../../../src/bench/run.ts";
import { loadConfig } from "../../../src/config.ts";
import { tempDir } from "../../compose/recorded-suite.ts";

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

const config = { ...loadConfig({}, { CAUSEWAY_HOME: "/nowhere" }), logLevel: "silent" as const };
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

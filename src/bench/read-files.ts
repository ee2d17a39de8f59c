import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { IncidentError, messageOf } from "../domain/errors.ts";
import { Oracle, Prediction } from "./formats.ts";

const parseJson = (text: string): { value: unknown } | { problem: string } => {
  try {
    return { value: JSON.parse(text) };
  } catch (cause) {
    return { problem: `not JSON (${messageOf(cause)})` };
  }
};

const summary = (error: z.ZodError): string =>
  error.issues.map(({ path, message }) => `${path.join(".") || "it"}: ${message}`).join("; ");

const isShardHeader = (value: unknown): boolean =>
  typeof value === "object" && value !== null && "run" in value && !("id" in value);

/**
 * Parses predictions from JSON lines. Blank lines are skipped.
 *
 * @returns the predictions by id, and an error for each bad line, counted from 1.
 */
export function parsePredictions(
  text: string,
  knownIds: ReadonlySet<string>,
): { predictions: Map<string, Prediction>; errors: string[] } {
  const predictions = new Map<string, Prediction>();
  const errors: string[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const where = `line ${index + 1}`;
    const json = parseJson(line);
    if ("problem" in json) {
      errors.push(`${where}: ${json.problem}`);
      continue;
    }
    if (index === 0 && isShardHeader(json.value)) {
      errors.push(`${where}: these are the predictions of one shard; join all with \`causeway bench merge\` first`);
      continue;
    }
    const parsed = Prediction.safeParse(json.value);
    if (!parsed.success) errors.push(`${where}: ${summary(parsed.error)}`);
    else if (!knownIds.has(parsed.data.id)) errors.push(`${where}: id "${parsed.data.id}" is not in the suite`);
    else if (predictions.has(parsed.data.id)) errors.push(`${where}: id "${parsed.data.id}" appears twice`);
    else predictions.set(parsed.data.id, parsed.data);
  }
  return { predictions, errors };
}

/** @throws {IncidentError} NOT_FOUND when the file does not exist; BAD_INPUT with every bad line. */
export async function readPredictions(path: string, knownIds: ReadonlySet<string>): Promise<Map<string, Prediction>> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new IncidentError("NOT_FOUND", `cannot read the predictions ${path}`, {
      hint: "Give the file that `causeway bench run --out` wrote.",
      cause,
    });
  });
  const { predictions, errors } = parsePredictions(text, knownIds);
  if (errors.length === 0) return predictions;
  throw new IncidentError("BAD_INPUT", errors.map((error) => `${path}: ${error}`).join("\n"), {
    hint: "Correct or remove these lines.",
  });
}

/**
 * The answers of a suite, by file name.
 *
 * @throws {IncidentError} NOT_FOUND when the folder is missing or empty; BAD_INPUT on an invalid file.
 */
export async function readOracles(dir: string): Promise<Oracle[]> {
  const hint = "Give the `oracles` folder of a suite.";
  const names = await readdir(dir).catch((cause: unknown) => {
    throw new IncidentError("NOT_FOUND", `cannot read the oracles in ${dir}`, { hint, cause });
  });
  const files = names.filter((name) => name.endsWith(".json")).sort();
  if (files.length === 0) throw new IncidentError("NOT_FOUND", `${dir} contains no oracle (*.json)`, { hint });
  return Promise.all(
    files.map(async (name) => {
      const json = parseJson(await readFile(join(dir, name), "utf8"));
      const parsed = "problem" in json ? null : Oracle.safeParse(json.value);
      if (parsed?.success) return parsed.data;
      const why = "problem" in json ? json.problem : parsed ? summary(parsed.error) : "";
      throw new IncidentError("BAD_INPUT", `oracle ${join(dir, name)}: ${why}`, { hint });
    }),
  );
}

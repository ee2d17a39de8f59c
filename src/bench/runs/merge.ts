import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { IncidentError, messageOf } from "../../domain/errors.ts";
import { Prediction } from "../formats.ts";
import { writeWhole } from "./write-whole.ts";
import { runOfLine } from "./partial-file.ts";
import { differencesOf, type RunIdentity } from "./run-identity.ts";
import { byId } from "./shards.ts";

/** A part of a run: its file, and the line of each case as it was written. */
type Part = { path: string; run: RunIdentity; lines: ReadonlyMap<string, string> };

const MAX_NAMED = 20;
const named = (ids: readonly string[]): string =>
  ids.length <= MAX_NAMED ? ids.join(", ") : `${ids.slice(0, MAX_NAMED).join(", ")} and ${ids.length - MAX_NAMED} more`;

const bad = (message: string, hint: string, cause?: unknown): IncidentError =>
  new IncidentError("BAD_INPUT", message, { hint, cause });

/** The id of a line of predictions. @throws {IncidentError} BAD_INPUT when it is none. */
function idOf(line: string, where: string): string {
  try {
    return Prediction.parse(JSON.parse(line)).id;
  } catch (cause) {
    const why = cause instanceof SyntaxError ? messageOf(cause) : "not a prediction";
    throw bad(`${where}: ${why}`, "Run this shard again.", cause);
  }
}

async function readPart(path: string): Promise<Part> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new IncidentError("NOT_FOUND", `cannot read the part ${path}`, { hint: "Check the path.", cause });
  });
  const [head = "", ...rest] = text.split("\n");
  const run = runOfLine(head);
  if (run === null)
    throw bad(`${path} does not say which run it is a part of`, "Give files that `causeway bench run --shard` wrote.");
  if (run.shard === null)
    throw bad(`${path} is of a run that was not finished`, "Repeat its command: it goes on where it stopped.");
  const lines = new Map<string, string>();
  for (const [at, line] of rest.entries()) if (line !== "") lines.set(idOf(line, `${path}, line ${at + 2}`), line);
  return { path, run, lines };
}

/** The shard is what parts of one run differ in. */
const unsharded = (run: RunIdentity): RunIdentity => ({ ...run, shard: null });

function refuseOtherRuns([first, ...others]: readonly Part[]): void {
  if (first === undefined) return;
  for (const { path, run } of others) {
    const differences = differencesOf(unsharded(run), unsharded(first.run));
    if (differences.length === 0) continue;
    throw bad(
      `${path} is not of the same run as ${first.path}: other ${differences.join("; ")}`,
      "Run all shards with one version of Causeway, on the same cases, with the same options.",
    );
  }
}

function refuseOverlaps(parts: readonly Part[]): void {
  const holders = new Map<string, string>();
  for (const { path, lines } of parts) {
    const twice = [...lines.keys()].filter((id) => holders.has(id));
    const [id = ""] = twice;
    if (twice.length > 0)
      throw bad(`${holders.get(id)} and ${path} both hold ${named(twice)}`, "Give each shard once.");
    for (const one of lines.keys()) holders.set(one, path);
  }
}

/**
 * Joins the files of all shards of one run to the file that the run would have written without shards.
 *
 * @returns the number of cases.
 * @throws {IncidentError} BAD_INPUT when the parts are of several runs, hold a case twice, or lack cases; NOT_FOUND when
 *   a part cannot be read; CONFIG when `out` cannot be written.
 */
export async function mergeParts(out: string, paths: readonly string[]): Promise<number> {
  if (paths.some((path) => resolve(path) === resolve(out)))
    throw bad(`${out} is the result and a part, too`, "Give the result another name.");
  const parts = await Promise.all(paths.map(readPart));
  refuseOtherRuns(parts);
  refuseOverlaps(parts);
  const lines = new Map(parts.flatMap((part) => [...part.lines]));
  const cases = parts[0]?.run.cases ?? [];
  const missing = cases.filter((id) => !lines.has(id));
  if (missing.length > 0) {
    const shards = parts.map(({ run: { shard } }) => `${shard?.at}/${shard?.of}`).join(", ");
    throw bad(
      `${missing.length} of ${cases.length} cases are missing: ${named(missing)}`,
      `The parts are the shards ${shards}. Run the others, or run again one that was cut off.`,
    );
  }
  const strange = [...lines.keys()].filter((id) => !cases.includes(id));
  if (strange.length > 0) throw bad(`not cases of the suite: ${named(strange)}`, "Run these shards again.");
  const inOrder = [...lines].toSorted(([a], [b]) => byId(a, b)).map(([, line]) => `${line}\n`);
  await writeWhole(out, inOrder.join(""));
  return inOrder.length;
}

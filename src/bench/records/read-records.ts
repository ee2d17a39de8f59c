import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { IncidentError } from "../../domain/errors.ts";
import type { RecordedScore } from "../aiopslab/conformance.ts";
import { readCall } from "../aiopslab/read-call.ts";
import { SessionRecord, stepsOf } from "../aiopslab/session.ts";
import { readJsonFile } from "../read-json.ts";

/** Beside the sessions: the problems with their answers. */
export const REGISTRY_FILE = "registry.json";

const isSubmit = (message: string): boolean => {
  const call = readCall(message);
  return !("problem" in call) && call.name === "submit";
};

/** A session with what is compared when it is scored again. */
export const recordedScoreOf = ({ session_id, problem_id, trace, results }: SessionRecord): RecordedScore => ({
  session: session_id,
  problem: problem_id,
  assistantMessages: stepsOf(trace),
  submitMessages: trace.flatMap(({ role, content }) => (role === "assistant" && isSubmit(content) ? [content] : [])),
  recorded: results,
});

export const isFolder = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => null))?.isDirectory() ?? false;

/** All sessions in a folder. @throws {IncidentError} NOT_FOUND when there is none; BAD_INPUT when one is no session. */
export async function readRecords(dir: string): Promise<RecordedScore[]> {
  const names = (await readdir(dir)).filter((name) => name.endsWith(".json") && name !== REGISTRY_FILE).sort();
  if (names.length === 0)
    throw new IncidentError("NOT_FOUND", `${dir} contains no session (*.json)`, {
      hint: "Give the folder that `causeway bench run --records` or AIOpsLab wrote.",
    });
  return Promise.all(
    names.map(async (name) => recordedScoreOf(await readJsonFile(join(dir, name), SessionRecord, "the session"))),
  );
}

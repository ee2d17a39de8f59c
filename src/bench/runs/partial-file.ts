import { type FileHandle, open, readFile, truncate } from "node:fs/promises";
import { z } from "zod";
import { IncidentError } from "../../domain/errors.ts";
import { Prediction } from "../formats.ts";
import { CaseDetail } from "../predict/case-detail.ts";
import { differencesOf, RunIdentity } from "./run-identity.ts";

/** A case that is analysed. */
export const FinishedCase = z.object({ prediction: Prediction, detail: CaseDetail.optional() });
export type FinishedCase = z.infer<typeof FinishedCase>;

const Header = z.object({ run: RunIdentity });

/** The run of a first line; null if it names none. */
export function runOfLine(line: string): RunIdentity | null {
  const header = Header.safeParse(jsonOf(line));
  return header.success ? header.data.run : null;
}
export const lineOfRun = (run: RunIdentity): string => `${JSON.stringify({ run })}\n`;

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

/** A file that cases are added to as they finish. `kept`: those that an earlier process had finished. */
export type PartialFile = {
  kept: readonly FinishedCase[];
  add(finished: FinishedCase): Promise<void>;
  close(): Promise<void>;
};

/**
 * Opens the file of an unfinished run. Its first line names the run. Cases of an earlier process are kept if it was the
 * same run; a last line that was cut off is dropped, and so is everything from the first line that makes no sense.
 *
 * @param fresh drops what is there.
 * @throws {IncidentError} BAD_INPUT when the file is of another run, or of none; CONFIG when it cannot be written.
 */
export async function openPartial(path: string, run: RunIdentity, fresh: boolean): Promise<PartialFile> {
  const unwritable = (cause: unknown): never => {
    throw new IncidentError("CONFIG", `${path} cannot be written`, {
      hint: "Give --out a file in an existing folder that you may write to.",
      cause,
    });
  };
  const text = fresh ? "" : await readFile(path, "utf8").catch(() => "");
  const { kept, bytes } = keptOf(text, path, run);
  if (bytes > 0) await truncate(path, bytes).catch(unwritable);
  const file: FileHandle = await open(path, bytes > 0 ? "a" : "w").catch(unwritable);
  if (bytes === 0) await file.appendFile(lineOfRun(run)).catch(unwritable);
  let written: Promise<unknown> = Promise.resolve();
  return {
    kept,
    add: (finished) =>
      (written = written.then(() => file.appendFile(`${JSON.stringify(finished)}\n`))).then(
        () => undefined,
        unwritable,
      ),
    close: () => file.close(),
  };
}

const HEAD = '{"run":';
/** True if a process was killed before it had written the first line. */
const isCutHeader = (text: string): boolean => text.startsWith(HEAD) || HEAD.startsWith(text);

/** The finished cases in the text of the file, and how many of its bytes hold them. */
function keptOf(text: string, path: string, run: RunIdentity): { kept: FinishedCase[]; bytes: number } {
  const end = text.indexOf("\n") + 1;
  if (end === 0 && isCutHeader(text)) return { kept: [], bytes: 0 };
  const there = runOfLine(text.slice(0, end));
  const differences = there === null ? null : differencesOf(there, run);
  if (differences === null || differences.length > 0)
    throw new IncidentError(
      "BAD_INPUT",
      differences === null
        ? `${path} is not of an unfinished run of this program`
        : `${path} is of another run, which was not finished: other ${differences.join("; ")}`,
      { hint: "Give another --out, repeat the command that was interrupted, or give --fresh to start again." },
    );
  const found = new Map<string, FinishedCase>();
  let at = end;
  for (let next = text.indexOf("\n", at) + 1; next > 0; next = text.indexOf("\n", at) + 1) {
    const value = jsonOf(text.slice(at, next));
    const parsed = FinishedCase.safeParse(value);
    if (!parsed.success || !run.cases.includes(parsed.data.prediction.id)) break;
    found.set(parsed.data.prediction.id, value as FinishedCase); // as it was written: parsing moves keys
    at = next;
  }
  return { kept: [...found.values()], bytes: Buffer.byteLength(text.slice(0, at)) };
}

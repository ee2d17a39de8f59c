import { z } from "zod";
import type { FetchOptions } from "../../domain/ports.ts";
import { lineBlocks, linesOf } from "./blocks.ts";
import { readBytes } from "./bytes.ts";
import type { RecordedFile } from "./folder.ts";
import { type FileProblems, fileProblems } from "./problems.ts";
import type { TimeLimits } from "./time-limits.ts";

/** Maximum number of alerts or changes for one incident. */
const MAX_RECORDS = 200_000;
const Timed = z.looseObject({ timeUnixMs: z.number() });

/** Checks one record. */
export type RecordReader<T> = z.ZodType<T>;

/**
 * Reads one JSON object per line, each checked by `schema`, in file order. An invalid line is a problem and is
 * skipped. An empty file is no problem. A record without a time matches every range; but with `asOf`
 * set it may be later, and is skipped.
 *
 * @param onTime gets the time of every record inside the limits, also of broken ones. Unix milliseconds.
 */
export async function readJsonl<T extends { timeUnixMs: number | null }>(
  file: RecordedFile,
  schema: RecordReader<T>,
  limits: TimeLimits,
  { signal, onProblem }: FetchOptions,
  onTime?: (timeMs: number) => void,
): Promise<T[]> {
  const problems = fileProblems(file.origin, onProblem);
  const records: T[] = [];
  try {
    for await (const block of lineBlocks(readBytes(file, problems, signal), problems)) {
      for (const [index, text] of linesOf(block, problems).entries()) {
        const record =
          text.trim() === "" ? null : readRecord(text, block.firstLine + index, { schema, limits, problems, onTime });
        if (record === null) continue;
        if (records.length < MAX_RECORDS) records.push(record);
        else problems.add(`more than ${MAX_RECORDS} records; the rest was skipped`, block.firstLine + index);
      }
    }
    return records;
  } finally {
    problems.close();
  }
}

type Reading<T> = {
  schema: RecordReader<T>;
  limits: TimeLimits;
  problems: FileProblems;
  onTime: ((timeMs: number) => void) | undefined;
};

function readRecord<T extends { timeUnixMs: number | null }>(
  text: string,
  line: number,
  { schema, limits, problems, onTime }: Reading<T>,
): T | null {
  const json = parseJson(text);
  // Check the time first: a record later than asOf must have no effect, even if it is invalid.
  const timed = Timed.safeParse(json);
  if (timed.success && limits.ofMs(timed.data.timeUnixMs) !== "inside") return null;
  if (timed.success) onTime?.(timed.data.timeUnixMs);
  const parsed = schema.safeParse(json);
  if (!parsed.success) problems.add("not a valid record", line, firstIssue(parsed.error));
  else if (parsed.data.timeUnixMs !== null || limits.asOfMs === null) return parsed.data;
  else problems.add("a record without a time, which may be later than asOf, was skipped", line);
  return null;
}

/** Parses JSON. Undefined, which no schema accepts, for text that is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const firstIssue = ({ issues }: z.ZodError): string => {
  const [issue] = issues;
  return issue && issue.path.length > 0 ? `${issue.path.join(".")}: ${issue.message}` : "not a JSON object";
};

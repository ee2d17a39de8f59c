import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { WrittenIncident } from "../../app/memory/recall-accounts.ts";
import { IncidentError, messageOf } from "../../domain/errors.ts";
import { IsoTime } from "../../domain/time.ts";

const IncidentLine = z.object({ id: z.string().min(1), at: IsoTime, title: z.string().nullish() });
const QueryLine = z.object({
  id: z.string().min(1),
  at: IsoTime,
  account: z.string().nullish(),
  symptoms: z.string().nullish(),
});
export type RecallQuery = z.infer<typeof QueryLine>;

/** A folder of post-mortems. `missing`: incidents without an account in the corpus. */
export type RecallSuite = {
  incidents: readonly WrittenIncident[];
  queries: readonly RecallQuery[];
  missing: readonly string[];
};

/**
 * Reads `corpus/<id>.md`, `incidents.jsonl` and `queries.jsonl`. Answers are not read.
 *
 * @throws {IncidentError} NOT_FOUND for a missing file; BAD_INPUT for a line in another format.
 */
export async function readRecallSuite(dir: string): Promise<RecallSuite> {
  const [listed, queries] = await Promise.all([
    readLines(join(dir, "incidents.jsonl"), IncidentLine),
    readLines(join(dir, "queries.jsonl"), QueryLine),
  ]);
  const names = await readdir(join(dir, "corpus")).catch((cause: unknown) => {
    throw new IncidentError("NOT_FOUND", `${join(dir, "corpus")} cannot be read`, { hint: HINT, cause });
  });
  const written = new Set(names);
  const incidents = await Promise.all(
    listed
      .filter(({ id }) => written.has(`${id}.md`))
      .map(async ({ id, at, title }) => {
        const account = await readFile(join(dir, "corpus", `${id}.md`), "utf8");
        const isTitled = title === undefined || title === null || account.includes(title);
        return { id, atMs: at, account: isTitled ? account : `# ${title}\n\n${account}` };
      }),
  );
  return { incidents, queries, missing: listed.filter(({ id }) => !written.has(`${id}.md`)).map(({ id }) => id) };
}

const HINT = "Give a folder with corpus/<id>.md, incidents.jsonl and queries.jsonl.";

async function readLines<T>(path: string, schema: z.ZodType<T>): Promise<T[]> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new IncidentError("NOT_FOUND", `${path} cannot be read`, { hint: HINT, cause });
  });
  return text
    .split("\n")
    .flatMap((line, at) => (line.trim() === "" ? [] : [parseLine(line, schema, `${path}:${at + 1}`)]));
}

function parseLine<T>(line: string, schema: z.ZodType<T>, where: string): T {
  try {
    return schema.parse(JSON.parse(line));
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause) : messageOf(cause);
    throw new IncidentError("BAD_INPUT", `${where}: ${why}`, { hint: HINT, cause });
  }
}

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { IncidentError } from "../../domain/errors.ts";
import type { PageFile } from "../../domain/runbook.ts";

const Query = z.object({
  id: z.string(),
  alert: z.object({
    name: z.string().nullable(),
    labels: z.record(z.string(), z.string()),
    annotations: z.record(z.string(), z.string()),
    expr: z.string().default(""),
  }),
});
const Place = z.object({ id: z.string(), path: z.string() });
const Answer = z.object({ id: z.string(), pages: z.array(z.string()).min(1), group: z.string() });
export type RunbookAnswer = z.infer<typeof Answer>;
export type RunbookSuite = { pages: PageFile[]; queries: z.infer<typeof Query>[] };

/**
 * Reads one collection of a suite: `corpus/<id>.md`, `queries.jsonl`, and `pages.jsonl` with paths where pages have
 * any.
 *
 * @throws {IncidentError} BAD_INPUT naming file and line.
 */
export async function readRunbookSuite(suite: string, collection: string): Promise<RunbookSuite> {
  const dir = join(suite, collection);
  const places = new Map((await readLines(join(dir, "pages.jsonl"), Place, true)).map(({ id, path }) => [id, path]));
  const names = await readdir(join(dir, "corpus")).catch((cause: unknown) => {
    throw refused(join(dir, "corpus"), "cannot be listed", cause);
  });
  const pages = await Promise.all(
    names
      .filter((name) => name.endsWith(".md"))
      .toSorted()
      .map(async (name) => {
        const id = name.slice(0, -".md".length);
        return { id, path: places.get(id) ?? null, text: await readFile(join(dir, "corpus", name), "utf8") };
      }),
  );
  return { pages, queries: await readLines(join(dir, "queries.jsonl"), Query) };
}

/** The right pages. Only learning reads them. */
export const readRunbookAnswers = (suite: string, collection: string): Promise<RunbookAnswer[]> =>
  readLines(join(suite, "oracles", `${collection}.jsonl`), Answer);

async function readLines<T>(file: string, schema: z.ZodType<T>, mayBeMissing = false): Promise<T[]> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    if (mayBeMissing) return [];
    throw refused(file, "cannot be read", cause);
  }
  return text.split("\n").flatMap((line, index) => {
    if (line.trim() === "") return [];
    let data: unknown;
    try {
      data = JSON.parse(line);
    } catch (cause) {
      throw refused(`${file}:${index + 1}`, "is not JSON", cause);
    }
    const parsed = schema.safeParse(data);
    if (parsed.success) return [parsed.data];
    throw refused(`${file}:${index + 1}`, z.prettifyError(parsed.error), parsed.error);
  });
}

const refused = (where: string, what: string, cause: unknown): IncidentError =>
  new IncidentError("BAD_INPUT", `${where} ${what}`, {
    hint: "A suite has folders with corpus/<id>.md and queries.jsonl; see docs/running-benches.md.",
    cause,
  });

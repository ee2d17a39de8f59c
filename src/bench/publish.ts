import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { IncidentError } from "../domain/errors.ts";

/** A table of published figures. `rows` hold the cells as printed. */
const Section = z.object({
  title: z.string(),
  note: z.string(),
  head: z.array(z.string()),
  rows: z.array(z.array(z.string())),
});
export type Section = z.infer<typeof Section>;

/**
 * The sections in the order in which they are printed. Each command writes its own sections and keeps the others.
 * `data`: the figures for programs.
 */
const SECTIONS = [
  "scores",
  "tasks",
  "ablation",
  "jitter",
  "late",
  "leftOut",
  "confidence",
  "reliability",
  "risk",
  "quiet",
] as const;
export type SectionName = (typeof SECTIONS)[number];
const Published = z.object({
  schema: z.literal("causeway.benchmarks/1"),
  sections: z.partialRecord(z.enum(SECTIONS), Section.extend({ data: z.unknown() })),
});
type Published = z.infer<typeof Published>;

const JSON_FILE = "benchmarks.json";
const TEXT_FILE = "benchmarks.md";
const OPEN = "<!-- bench: written by `causeway bench … --write` -->";
const CLOSE = "<!-- /bench -->";

const cell = (text: string): string => text.replaceAll("|", "\\|");
const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(" | ")} |`;

function textOf({ sections }: Published): string {
  const parts = SECTIONS.flatMap((name) => {
    const section = sections[name];
    if (!section) return [];
    const { title, note, head, rows } = section;
    return [`### ${title}`, "", note, "", line(head), line(head.map(() => "---")), ...rows.map(line), ""];
  });
  return [OPEN, ...parts, CLOSE].join("\n");
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return null;
    throw new IncidentError("CONFIG", `${path} cannot be read`, { hint: "Check the permissions of the file.", cause });
  }
}

async function readPublished(path: string): Promise<Published> {
  const text = await readIfThere(path);
  if (text === null) return { schema: "causeway.benchmarks/1", sections: {} };
  const hint = "Delete the file, and run the benchmark again.";
  try {
    return Published.parse(JSON.parse(text));
  } catch (cause) {
    throw new IncidentError("BAD_INPUT", `${path} does not contain published figures`, { hint, cause });
  }
}

/**
 * Writes sections to `<dir>/benchmarks.json` and, between its markers, to `<dir>/benchmarks.md`. The prose around the
 * markers stays. A text without markers gets them at its end.
 *
 * @throws {IncidentError} CONFIG when `dir` cannot be written; BAD_INPUT when benchmarks.json contains something else.
 */
export async function publish(
  dir: string,
  added: Partial<Record<SectionName, Section & { data: unknown }>>,
): Promise<void> {
  const [jsonPath, textPath] = [join(dir, JSON_FILE), join(dir, TEXT_FILE)];
  const known = await readPublished(jsonPath);
  const published: Published = { ...known, sections: { ...known.sections, ...added } };
  const text = (await readIfThere(textPath)) ?? "# Benchmarks\n";
  const [from, to] = [text.indexOf(OPEN), text.indexOf(CLOSE)];
  const block = textOf(published);
  const filled =
    from >= 0 && to > from
      ? text.slice(0, from) + block + text.slice(to + CLOSE.length)
      : `${text.trimEnd()}\n\n${block}\n`;
  const unwritable = (cause: unknown): never => {
    throw new IncidentError("CONFIG", `${dir} cannot be written`, {
      hint: "Run the command in the repository, or give --docs an existing folder.",
      cause,
    });
  };
  await writeFile(jsonPath, `${JSON.stringify(published, null, 1)}\n`).catch(unwritable);
  await writeFile(textPath, filled).catch(unwritable);
}

import { linesOf } from "./csv-rows.ts";
import type { Importer, ImportUnit } from "./importer.ts";
import type { PackedFile } from "./packed-file.ts";
import { wrongTree } from "./refusals.ts";
import { folderOf, inFolder, nameOf, type SourceFile, type SourceTree } from "./source-tree.ts";
import { cellsOf, hasColumn, openTable, optionalCell, type Reading } from "./table.ts";

const KIND = "loghub";
const LAYOUT = `<System>/<System>_2k.log_structured.csv             Content, EventId, EventTemplate; of LogHub-2.0, too
<System>/<System>_2k.log                            the raw lines, optional
<System>/<System>_2k.log_structured_corrected.csv   templates of Khan et al. (ICSE 2022), optional`;
const STRUCTURED = /\.log_structured\.csv$/;
/** Bytes. Corrected templates are kept in memory, so their table must be small; those of 2,000 lines are. */
const MAX_CORRECTED = 64 * 1024 * 1024;

/** LogHub, log lines with their templates. https://github.com/logpai/loghub */
export const loghub: Importer = {
  kind: KIND,
  about: "LogHub, log lines with their true templates",
  layout: LAYOUT,
  version: 1,
  use: "`npm run bench:templates -- <this folder>/sets` scores the templates. There is nothing to diagnose.",
  plan: async ({ tree, options }) => {
    const found = tree.files.filter(({ path }) => STRUCTURED.test(path));
    if (found.length === 0) throw wrongTree(KIND, tree.root, "no *.log_structured.csv in any folder", LAYOUT);
    const wanted = found.filter(({ path }) => options.only === null || path.includes(options.only));
    return wanted.map((file) => unitOf(file, tree));
  },
};

/** A set is named by its folder, or by its file where the folder holds several. */
function setName({ path }: SourceFile, tree: SourceTree): string {
  const dir = folderOf(path);
  const others = tree.below(dir).filter((file) => folderOf(file.path) === dir && STRUCTURED.test(file.path));
  return others.length > 1 || dir === "" ? nameOf(path).replace(STRUCTURED, "") : nameOf(dir);
}

const unitOf = (file: SourceFile, tree: SourceTree): ImportUnit => ({
  name: file.path,
  async write(out, reading) {
    const name = setName(file, tree);
    const corrected = await correctedTemplates(tree.file(file.path.replace(/\.csv$/, "_corrected.csv")), reading);
    if (corrected === null)
      reading.notes.defect(
        "sets without corrected templates",
        "EventTemplateCorrected repeats EventTemplate",
        file.path,
      );
    const [content, truth] = [await out.lines(`sets/${name}/content.log`), await out.lines(`sets/${name}/truth.csv`)];
    const lines = await writeTruth(file, reading, corrected, content, truth);
    await content.close();
    await truth.close();
    reading.notes.fact(`${name}: ${lines} lines`);
    const rawFile = tree.file(file.path.replace("_structured.csv", ""));
    if (rawFile === null) return reading.notes.dropped("raw.log", "the source has no raw lines", file.path);
    const raw = await out.lines(`sets/${name}/raw.log`);
    const rawLines = await copyLines(rawFile, reading, raw);
    await raw.close();
    if (rawLines !== lines)
      reading.notes.defect(
        "sets with another number of raw lines than labels",
        "both were kept",
        inFolder(name, `${rawLines} and ${lines}`),
      );
  },
});

/** The corrected template of each line, in order; null if there is no such table. */
async function correctedTemplates(file: SourceFile | null, reading: Reading): Promise<string[] | null> {
  if (file === null) return null;
  if (file.bytes > MAX_CORRECTED) {
    reading.notes.dropped("corrected templates", "their table is longer than 64 MiB", file.path);
    return null;
  }
  const table = await openTable(file, reading);
  const [template] = cellsOf(table, ["EventTemplate"]);
  const found: string[] = [];
  for await (const rows of table.batches) found.push(...rows.map(template));
  return found;
}

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
/** A message over several lines would break the line by line pairing. */
const oneLine = (text: string): string => text.replaceAll(/\r?\n/g, " ");

async function writeTruth(
  file: SourceFile,
  reading: Reading,
  corrected: readonly string[] | null,
  content: PackedFile,
  truth: PackedFile,
): Promise<number> {
  const table = await openTable(file, reading);
  const [text, id] = cellsOf(table, ["Content", "EventId"]);
  if (!hasColumn(table, "EventTemplate"))
    reading.notes.defect("sets without a column EventTemplate", "only groups can be scored", file.path);
  const template = optionalCell(table, "EventTemplate");
  const templateOf = new Map<string, string>();
  let line = 0;
  truth.line("EventId,EventTemplate,EventTemplateCorrected");
  for await (const rows of table.batches) {
    for (const row of rows) {
      const known = templateOf.get(id(row));
      if (known !== undefined && known !== template(row))
        reading.notes.defect("lines whose EventId has several templates", "kept as published", file.path);
      else templateOf.set(id(row), template(row));
      content.line(oneLine(text(row)));
      truth.line([id(row), template(row), corrected?.[line] ?? template(row)].map(quoted).join(","));
      line += 1;
    }
    await content.settle();
    await truth.settle();
  }
  if (corrected !== null && corrected.length !== line)
    reading.notes.defect("sets whose corrected table has another length", "the rest repeats EventTemplate", file.path);
  return line;
}

async function copyLines(file: SourceFile, { inputs, notes }: Reading, to: PackedFile): Promise<number> {
  let count = 0;
  const onBad = (why: string): void => notes.dropped("lines", why, file.path);
  for await (const lines of linesOf(file, inputs, onBad)) {
    for (const line of lines) to.line(line.replace(/\r$/, ""));
    count += lines.length;
    await to.settle();
  }
  return count;
}

import { createHash } from "node:crypto";
import { IncidentError, messageOf } from "../../domain/errors.ts";
import type { Importer, SourceOptions, ImportUnit } from "./importer.ts";
import { inputLog } from "./inputs.ts";
import { importNotes } from "./notes.ts";
import { originOf } from "./origin.ts";
import type { Provenance } from "./provenance.ts";
import { readSourceTree, type SourceTree } from "./source-tree.ts";
import { openUnit } from "./unit-folder.ts";
import { writeProvenance } from "./write-provenance.ts";
import { openWorkFolder, type WorkFolder } from "./work-folder.ts";

export type ImportRequest = {
  importer: Importer;
  from: string;
  to: string;
  force: boolean;
  options: SourceOptions;
  /** The version of this program. */
  version: string;
  onUnit?: (ready: number, total: number) => void;
  signal?: AbortSignal;
};
/** `resumed`: units that an earlier, interrupted import had finished. */
export type ImportResult = { provenance: Provenance; resumed: number };

/**
 * Turns a public benchmark into a suite. The suite appears at `to` only when it is complete; an interrupted import goes
 * on where it stopped when it is started again.
 *
 * @throws {IncidentError} BAD_INPUT when the source is not in the layout, naming path and columns; REJECTED when the
 *   target is not empty; NOT_FOUND when nothing is left to import.
 */
export async function runImport(request: ImportRequest): Promise<ImportResult> {
  const { importer, from, to, force, options, version, onUnit, signal } = request;
  const tree = await readSourceTree(from);
  const reading = { inputs: inputLog(signal), notes: importNotes() };
  if (tree.links > 0) reading.notes.dropped("symbolic links", "they could lead out of the source", "", tree.links);
  const units = await importer.plan({ tree, reading, options });
  if (units.length === 0)
    throw new IncidentError("NOT_FOUND", `nothing in ${from} is left to import`, {
      hint: options.only === null ? "Give the folder of the benchmark." : `No part has "${options.only}" in its path.`,
    });
  const state = { kind: importer.kind, layout: importer.version, version, options, source: fingerprint(tree) };
  const work = await openWorkFolder(to, tree.root, state, force);
  let resumed = 0;
  for (const [index, unit] of units.entries()) {
    signal?.throwIfAborted();
    if (await work.finished(unit.name)) resumed += 1;
    else await writeUnit(unit, work, signal);
    onUnit?.(index + 1, units.length);
  }
  const records = await work.records();
  const provenance = await writeProvenance(work.dir, {
    importer,
    version,
    options,
    origin: await originOf(tree.root),
    records,
    plan: { notes: [...reading.notes.all], inputs: [...reading.inputs.read.values()] },
  });
  await work.publish();
  return { provenance, resumed };
}

async function writeUnit(unit: ImportUnit, work: WorkFolder, signal: AbortSignal | undefined): Promise<void> {
  const dir = await work.begin(unit.name);
  const reading = { inputs: inputLog(signal), notes: importNotes() };
  const { out, written, close } = openUnit(dir);
  await unit.write(out, reading).catch(unwritable(work.dir));
  await close();
  await work.commit(unit.name, {
    name: unit.name,
    ...written,
    notes: [...reading.notes.all],
    inputs: [...reading.inputs.read.values()],
  });
}

const DISK_CODES = new Set(["ENOSPC", "EDQUOT", "EACCES", "EROFS", "EIO", "EMFILE"]);

/** Says in words that the disk is full or may not be written to. Other errors pass. */
const unwritable =
  (dir: string) =>
  (cause: unknown): never => {
    const code = (cause as NodeJS.ErrnoException).code ?? "";
    if (!DISK_CODES.has(code)) throw cause;
    throw new IncidentError("CONFIG", `${dir} cannot be written: ${messageOf(cause)}`, {
      hint: "Make room, or name another folder. The same command goes on where it stopped.",
      cause,
    });
  };

/** Paths and sizes of the source: another download starts the import anew. */
function fingerprint({ root, files }: SourceTree): string {
  const hash = createHash("sha256").update(root);
  for (const { path, bytes } of files) hash.update(`\0${path}\0${bytes}`);
  return hash.digest("hex");
}

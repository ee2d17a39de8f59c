import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { IncidentError } from "../../domain/errors.ts";
import type { Importer, SourceOptions } from "./importer.ts";
import type { InputHash } from "./inputs.ts";
import { type ImportNote, mergeNotes } from "./notes.ts";
import type { Origin } from "./origin.ts";
import type { CountedNote, Provenance } from "./provenance.ts";
import { suiteReadme } from "./suite-readme.ts";
import type { UnitRecord } from "./work-folder.ts";

type Parts = {
  importer: Importer;
  version: string;
  options: SourceOptions;
  origin: Origin;
  records: readonly UnitRecord[];
  /** What was read to plan the import. */
  plan: { notes: readonly ImportNote[]; inputs: readonly InputHash[] };
};

/** Writes README.md, provenance.json, oracles/inputs.jsonl and oracles/notes.jsonl. */
export async function writeProvenance(dir: string, parts: Parts): Promise<Provenance> {
  const { importer, version, options, origin, records, plan } = parts;
  const notes = mergeNotes([plan.notes, ...records.map((record) => record.notes)]);
  const cases = records.flatMap((record) => record.cases);
  if (cases.length === 0 && importer.use === undefined) throw nothingLeft(notes);
  const inputs = new Map([...plan.inputs, ...records.flatMap((record) => record.inputs)].map((one) => [one.path, one]));
  const listed = [...inputs.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  const list = jsonl(listed);
  const provenance: Provenance = {
    schema: "causeway.provenance/1",
    kind: importer.kind,
    importer: { program: "causeway", version, layout: importer.version },
    options,
    source: {
      path: origin.path,
      repository: origin.repository,
      commit: origin.commit,
      remote: origin.remote,
      licence: origin.licences.length > 0 ? origin.licences : "none found",
    },
    cases: cases.length,
    withoutAnswer: records.flatMap((record) => record.unanswered).length,
    shared: [...new Set(records.flatMap((record) => record.shared))].toSorted(),
    counts: totals(records),
    dropped: counted(notes, "dropped"),
    defects: counted(notes, "defect"),
    facts: notes.filter(({ type }) => type === "fact").map(({ what }) => what),
    inputs: {
      files: listed.length,
      bytes: listed.reduce((sum, { bytes }) => sum + bytes, 0),
      sha256: createHash("sha256").update(list).digest("hex"),
    },
  };
  await mkdir(join(dir, "oracles"), { recursive: true });
  await writeFile(join(dir, "oracles", "inputs.jsonl"), list);
  await writeFile(join(dir, "oracles", "notes.jsonl"), jsonl(notes.filter(({ where }) => where.length > 0)));
  await writeFile(join(dir, "provenance.json"), `${JSON.stringify(provenance, null, 2)}\n`);
  await writeFile(join(dir, "README.md"), suiteReadme(provenance, importer));
  return provenance;
}

const jsonl = (records: readonly object[]): string => records.map((record) => `${JSON.stringify(record)}\n`).join("");

const counted = (notes: readonly ImportNote[], type: ImportNote["type"]): CountedNote[] =>
  notes
    .filter((note) => note.type === type)
    .map(({ what, how, count }) => ({ what, how, count }))
    .toSorted((a, b) => (`${a.what} ${a.how}` < `${b.what} ${b.how}` ? -1 : 1));

function totals(records: readonly UnitRecord[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { counts } of records)
    for (const [what, count] of Object.entries(counts)) sums[what] = (sums[what] ?? 0) + count;
  return Object.fromEntries(Object.entries(sums).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function nothingLeft(notes: readonly ImportNote[]): IncidentError {
  const reasons = notes
    .filter(({ type }) => type === "dropped")
    .map(({ what, how, count }) => `${count} ${what}: ${how}`);
  return new IncidentError("BAD_INPUT", `no case could be imported: ${reasons.join("; ")}`, {
    hint: "docs/importing.md says what each layout must hold.",
  });
}

import type { SourceOptions } from "./importer.ts";
import type { ImportNote } from "./notes.ts";
import type { Origin } from "./origin.ts";

export type CountedNote = Pick<ImportNote, "what" | "how" | "count">;
/** `provenance.json`: where a suite came from, and what of the source is not in it. Without paths that name a fault. */
export type Provenance = {
  schema: "causeway.provenance/1";
  kind: string;
  importer: { program: string; version: string; layout: number };
  options: SourceOptions;
  source: Omit<Origin, "licences"> & { licence: Origin["licences"] | "none found" };
  cases: number;
  withoutAnswer: number;
  shared: string[];
  counts: Record<string, number>;
  dropped: CountedNote[];
  defects: CountedNote[];
  facts: string[];
  /** The list of the files that were read, with their hashes, lies with the answers: `oracles/inputs.jsonl`. */
  inputs: { files: number; bytes: number; sha256: string };
};

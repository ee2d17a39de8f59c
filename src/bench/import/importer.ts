import type { CaseFolder } from "./case-folder.ts";
import type { PackedFile } from "./packed-file.ts";
import type { SourceTree } from "./source-tree.ts";
import type { Reading } from "./table.ts";

/** What the caller may say about a source. */
export type SourceOptions = {
  /** Only parts whose source path holds this text. */
  only: string | null;
  /** The service where requests enter, for the scenarios of layouts that do not name it. */
  entry: string | null;
  /** A registry of problems with their answers, for recordings of sessions. */
  registry: string | null;
};

/** The answer to one case, as `oracles/<id>.json` holds it. */
export type ImportedOracle = {
  id: string;
  faulty: boolean;
  /** For each root cause, the accepted names. */
  entities: string[][];
  entityKind: string | null;
  cause: string | null;
  category: string | null;
  onset: string | null;
  notes: Record<string, unknown>;
};

/** Where one unit writes. Its cases appear in the suite together, when all of the unit is written. */
export type UnitFolder = {
  openCase(id: string): Promise<CaseFolder>;
  /** Telemetry that several cases refer to. */
  openShared(name: string): Promise<CaseFolder>;
  /** Closes a case. `oracle` is null when the source holds no answer. */
  finishCase(id: string, folder: CaseFolder, scenario: object, oracle: ImportedOracle | null): Promise<void>;
  /** A text elsewhere in the suite, below `sets/`. */
  lines(path: string): Promise<PackedFile>;
};

/** A part of the source that is read in one go: after a crash, it is read again as a whole. */
export type ImportUnit = {
  /** The path in the source. It may name the fault. */
  name: string;
  write(out: UnitFolder, reading: Reading): Promise<void>;
};

export type ImportSource = { tree: SourceTree; reading: Reading; options: SourceOptions };

/** Turns one public layout into a suite. */
export type Importer = {
  kind: string;
  about: string;
  /** The layout, as a picture of its folders; errors show it. */
  layout: string;
  /** Rises when the same source would give another suite. */
  version: number;
  /** What the suite is for, if not `bench run`. */
  use?: string;
  /** @throws {IncidentError} BAD_INPUT when the tree is not in the layout. */
  plan(source: ImportSource): Promise<ImportUnit[]>;
};

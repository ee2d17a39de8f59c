import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { CASE_SIGNALS, type CaseFolder, type CaseSignal, openCaseFolder } from "./case-folder.ts";
import type { UnitFolder } from "./importer.ts";
import { packedFile } from "./packed-file.ts";
import type { UnitRecord } from "./work-folder.ts";

const RECORDS: Record<CaseSignal, string> = { logs: "log records", metrics: "samples", traces: "spans" };

/** The writer of one unit, and what it wrote so far. */
export type OpenUnit = {
  out: UnitFolder;
  written: Pick<UnitRecord, "cases" | "unanswered" | "shared" | "counts">;
  /** Closes what is still open, and removes temporary files. */
  close(): Promise<void>;
};

/** @param dir the folder in which the unit is built. */
export function openUnit(dir: string): OpenUnit {
  const temp = join(dir, "temp");
  const written: OpenUnit["written"] = { cases: [], unanswered: [], shared: [], counts: {} };
  const shared: CaseFolder[] = [];
  const count = (what: string, by = 1): void => void (written.counts[what] = (written.counts[what] ?? 0) + by);
  const tally = (folder: CaseFolder): void => {
    for (const signal of CASE_SIGNALS) {
      if (folder.counts[signal] === 0) continue;
      count(`cases with ${signal}`);
      count(RECORDS[signal], folder.counts[signal]);
    }
  };
  const file = async (path: string, content: string | Uint8Array): Promise<void> => {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), content);
  };
  const out: UnitFolder = {
    openCase: (id) => openCaseFolder(join(dir, "cases", id), join(temp, id)),
    async openShared(name) {
      const folder = await openCaseFolder(join(dir, "shared", name), join(temp, `shared-${name}`));
      written.shared.push(name);
      shared.push(folder);
      return folder;
    },
    async finishCase(id, folder, scenario, oracle) {
      await folder.close();
      await folder.json("scenario.json", scenario);
      if (oracle === null) written.unanswered.push(id);
      else await file(join("oracles", `${id}.json`), `${JSON.stringify(oracle, null, 2)}\n`);
      written.cases.push(id);
      tally(folder);
    },
    async lines(path) {
      await mkdir(dirname(join(dir, path)), { recursive: true });
      return packedFile(join(dir, path));
    },
  };
  return {
    out,
    written,
    async close() {
      for (const folder of shared) await folder.close();
      await rm(temp, { recursive: true, force: true });
    },
  };
}

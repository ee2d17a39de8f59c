import type { TimeWindow } from "../../domain/time.ts";
import type { CaseFolder } from "./case-folder.ts";

/** A case, and the times of which it takes records. One pass over the files of a day fills all cases of the day. */
export type TimedFolder = { folder: CaseFolder; records: TimeWindow; metrics: TimeWindow };

export async function settleAll(folders: readonly TimedFolder[]): Promise<void> {
  for (const { folder } of folders) await folder.settle();
}

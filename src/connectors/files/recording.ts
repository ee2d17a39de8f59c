import { join } from "node:path";
import { IncidentError } from "../../domain/errors.ts";
import type { Slice } from "../../domain/ports.ts";
import { entriesOf, findFile, openFolder, type RecordedFile, type RecordedFolder } from "./folder.ts";

/** The files of one incident, and the shared recordings that its slices may name. */
export type Recording = {
  readonly own: RecordedFolder;
  /** Nothing later is given; null for no limit. */
  readonly asOfMs: number | null;
  /** @throws {IncidentError} NOT_FOUND, naming the shared recordings that exist. */
  folderOf(slice: Pick<Slice, "shared">): Promise<RecordedFolder>;
  /** @returns null where the slice holds no such file. @throws {IncidentError} NOT_FOUND */
  find(name: string, slice: Pick<Slice, "shared">): Promise<RecordedFile | null>;
};

/** @param suiteRoot real path of the folder that holds `shared/`; links may not lead out of it. */
export function recordingOf(own: RecordedFolder, suiteRoot: string, asOfMs: number | null): Recording {
  const folderOf = async (slice: Pick<Slice, "shared">): Promise<RecordedFolder> =>
    slice.shared == null ? own : sharedFolder(suiteRoot, slice.shared);
  return { own, asOfMs, folderOf, find: async (name, slice) => findFile(await folderOf(slice), name) };
}

async function sharedFolder(suiteRoot: string, name: string): Promise<RecordedFolder> {
  const entries = (await entriesOf(join(suiteRoot, "shared"))) ?? [];
  const folder = entries.some((entry) => entry.name === name)
    ? await openFolder(suiteRoot, join(suiteRoot, "shared", name), `shared/${name}/`)
    : null;
  if (folder) return folder;
  const known = entries.map((entry) => entry.name).join(", ") || "none";
  throw new IncidentError("NOT_FOUND", `no shared recording "${name}"; there are: ${known}`, {
    hint: "Correct baseline.shared in scenario.json, or put the recording into shared/ beside cases/.",
  });
}

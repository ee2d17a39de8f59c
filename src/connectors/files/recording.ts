import { join } from "node:path";
import { IncidentError } from "../../domain/errors.ts";
import { entriesOf, findFile, openFolder, type RecordedFile, type RecordedFolder } from "./folder.ts";
import type { MetadataCache } from "./metadata.ts";

/** The files of one incident, and the shared recordings that its queries may name. */
export type Recording = {
  readonly own: RecordedFolder;
  /** No record later than this is returned; null for no limit. */
  readonly asOfMs: number | null;
  readonly metadata: MetadataCache;
  /**
   * @param shared null for the incident's own. @throws {IncidentError} NOT_FOUND, naming the shared recordings that
   *   exist.
   */
  folderOf(shared: string | null): Promise<RecordedFolder>;
  /** @returns null where the recording holds no such file. @throws {IncidentError} NOT_FOUND */
  find(name: string, shared: string | null): Promise<RecordedFile | null>;
};

/** @param suiteRoot real path of the folder that holds `shared/`; links may not lead out of it. */
export function recordingOf(
  own: RecordedFolder,
  suiteRoot: string,
  asOfMs: number | null,
  metadata: MetadataCache,
): Recording {
  const folderOf = async (shared: string | null): Promise<RecordedFolder> =>
    shared === null ? own : sharedFolder(suiteRoot, shared);
  return { own, asOfMs, metadata, folderOf, find: async (name, shared) => findFile(await folderOf(shared), name) };
}

async function sharedFolder(suiteRoot: string, name: string): Promise<RecordedFolder> {
  const entries = (await entriesOf(join(suiteRoot, "shared"))) ?? [];
  const folder = entries.some((entry) => entry.name === name)
    ? await openFolder(suiteRoot, join(suiteRoot, "shared", name), `shared/${name}/`)
    : null;
  if (folder) return folder;
  const known = entries.map((entry) => entry.name).join(", ") || "none";
  throw new IncidentError("NOT_FOUND", `there is no shared recording "${name}"; known: ${known}`, {
    hint: "Correct baseline.shared in scenario.json, or put the recording into shared/ beside cases/.",
  });
}

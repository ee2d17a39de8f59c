import { createHash } from "node:crypto";
import { access, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Action, Decision } from "../domain/action.ts";
import { IncidentError } from "../domain/errors.ts";
import { exportScript } from "../remediation/export.ts";

/** The script of an action among the approved ones, which agree with the record: it lies there from its approval on, and never before. */
export type ApprovedScript = {
  /** Has the bytes on disk beside its place, under a hidden name: a disk that cannot take them says so before anything is decided. @throws {IncidentError} CONFIG */
  stage(): Promise<void>;
  /** Has the folder agree with what is on record, also where a process died between the two. @returns where the script lies; null unless it was approved. @throws {IncidentError} */
  settle(recorded: Decision | null): Promise<string | null>;
};

export function approvedScript(home: string, action: Action): ApprovedScript {
  const { fileName, content, mode } = exportScript(action);
  const path = join(home, "approved", fileName);
  const staged = join(home, "approved", `.${fileName}.undecided`);
  let isStaged = false; // by this process: what another left may be cut off

  /** Exactly the bytes that are approved, for their owner alone to read and run. */
  async function write(hint: string): Promise<void> {
    try {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await rm(staged, { force: true });
      await writeFile(staged, content, { mode, flag: "wx", flush: true });
      isStaged = true;
    } catch (cause) {
      throw new IncidentError("CONFIG", `the approved script could not be written to ${path}`, { hint, cause });
    }
  }

  return {
    stage: () => write("Make room, or set CAUSEWAY_HOME elsewhere. Nothing was decided."),
    async settle(recorded) {
      if (recorded?.decision !== "approved") {
        for (const left of [staged, path]) await rm(left, { force: true }).catch(() => undefined); // what was not approved must not look so
        return null;
      }
      if (await isThere(path)) return path;
      if (sha256Of(content) !== recorded.scriptSha256) {
        throw new IncidentError("REJECTED", `the script of ${action.id} is not the one that was approved`, {
          hint: "It was changed in the store since. Nothing was exported; analyse the incident again.",
        });
      }
      if (!isStaged)
        await write(`${action.id} is approved. Make room, and approve it again: its script is written then.`);
      await rename(staged, path);
      return path;
    },
  };
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
const sha256Of = (text: string): string => createHash("sha256").update(text).digest("hex");

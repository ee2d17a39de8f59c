import { createHash } from "node:crypto";
import { access, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Action, Decision } from "../domain/action.ts";
import { IncidentError } from "../domain/errors.ts";
import { exportScript } from "../remediation/export.ts";
import { FIXED_PART } from "../remediation/fixed-part.ts";

/** The exported script of an action. The file exists from the recorded approval on, and never before. */
export type ApprovedScript = {
  /**
   * Writes the bytes to a hidden file in the same folder, so that a full disk shows before the decision.
   *
   * @throws {IncidentError} CONFIG
   */
  stage(): Promise<void>;
  /**
   * Makes the folder agree with the recorded decision, even after a process died between the two.
   *
   * @returns the path of the script; null unless it was approved.
   * @throws {IncidentError} CONFIG when it cannot be written; REJECTED when it is not the approved script.
   */
  settle(recorded: Decision | null): Promise<string | null>;
};

export function approvedScript(home: string, action: Action): ApprovedScript {
  const { fileName, content, mode } = exportScript(action);
  const path = join(home, "approved", fileName);
  const staged = join(home, "approved", `.${fileName}.undecided`);
  let isStaged = false; // by this process: another one may have left a truncated file

  /** Writes exactly the approved bytes, readable and executable by the owner only. */
  async function write(hint: string): Promise<void> {
    try {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await rm(staged, { force: true });
      await writeFile(staged, content, { mode, flag: "wx", flush: true });
      await writeFixedPart(dirname(path));
      isStaged = true;
    } catch (cause) {
      throw new IncidentError("CONFIG", `the approved script cannot be written to ${path}`, { hint, cause });
    }
  }

  return {
    stage: () => write("Nothing was decided. Free some disk space, or set CAUSEWAY_HOME to another folder."),
    async settle(recorded) {
      if (recorded?.decision !== "approved") {
        // A script that is not approved must not look approved.
        for (const left of [staged, path]) await rm(left, { force: true }).catch(() => undefined);
        return null;
      }
      if (await isThere(path)) return path;
      if (sha256Of(content) !== recorded.scriptSha256) {
        throw new IncidentError("REJECTED", `the stored script of ${action.id} is not the approved one`, {
          hint: "Someone changed it in the store after the approval. Nothing was exported. Analyze the incident again.",
        });
      }
      if (!isStaged)
        await write(`${action.id} is approved. Free some disk space, and approve it again to write its script.`);
      await rename(staged, path);
      return path;
    },
  };
}

/** The text that all scripts load. Each checks its hash before it runs anything of it. */
async function writeFixedPart(folder: string): Promise<void> {
  const path = join(folder, FIXED_PART.fileName);
  const current = await readFile(path, "utf8").catch(() => null);
  if (current === FIXED_PART.text) return;
  const fresh = `${path}.${process.pid}`;
  await rm(fresh, { force: true });
  await writeFile(fresh, FIXED_PART.text, { mode: 0o600, flag: "wx", flush: true });
  await rename(fresh, path);
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
const sha256Of = (text: string): string => createHash("sha256").update(text).digest("hex");

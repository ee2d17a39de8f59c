import { createHash } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Action, Decision } from "../domain/action.ts";
import { IncidentError } from "../domain/errors.ts";
import { exportScript } from "../remediation/export.ts";
import { dropStaged, isOwnFolder, ownFolder, stageFile, UnsafeFolder, writeFixedPart } from "./export-folder.ts";
import { placeFile, readOwnFile, statsAt, whyNotOwnFile } from "./own-file.ts";

/** `path` holds exactly the approved bytes. `notes`: what lay in the way, as sentences for the person. */
export type ExportedTo = { path: string; notes: string[] };

/** The exported script of an action. The file exists from the recorded approval on, and never before. */
export type ApprovedScript = {
  /**
   * Writes the bytes to a hidden file in the same folder, so that a full disk, or a folder that is not safe, shows
   * before the decision.
   *
   * @throws {IncidentError} CONFIG
   */
  stage(): Promise<void>;
  /**
   * Makes the folder agree with the recorded decision, even after a process died between the two. What lies at the
   * path of the script is neither followed nor overwritten: the script gets another name then.
   *
   * @returns null unless it was approved.
   * @throws {IncidentError} CONFIG when it cannot be written; REJECTED when it is not the approved script.
   */
  settle(recorded: Decision | null): Promise<ExportedTo | null>;
};

/** Names that are tried: the script's own, then `-2` and so on. */
const MAX_NAMES = 20;

export function approvedScript(home: string, action: Action): ApprovedScript {
  const { fileName, content, mode } = exportScript(action);
  const folder = join(home, "approved");
  const names = Array.from({ length: MAX_NAMES }, (_, at) =>
    at === 0 ? fileName : fileName.replace(/\.sh$/, `-${at + 1}.sh`),
  );
  const afterwards = `${action.id} is approved. Free some disk space, and approve it again to write its script.`;
  const notes: string[] = [];
  let staged: string | null = null; // by this process: another one may have left a truncated file

  async function prepare(hint: string): Promise<string> {
    try {
      await ownFolder(folder);
      notes.push(...(await writeFixedPart(folder)));
      return (staged ??= await stageFile(folder, fileName, { content, mode }));
    } catch (cause) {
      const unsafe = cause instanceof UnsafeFolder;
      throw new IncidentError(
        "CONFIG",
        `the approved script cannot be written to ${folder}${unsafe ? `: ${cause.message}` : ""}`,
        { hint: unsafe ? `${hint.split(".")[0]}. Move it away, or set CAUSEWAY_HOME to another folder.` : hint, cause },
      );
    }
  }

  /** The file that an earlier call exported, under one of the names. */
  async function exported(): Promise<string | null> {
    if (!(await isOwnFolder(folder))) return null;
    // A process that died while it gave a file its name left it with two.
    await dropStaged(folder, fileName, staged);
    for (const name of names) {
      const path = join(folder, name);
      if ((await statsAt(path)) === null) return null;
      if ((await readOwnFile(path)) === content) return path;
    }
    return null;
  }

  /** Takes the first name at which nothing lies, and beside which no state of a script lies. */
  async function place(from: string): Promise<string> {
    for (const name of names) {
      const path = join(folder, name);
      const why = (await occupant(path)) ?? (await occupant(`${path}.state`));
      if (why !== null) notes.push(`${why}; nothing there was changed`);
      else if (await placeFile(from, path, { content, mode })) return path;
    }
    throw new IncidentError("CONFIG", `${action.id} is approved, but ${MAX_NAMES} names for its script are taken`, {
      hint: `Look at who writes to ${folder}, clear it, and approve the action again to write its script.`,
    });
  }

  return {
    async stage() {
      await prepare("Nothing was decided. Free some disk space, or set CAUSEWAY_HOME to another folder.");
    },
    async settle(recorded) {
      if (recorded?.decision !== "approved") {
        // A script that is not approved must not look approved.
        const left = await exported().catch(() => null);
        if (left !== null) await rm(left, { force: true }).catch(() => undefined);
        await dropStaged(folder, fileName);
        return null;
      }
      if (sha256Of(content) !== recorded.scriptSha256) {
        throw new IncidentError("REJECTED", `the stored script of ${action.id} is not the approved one`, {
          hint: "Someone changed it in the store after the approval. Nothing was exported. Analyze the incident again.",
        });
      }
      const path = (await exported()) ?? (await place(await prepare(afterwards)));
      await dropStaged(folder, fileName);
      if ((await readOwnFile(path)) === content) return { path, notes };
      throw new IncidentError("REJECTED", `${path} does not hold the approved script: somebody changed it just now`, {
        hint: `Do not run it. Look at who writes to ${folder}, then approve ${action.id} again to write its script.`,
      });
    },
  };
}

/** What lies at a path, as a sentence; null if nothing does. */
async function occupant(path: string): Promise<string | null> {
  const stats = await statsAt(path);
  return stats === null ? null : `${path} was there before: ${whyNotOwnFile(stats) ?? "another file"}`;
}

const sha256Of = (text: string): string => createHash("sha256").update(text).digest("hex");

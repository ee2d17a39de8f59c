import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { IncidentError } from "../../domain/errors.ts";
import type { FetchOptions, RunbookSource } from "../../domain/ports.ts";
import type { Runbook } from "../../domain/runbook.ts";

/** Turns a SKILL.md into a runbook. @throws {IncidentError} BAD_INPUT */
export type RunbookReader = (text: string, file: { slug: string; origin: string }) => Runbook;

/**
 * Runbooks from folders of `<slug>/SKILL.md`, ascending by slug. A broken one becomes a Problem and the others still load; where
 * two folders hold the same slug the earlier one wins, so a team puts its own before those that come with the program.
 *
 * @param dirs One that does not exist holds no runbooks.
 * @throws {IncidentError} UNAVAILABLE from `listRunbooks` if a folder exists and cannot be listed.
 */
export function fileRunbooks(dirs: readonly string[], readRunbook: RunbookReader): RunbookSource {
  return {
    name: "files",
    async listRunbooks({ onProblem, signal }: FetchOptions = {}) {
      const found = new Map<string, Runbook>();
      for (const dir of dirs) {
        for (const slug of await listSlugs(dir)) {
          signal?.throwIfAborted();
          const origin = join(dir, slug, "SKILL.md");
          const problem = (what: string): void => onProblem?.({ source: origin, line: null, what });
          const text = await readSkill(origin);
          if (!text.ok) {
            if (text.why !== null) problem(text.why);
            continue;
          }
          const known = found.get(slug);
          if (known !== undefined) {
            problem(`not used: ${known.origin} has the same name and comes first`);
            continue;
          }
          try {
            found.set(slug, readRunbook(text.text, { slug, origin }));
          } catch (error) {
            if (!(error instanceof IncidentError)) throw error;
            problem(`${error.message}. ${error.hint}`);
          }
        }
      }
      return [...found.values()].toSorted((a, b) => (a.slug < b.slug ? -1 : 1));
    },
  };
}

async function listSlugs(dir: string): Promise<string[]> {
  try {
    const entries = await readdir(dir, { withFileTypes: true });
    return entries.flatMap((entry) => (entry.isDirectory() || entry.isSymbolicLink() ? [entry.name] : [])).toSorted();
  } catch (cause) {
    if (codeOf(cause) === "ENOENT") return [];
    throw new IncidentError("UNAVAILABLE", `the runbooks in ${dir} cannot be listed`, {
      hint: "Is it a folder, and may this user read it?",
      cause,
    });
  }
}

/** `why: null`: the folder has no SKILL.md, so it is no runbook. */
async function readSkill(origin: string): Promise<{ ok: true; text: string } | { ok: false; why: string | null }> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(origin);
  } catch (cause) {
    const code = codeOf(cause);
    return { ok: false, why: code === "ENOENT" || code === "ENOTDIR" ? null : `cannot be read (${code})` };
  }
  try {
    return { ok: true, text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    return { ok: false, why: "is not UTF-8 text" };
  }
}

const codeOf = (error: unknown): string => (error instanceof Error && "code" in error ? String(error.code) : "unknown");

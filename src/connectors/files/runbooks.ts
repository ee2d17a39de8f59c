import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { IncidentError } from "../../domain/errors.ts";
import type { FetchOptions, RunbookSource } from "../../domain/ports.ts";
import type { Runbook } from "../../domain/runbook.ts";

/** Reads a runbook from the text of a SKILL.md. @throws {IncidentError} BAD_INPUT */
export type RunbookReader = (text: string, file: { slug: string; origin: string }) => Runbook;

/**
 * Runbooks from folders of `<slug>/SKILL.md`, by slug. A broken one is a problem, and the others still load. If two
 * folders hold the same slug, the earlier one wins, so a team's own come before those of Causeway.
 *
 * @param dirs a folder that does not exist has no runbooks.
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
            problem(`not used: ${known.origin} has the same name and takes precedence`);
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
      hint: "Check that it is a folder, and readable for the user that runs Causeway.",
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

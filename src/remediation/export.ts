import type { Action } from "../domain/action.ts";

/** The approved script as a file. `content` in UTF-8 is exactly the hashed bytes; `mode` lets only the owner run it. */
export type ExportedScript = { fileName: string; content: string; mode: number };

/**
 * Builds the file of an approved action. The file name is safe on every file system for any id, and different for
 * different actions.
 */
export function exportScript({
  id,
  step,
  script,
  scriptSha256,
}: Pick<Action, "id" | "step" | "script" | "scriptSha256">): ExportedScript {
  const safe = [id, step]
    .map((part) =>
      part
        .replaceAll(/[^A-Za-z0-9_-]+/g, "-")
        .slice(0, 80)
        .replaceAll(/^-+/g, ""),
    )
    .filter((part) => part !== "");
  return { fileName: `${[...safe, scriptSha256.slice(0, 12)].join("-")}.sh`, content: script, mode: 0o700 };
}

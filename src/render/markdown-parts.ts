import { code } from "./markdown-escape.ts";

const MAX_CITED = 5;

/** " (`E1`, `E2`)": at most five ids; nothing without any. */
export const cite = (ids: readonly string[]): string => {
  if (ids.length === 0) return "";
  const shown = ids.slice(0, MAX_CITED).map((id) => code(id, 20));
  return ` (${shown.join(", ")}${ids.length > MAX_CITED ? ", …" : ""})`;
};

/** A heading with its lines; nothing without lines. */
export const section = (heading: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [`## ${heading}`, "", ...lines];

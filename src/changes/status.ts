import type { Change } from "../domain/telemetry.ts";

/** Words with which a provider reports that nothing is wrong, or no longer wrong. */
const WELL = new RegExp(
  String.raw`\b(?:operating[- ]normally|operational|resolved|ok(?:ay)?|normal|healthy|none|available|completed` +
    String.raw`|informational|up)\b`,
  "i",
);

/**
 * Reads an entry of a status feed: the reported state, and whether it means trouble. Null for every other change.
 * Entries have `type: "status"`, or a JSON summary with a `status`.
 */
export function statusOf({ type, status, summary }: Change): { trouble: boolean; state: string } | null {
  const reported = typeof status === "string" ? status : statusIn(summary);
  if (type !== "status" && !(reported !== null && summary?.trimStart().startsWith("{"))) return null;
  const state = reported ?? summary ?? "";
  return { trouble: state !== "" && !WELL.test(state), state: state.slice(0, 60) };
}

const statusIn = (summary: string | null): string | null =>
  /"status"\s*:\s*"([^"]{1,60})"/.exec(summary ?? "")?.[1] ?? null;

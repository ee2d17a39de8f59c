import type { Change } from "../domain/telemetry.ts";

/** A provider's own words for "nothing is wrong", or no longer. */
const WELL =
  /\b(?:operating[- ]normally|operational|resolved|ok|okay|normal|healthy|none|available|completed|informational|up)\b/i;

/**
 * What a status feed said, where a record is such an entry: the state that it reports and whether that is trouble. Null for every other change.
 * Entries have `type: "status"`, or a summary in JSON with a `status`.
 */
export function statusOf({ type, status, summary }: Change): { trouble: boolean; said: string } | null {
  const told = typeof status === "string" ? status : statusIn(summary);
  if (type !== "status" && !(told !== null && summary?.trimStart().startsWith("{"))) return null;
  const said = told ?? summary ?? "";
  return { trouble: said !== "" && !WELL.test(said), said: said.slice(0, 60) };
}

const statusIn = (summary: string | null): string | null =>
  /"status"\s*:\s*"([^"]{1,60})"/.exec(summary ?? "")?.[1] ?? null;

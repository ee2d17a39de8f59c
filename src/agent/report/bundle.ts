import { createHash } from "node:crypto";
import type { Topology } from "../../domain/telemetry.ts";
import type { Incident } from "../../domain/incident.ts";
import type { CitedFinding } from "../../domain/finding.ts";
import type { Report } from "../../domain/report.ts";

/** JSON with keys in order and no spaces, so that equal values are equal bytes. */
function canonicalJson(value: unknown): string {
  if (value === undefined) return "null";
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${canonicalJson(field)}`).join(",")}}`;
}

/** Removes the ids and times of this run, which another run over the same incident would not share. */
const neutral = ({ analysis_id: id, actions }: Report, text: string): string =>
  actions.reduce(
    (bare, { expires_at: expiry, script_sha256: hash }) =>
      bare
        .replaceAll(expiry, "<expiry>")
        .replaceAll(hash, "<hash>")
        .replaceAll(`EXPIRES=${Math.floor(Date.parse(expiry) / 1000)} `, "EXPIRES=<expiry> "),
    text.replaceAll(id, "<analysis>"),
  );

/** Links lead to where the servers are today, and a slow server has none. */
const withoutPages = ({ trace_links: _links, reads, ...evidence }: Report["evidence"][number]) => ({
  ...evidence,
  reads: reads?.map(({ native: _native, ...read }) => read),
});

/**
 * Which calls were answered from a cache, and what the others cost, differs between two runs that conclude the same.
 */
const NO_COST: Report["cost"] = { input_tokens: 0, output_tokens: 0, usd: null };

/** SHA-256 over everything that the analysis saw and concluded, without ids of the run, times of day and costs. */
export function bundleSha256(
  seen: { incident: Incident; findings: readonly CitedFinding[]; topology: Topology },
  report: Report,
): string {
  const { analysis_id: _run, timings: _times, bundle_sha256: _hash, ...rest } = report;
  // What the policy demands depends on the time of day.
  const actions = rest.actions.map(({ requirement: _requirement, ...action }) => action);
  const concluded = { ...rest, actions, cost: NO_COST, evidence: rest.evidence.map(withoutPages) };
  return createHash("sha256")
    .update(neutral(report, canonicalJson({ seen, concluded })))
    .digest("hex");
}

import { z } from "zod";
import { ReportBasis, ReportNative, ReportQuery } from "./report-query.ts";
import { ReportEvidence } from "./report.ts";

export const EVIDENCE_SCHEMA = "causeway.evidence/1";

/**
 * One query of a piece of evidence.
 *
 * - `native`: the same in the languages of the backends, such as PromQL; `link`: a page that shows its result.
 * - `basis`: the result at the time of the analysis; null if it was not counted.
 * - `now`: the result of running the query again.
 * - `same`: true if `basis` and `now` are equal; null if one of them is unknown.
 * - `samples`: lines, points or records that the query selects.
 * - `gaps`: how the answer is incomplete.
 * - `error`: the reason if the query failed.
 */
export const EvidenceQuery = z.object({
  query: ReportQuery,
  native: z.array(ReportNative),
  basis: ReportBasis.nullable(),
  now: ReportBasis.nullable(),
  same: z.boolean().nullable(),
  samples: z.array(z.object({ at: z.string().nullable(), where: z.string(), text: z.string() })),
  gaps: z.array(z.string()),
  error: z.string().nullable(),
});
export type EvidenceQuery = z.infer<typeof EvidenceQuery>;

/** Evidence from the report, with the records that its queries select. `reads` is empty if there is no query. */
export const ListedEvidence = ReportEvidence.omit({ reads: true }).extend({ reads: z.array(EvidenceQuery) });
export type ListedEvidence = z.infer<typeof ListedEvidence>;

/**
 * `rerun`: true if the queries ran again and `now` is filled. `note`: a remark that applies to the whole listing, or
 * null.
 */
export const EvidenceListing = z.object({
  schema_version: z.literal(EVIDENCE_SCHEMA),
  analysis_id: z.string(),
  incident_id: z.string(),
  rerun: z.boolean(),
  note: z.string().nullable(),
  evidence: z.array(ListedEvidence),
});
export type EvidenceListing = z.infer<typeof EvidenceListing>;

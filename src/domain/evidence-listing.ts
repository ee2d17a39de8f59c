import { z } from "zod";
import { ReportBasis, ReportQuery } from "./report-query.ts";
import { ReportEvidence } from "./report.ts";

export const EVIDENCE_SCHEMA = "causeway.evidence/1";

/**
 * A query of one piece of evidence. `basis`: what it brought when the incident was analyzed; null where that was not counted.
 * `now`: what it brings today, after a re-run. `same`: whether both are equal; null where one of them is not known. `samples`: lines,
 * points or records that it selects. `gaps`: where the answer fell short. `error`: why it could not be answered.
 */
export const EvidenceQuery = z.object({
  query: ReportQuery,
  basis: ReportBasis.nullable(),
  now: ReportBasis.nullable(),
  same: z.boolean().nullable(),
  samples: z.array(z.object({ at: z.string().nullable(), where: z.string(), text: z.string() })),
  gaps: z.array(z.string()),
  error: z.string().nullable(),
});
export type EvidenceQuery = z.infer<typeof EvidenceQuery>;

/** A piece of evidence as the report has it, with what its queries select. `reads` is empty for what was not queried. */
export const ListedEvidence = ReportEvidence.omit({ reads: true }).extend({ reads: z.array(EvidenceQuery) });
export type ListedEvidence = z.infer<typeof ListedEvidence>;

/** `rerun`: whether `now` was read. `note`: what a reader must know of all of it; null when nothing. */
export const EvidenceListing = z.object({
  schema_version: z.literal(EVIDENCE_SCHEMA),
  analysis_id: z.string(),
  incident_id: z.string(),
  rerun: z.boolean(),
  note: z.string().nullable(),
  evidence: z.array(ListedEvidence),
});
export type EvidenceListing = z.infer<typeof EvidenceListing>;

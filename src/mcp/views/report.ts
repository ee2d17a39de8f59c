import { z } from "zod";
import { Verdict } from "../../domain/hypothesis.ts";
import { Report } from "../../domain/report.ts";

const MOST = { causes: 5, hypotheses: 5, claims: 12, notes: 20, actions: 10 };

const Hypothesis = Report.shape.hypotheses.element.pick({
  entity: true,
  category: true,
  title: true,
  confidence: true,
  calibrated: true,
  status: true,
  why: true,
  evidence_ids: true,
  against_ids: true,
});
const Ids = z.array(z.string());
const RootCause = Report.shape.root_causes.element.pick({
  entity: true,
  category: true,
  title: true,
  confidence: true,
  calibrated: true,
  evidence_ids: true,
});
/** An action without its script: a person reads the exact bytes where the approval is given. */
const Action = Report.shape.actions.element.pick({
  id: true,
  title: true,
  target: true,
  risk: true,
  reversible: true,
  script_sha256: true,
  expires_at: true,
});

/** The conclusion of a report, bounded. Longer lists are read with read_report. */
export const ReportSummary = z.object({
  analysis_id: z.string(),
  incident_id: z.string(),
  title: z.string(),
  system: z.string().nullable(),
  verdict: Verdict,
  why: z.string(),
  onset: z.string().nullable(),
  alarm_at: z.string().nullable(),
  root_causes: z.array(RootCause),
  hypotheses: z.array(Hypothesis),
  claims: z.array(z.object({ text: z.string(), evidence_ids: Ids })),
  not_checked: z.array(z.object({ source: z.string(), why: z.string() })),
  next_evidence: z.array(z.string()),
  actions: z.array(Action).describe("proposals; only a person can approve them, outside of MCP"),
  counts: z.record(z.string(), z.number().int()).describe("length of each section of the report"),
});
export type ReportSummary = z.infer<typeof ReportSummary>;

/** The sections of a report that are lists. */
export const REPORT_SECTIONS = [
  "hypotheses",
  "claims",
  "timeline",
  "evidence",
  "alerts_explained",
  "anomalies",
  "propagation",
  "similar",
  "not_checked",
  "next_evidence",
] as const;
export type ReportSection = (typeof REPORT_SECTIONS)[number];

const picked = <T extends z.ZodObject>(shape: T, item: Record<string, unknown>): z.infer<T> =>
  Object.fromEntries(Object.keys(shape.shape).flatMap((key) => (key in item ? [[key, item[key]]] : []))) as z.infer<T>;

export const reportSummary = (report: Report): ReportSummary => ({
  analysis_id: report.analysis_id,
  incident_id: report.incident_id,
  title: report.title,
  system: report.system,
  verdict: report.verdict,
  why: report.why,
  onset: report.onset,
  alarm_at: report.alarm_at,
  root_causes: report.root_causes.slice(0, MOST.causes).map((one) => picked(RootCause, one)),
  hypotheses: report.hypotheses.slice(0, MOST.hypotheses).map((one) => picked(Hypothesis, one)),
  claims: report.claims.slice(0, MOST.claims),
  not_checked: report.not_checked.slice(0, MOST.notes),
  next_evidence: report.next_evidence.slice(0, MOST.notes),
  actions: report.actions.slice(0, MOST.actions).map((one) => picked(Action, one)),
  counts: Object.fromEntries(REPORT_SECTIONS.map((section) => [section, report[section].length])),
});

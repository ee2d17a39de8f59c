import { z } from "zod";
import { IncidentError } from "../../domain/errors.ts";
import { type Report, ReportEvidence } from "../../domain/report.ts";
import { defineTool, type RegisterTool } from "../define-tool.ts";
import { CursorInput, NextCursor, pageOf } from "../pages.ts";
import type { McpPorts } from "../ports.ts";
import { AnalysisIdInput, limitInput } from "../schemas.ts";
import { REPORT_SECTIONS, type ReportSection, ReportSummary, reportSummary } from "../views/report.ts";

/** The report of an analysis. @throws {IncidentError} NOT_FOUND */
export async function reportOf({ causeway }: Pick<McpPorts, "causeway">, analysisId: string): Promise<Report> {
  const { report, status } = await causeway.getAnalysis(analysisId);
  if (report !== null) return report;
  throw new IncidentError("NOT_FOUND", `analysis ${analysisId.slice(0, 80)} has no report; its status is ${status}`, {
    hint: "Wait until it is done, or call analyze_incident with its incident.",
  });
}

/** Reads the conclusion of a report, or one of its lists page by page. */
export const readReport = (ports: McpPorts): RegisterTool =>
  defineTool(
    {
      name: "read_report",
      title: "Read a report",
      description:
        "Reads the report of an analysis: without `section` its conclusion, with one the items of that list, page by " +
        "page. Every statement has the ids of its evidence (E7), which read_evidence shows.",
      scope: "read",
      writes: false,
      asksOutside: false,
      input: {
        analysis_id: AnalysisIdInput,
        section: z.enum(REPORT_SECTIONS).optional(),
        limit: limitInput(50, 200),
        cursor: CursorInput,
      },
      output: {
        summary: ReportSummary.nullable().describe("null if a section was asked for"),
        items: z.array(z.unknown()).describe("the items of the section; empty without one"),
        next_cursor: NextCursor,
        total: z.number().int(),
      },
    },
    ports,
    async ({ analysis_id: analysisId, section, limit, cursor }) => {
      const report = await reportOf(ports, analysisId);
      if (section === undefined) return { summary: reportSummary(report), items: [], next_cursor: null, total: 0 };
      const listing = ["read_report", analysisId, section];
      return { summary: null, ...pageOf<unknown>(itemsOf(report, section), { listing, cursor, limit }) };
    },
  );

/** Evidence without its queries, which `read_evidence` shows with the records that they select. */
const itemsOf = (report: Report, section: ReportSection): readonly unknown[] =>
  section === "evidence" ? report.evidence.map(({ reads: _reads, ...item }) => item) : report[section];

/** The fields that matter most. The others are those of `causeway evidence --json`, and are there too. */
const EvidenceItem = z.looseObject({
  ...ReportEvidence.pick({ id: true, kind: true, entity: true, summary: true, facts: true }).shape,
  reads: z.array(
    z.looseObject({
      native: z.array(z.looseObject({ language: z.string(), text: z.string() })),
      same: z.boolean().nullable().describe("after rerun: whether the query still gives the same"),
      samples: z.array(z.looseObject({ at: z.string().nullable(), text: z.string() })),
      error: z.string().nullable(),
    }),
  ),
});

/** Reads evidence with its queries and the raw records behind them. */
export const readEvidence = (ports: McpPorts): RegisterTool =>
  defineTool(
    {
      name: "read_evidence",
      title: "Read evidence",
      description:
        "Shows evidence of a report by id: its numbers, its queries (also in the backend's own language), and some of " +
        "the records that they select. `rerun` runs the queries again and says whether they still give the same.",
      scope: "read",
      writes: false,
      asksOutside: true,
      input: {
        analysis_id: AnalysisIdInput,
        ids: z
          .array(z.string().regex(/^E\d{1,6}$/))
          .min(1)
          .max(20)
          .describe("ids such as E7"),
        rerun: z.boolean().default(false),
        cursor: CursorInput,
      },
      output: {
        analysis_id: z.string(),
        incident_id: z.string(),
        remark: z.string().nullable(),
        evidence: z.array(EvidenceItem),
        next_cursor: NextCursor,
        total: z.number().int(),
      },
    },
    ports,
    async ({ analysis_id: analysisId, ids, rerun, cursor }, { signal }) => {
      await reportOf(ports, analysisId);
      const found = await ports.causeway.evidence(analysisId, { ids, rerun, signal });
      const { items, ...page } = pageOf(found.evidence, {
        listing: ["read_evidence", analysisId, ids, rerun],
        cursor,
        limit: ids.length,
      });
      return {
        analysis_id: found.analysis_id,
        incident_id: found.incident_id,
        remark: found.note,
        evidence: items,
        ...page,
      };
    },
  );

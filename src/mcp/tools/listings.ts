import { z } from "zod";
import { Verdict } from "../../domain/hypothesis.ts";
import { WorkStatus } from "../../domain/service.ts";
import { isoTime } from "../../domain/time.ts";
import { defineTool, type RegisterTool } from "../define-tool.ts";
import { CursorInput, NextCursor, pageOf } from "../pages.ts";
import type { McpPorts } from "../ports.ts";
import { IncidentIdInput, limitInput } from "../schemas.ts";

/** Analyses that a listing reads at most. Older ones are found by their incident. */
const MAX_ANALYSES = 1_000;

const Page = { next_cursor: NextCursor, total: z.number().int() };

/** Lists the incidents that can be analysed. */
export const listIncidents = (ports: McpPorts): RegisterTool =>
  defineTool(
    {
      name: "list_incidents",
      title: "List incidents",
      description: "Lists the incidents that can be analyzed, by id. `search` keeps those whose id or title holds it.",
      scope: "read",
      writes: false,
      asksOutside: false,
      input: {
        search: z.string().max(200).optional(),
        limit: limitInput(50, 200),
        cursor: CursorInput,
      },
      output: {
        incidents: z.array(
          z.object({
            id: z.string(),
            title: z.string(),
            alarm_at: z.string().nullable(),
            system: z.string().nullable(),
            not_investigated: z.string().nullable().describe("why alerts started no analysis of it"),
          }),
        ),
        ...Page,
      },
    },
    ports,
    async ({ search, limit, cursor }) => {
      const wanted = search?.toLowerCase() ?? "";
      const found = (await ports.causeway.listAllIncidents()).filter(
        ({ id, title }) => id.toLowerCase().includes(wanted) || title.toLowerCase().includes(wanted),
      );
      const { items, ...page } = pageOf(found, { listing: ["list_incidents", wanted], cursor, limit });
      return {
        incidents: items.map(({ id, title, alarmAtMs, system, notInvestigated }) => ({
          id,
          title,
          alarm_at: alarmAtMs === null ? null : isoTime(alarmAtMs),
          system,
          not_investigated: notInvestigated?.why ?? null,
        })),
        ...page,
      };
    },
  );

/** Lists the analyses on record, with what each concluded. */
export const listAnalyses = (ports: McpPorts): RegisterTool =>
  defineTool(
    {
      name: "list_analyses",
      title: "List analyses",
      description: `Lists the analyses on record, newest first (at most ${MAX_ANALYSES}), with what each concluded.`,
      scope: "read",
      writes: false,
      asksOutside: false,
      input: { incident_id: IncidentIdInput.optional(), limit: limitInput(20, 100), cursor: CursorInput },
      output: {
        analyses: z.array(
          z.object({
            analysis_id: z.string(),
            incident_id: z.string(),
            status: WorkStatus,
            requested_at: z.string(),
            verdict: Verdict.nullable(),
            entity: z.string().nullable(),
            cause: z.string().nullable(),
          }),
        ),
        ...Page,
      },
    },
    ports,
    async ({ incident_id: incidentId, limit, cursor }) => {
      const all = await ports.causeway.listAnalyses({ incidentId, limit: MAX_ANALYSES });
      const { items, ...page } = pageOf(all, { listing: ["list_analyses", incidentId ?? null], cursor, limit });
      const conclusions = await ports.causeway.conclusionsOf(items.map(({ id }) => id));
      return {
        analyses: items.map(({ id, incidentId: incident, status, requestedAtMs }) => {
          const { verdict = null, entity = null, cause = null } = conclusions.get(id) ?? {};
          return {
            analysis_id: id,
            incident_id: incident,
            status,
            requested_at: isoTime(requestedAtMs),
            verdict,
            entity,
            cause,
          };
        }),
        ...page,
      };
    },
  );

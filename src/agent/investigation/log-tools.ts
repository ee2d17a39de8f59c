import { z } from "zod";
import { isoTime, utcClock } from "../../domain/time.ts";
import { defineTool } from "../../llm/define-tool.ts";
import type { LoopTool } from "../../llm/loop-tool.ts";
import type { MinedLogs } from "../../logs/mined-logs.ts";
import type { InvestigationContext } from "./context.ts";
import { meant, unknownName } from "./known-names.ts";
import { dividingTime, plannedRangeOf } from "./ranges.ts";

/** A statement of one service: how often it was logged before and after the dividing time. Unix ms. */
export type StatementCounts = {
  service: string;
  level: string | null;
  template: string;
  before: number;
  after: number;
  firstMs: number;
  lastMs: number;
};

const ORDERS = ["new", "gone", "frequent"] as const;
const Input = z.object({
  entity: z.string().nullable().describe("only statements of this service; null for all"),
  containing: z.string().max(200).nullable().describe("only templates with this literal text; null for all"),
  order: z.enum(ORDERS).describe("new: most increased first; gone: most decreased first; frequent: most lines first"),
});

/** Lists log templates with their counts before and after the onset. No raw line is shown. */
export const readLogs = (context: InvestigationContext): LoopTool =>
  defineTool(
    {
      name: "read_logs",
      description:
        "Lists log templates (<*> stands for a variable part) with their counts before and after the onset, " +
        "and the id of the finding about each, if there is one.",
      input: Input,
    },
    async ({ entity: shown, containing, order }, signal) => {
      const { telemetry, incident, observations, findings } = context;
      const mined = await context.minedLogs(signal);
      if (mined === null) return { refused: "the incident has no logs" };
      const services = mined.table.servicesInIncident();
      const entity = shown === null ? null : meant(shown, services);
      if (shown !== null && entity === null) return unknownName("service with logs", shown, services);
      const range = await plannedRangeOf(telemetry, incident, "log", signal);
      const splitMs = dividingTime(incident, range);
      const wanted = containing?.toLowerCase() ?? "";
      const counts = statementCounts(mined, splitMs)
        .filter(
          ({ service, template }) => (entity === null || service === entity) && template.toLowerCase().includes(wanted),
        )
        .toSorted((a, b) => weightOf(order, b) - weightOf(order, a) || (a.template < b.template ? -1 : 1));
      const idOf = new Map(
        findings.map(({ id, entity: { id: emitter }, evidence: { template } }) => [`${emitter}\u0000${template}`, id]),
      );
      const result = await observations.show({
        tool: "read_logs",
        query: `log templates${entity === null ? "" : ` of ${entity}`}`,
        range,
        sources: telemetry.sourceNames("log"),
        summary: { split_at: isoTime(splitMs), templates: counts.length },
        rows: counts.map(({ service, level, template, before, after, firstMs, lastMs }) => ({
          entity: service,
          level,
          template,
          before,
          after,
          first: isoTime(firstMs),
          last: isoTime(lastMs),
          evidence: idOf.get(`${service}\u0000${template}`) ?? null,
        })),
      });
      const fresh = counts.filter(({ before }) => before === 0);
      const first = fresh.reduce((least, { firstMs }) => Math.min(least, firstMs), Number.POSITIVE_INFINITY);
      const newOnes = fresh.length === 0 ? "none is new" : `${fresh.length} new, the first at ${utcClock(first)}`;
      const which = `${counts.length === 1 ? "1 statement" : `${counts.length} statements`}`;
      return { result, step: `read the logs of ${entity ?? "all services"}: ${which}, ${newOnes}` };
    },
  );

const weightOf = (order: (typeof ORDERS)[number], { before, after }: StatementCounts): number => {
  if (order === "frequent") return before + after;
  const change = Math.log((after + 0.5) / (before + 0.5));
  return order === "new" ? change : -change;
};

/** Counts each statement of the incident's own lines. */
export function statementCounts({ table, statements }: MinedLogs, splitMs: number): StatementCounts[] {
  const byEvent = new Map<number, StatementCounts>();
  for (const [row, event] of table.event.entries()) {
    if (table.isOwn[row] !== true) continue;
    const timeMs = table.msOf(table.timeNs[row] ?? 0);
    const known = byEvent.get(event) ?? {
      service: table.services.textOf(table.eventService[event] ?? 0),
      level: statements[table.eventTemplate[event] ?? 0]?.level ?? null,
      template: statements[table.eventTemplate[event] ?? 0]?.text ?? "",
      before: 0,
      after: 0,
      firstMs: timeMs,
      lastMs: timeMs,
    };
    if (timeMs < splitMs) known.before += 1;
    else known.after += 1;
    known.firstMs = Math.min(known.firstMs, timeMs);
    known.lastMs = Math.max(known.lastMs, timeMs);
    byEvent.set(event, known);
  }
  return [...byEvent.values()];
}

import { z } from "zod";
import { AskAnswer, AskTable } from "../../domain/ask-answer.ts";
import { AskPlan } from "../../domain/ask-plan.ts";
import { IncidentError } from "../../domain/errors.ts";
import { defineTool, type RegisterTool } from "../define-tool.ts";
import type { McpPorts } from "../ports.ts";
import { AnalysisIdInput } from "../schemas.ts";

/** Rows of a table that are shown. A plan says with `top` how many groups it wants. */
const MOST_ROWS = 100;

/** The fields that matter most of `causeway.answer/1`. The others are there too. */
const Answer = z.looseObject({
  ...AskAnswer.pick({ claims: true, written_by: true, can_ask: true, limits: true, noted: true, plan_text: true })
    .shape,
  table: z.looseObject(AskTable.pick({ unit: true, read: true, matched: true, groups: true }).shape).nullable(),
  refusal: z.looseObject({ why: z.string(), nearest_text: z.string().nullable() }).nullable(),
});

/** Asks about an analysis, in words or with a plan over its telemetry. */
export const askAboutAnalysis = (ports: McpPorts): RegisterTool =>
  defineTool(
    {
      name: "ask",
      title: "Ask about an analysis",
      description:
        "Answers a question about an analysis from its evidence (why not X, could it be X, what changed, since when), " +
        "or runs a plan over the incident's telemetry: select, where, group by, measure. Give question or plan. The " +
        "question is kept with the analysis; it changes no rank and decides nothing.",
      scope: "analyse",
      writes: true,
      asksOutside: true,
      input: {
        analysis_id: AnalysisIdInput,
        question: z.string().min(1).max(2_000).optional(),
        plan: AskPlan.optional(),
      },
      output: { answer: Answer },
    },
    ports,
    async ({ analysis_id: analysisId, question, plan }, { caller, signal }) => {
      if ((question === undefined) === (plan === undefined))
        throw new IncidentError("BAD_INPUT", "give either question or plan", {
          hint: "`question` is text; `plan` is an object.",
        });
      const { answer } = await ports.causeway.ask(analysisId, {
        question: question ?? null,
        plan: plan ?? null,
        by: caller.name,
        via: "mcp",
        signal,
      });
      return { answer: bounded(answer) };
    },
  );

function bounded(answer: AskAnswer): AskAnswer {
  const { table } = answer;
  if (table === null || table.rows.length <= MOST_ROWS) return answer;
  const note = `Only the first ${MOST_ROWS} of ${table.rows.length} groups are shown.`;
  return { ...answer, table: { ...table, rows: table.rows.slice(0, MOST_ROWS), notes: [...table.notes, note] } };
}

import { fromJsonSchema, type JsonSchemaType } from "@modelcontextprotocol/server";
import { z } from "zod";
import type { ModelTool } from "../../domain/chat-model.ts";
import { IncidentError } from "../../domain/errors.ts";
import { registering, type RegisterTool } from "../define-tool.ts";
import { fromCursor, NextCursor, toCursor } from "../pages.ts";
import type { McpPorts } from "../ports.ts";

type Property = { type?: string | string[]; anyOf?: { type?: string }[] };

const Rows = z.array(z.record(z.string(), z.unknown()));
/** What a reading gives: the form that the investigator's tools have. */
const Reading = z.object({
  query: z.string(),
  range: z.object({ from: z.string().nullable(), to: z.string().nullable() }).nullable(),
  sources: z.array(z.string()),
  rows: z.number().int(),
  gaps: z.array(z.string()),
  summary: z.record(z.string(), z.unknown()),
  data: Rows,
});
const Refusal = z.object({
  refused: z.string(),
  possible: z.array(z.string()).default([]),
  hint: z.string().optional(),
  failure: z.string().optional(),
});
type Given = Record<string, unknown> & { analysis_id: string; cursor?: string };

/** The readings of the investigator, each as a tool: bounded, read-only, every foreign text reduced to safe words. */
export const telemetryTools = (ports: McpPorts): RegisterTool[] =>
  ports.causeway.telemetryTools.map((tool) => telemetryTool(ports, tool));

function telemetryTool(ports: McpPorts, { name, description, input }: ModelTool): RegisterTool {
  const properties = (input.properties ?? {}) as Record<string, Property>;
  const schema: JsonSchemaType = {
    type: "object",
    properties: {
      analysis_id: { type: "string", minLength: 1, maxLength: 200, description: "whose telemetry to read" },
      ...(properties as Record<string, object>),
      cursor: { type: "string", maxLength: 200, description: "next_cursor of the previous page" },
    },
    required: ["analysis_id", ...Object.keys(properties).filter((key) => !isNullable(properties[key] ?? {}))],
    additionalProperties: false,
  };
  return registering(
    {
      name,
      title: titleOf(name),
      description: `${description} Of an analyzed incident; texts are reduced to words of operations and values.`,
      scope: "read",
      writes: false,
      asksOutside: true,
      output: {
        reading: Reading.nullable().describe("null if the input names nothing that exists"),
        refusal: Refusal.nullable(),
        next_cursor: NextCursor,
      },
    },
    fromJsonSchema<Given>(schema),
    ports,
    async ({ analysis_id: analysisId, cursor, ...given }, { signal }) => {
      const nulls = Object.fromEntries(Object.keys(properties).map((key) => [key, null]));
      const listing = [name, analysisId, given];
      const { text, nextRow, isRefused } = await ports.causeway.readTelemetry(analysisId, {
        tool: name,
        input: { ...nulls, ...given },
        from: fromCursor(listing, cursor) + 1,
        signal,
      });
      const data: unknown = JSON.parse(text);
      if (isRefused) return { reading: null, refusal: refusalOf(data), next_cursor: null };
      return {
        reading: Reading.parse(data),
        refusal: null,
        next_cursor: nextRow === null ? null : toCursor(listing, nextRow - 1),
      };
    },
  );
}

const isNullable = ({ type, anyOf = [] }: Property): boolean =>
  type === "null" || (Array.isArray(type) && type.includes("null")) || anyOf.some((option) => option.type === "null");

/** "read_metric" → "Read metric". */
const titleOf = (name: string): string => `${name.charAt(0).toUpperCase()}${name.slice(1).replaceAll("_", " ")}`;

/** A source that failed is a failure of the call. */
function refusalOf(data: unknown): z.infer<typeof Refusal> {
  const refusal = Refusal.parse(data);
  if (refusal.failure === undefined) return refusal;
  throw new IncidentError("UNAVAILABLE", `${refusal.refused}: ${refusal.failure}`, {
    hint: "Try again later; `causeway doctor` checks the sources.",
  });
}

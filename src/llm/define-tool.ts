import { z } from "zod";
import type { JsonSchema } from "../domain/chat-model.ts";
import { IncidentError } from "../domain/errors.ts";
import { quotedJson, quotedName, quotedText } from "./quoted-data.ts";
import type { LoopTool, ToolOutcome } from "./loop-tool.ts";
import { resultText, type ToolResult } from "./tool-result.ts";

/**
 * A call that cannot be answered. `refused`: why, in Causeway's own words. `possible`: names that would be right.
 * `hint`: the same in own words. `failure`: the message of a source.
 */
export type CallRefusal = { refused: string; possible?: readonly string[]; hint?: string; failure?: string };
/** What a tool found, with one sentence for people. */
export type FoundRows = { result: ToolResult; step: string };

const MOST_POSSIBLE = 40;

/**
 * A tool whose input is checked by a schema. A wrong call gets a short correction, and nothing is run. A source that
 * cannot be read is a refusal, too.
 */
export function defineTool<S extends z.ZodObject>(
  { name, description, input }: { name: string; description: string; input: S },
  run: (input: z.infer<S>, signal?: AbortSignal) => Promise<FoundRows | CallRefusal>,
): LoopTool {
  const { $schema: _version, ...schema } = z.toJSONSchema(input, { io: "input" }) as Record<string, unknown>;
  return {
    definition: { name, description, input: schema as JsonSchema },
    async run(given, signal) {
      const parsed = input.safeParse(given);
      if (!parsed.success)
        return refusalOf(name, {
          refused: parsed.error.issues
            .map(({ path, message }) => `${path.join(".")}: ${message}`)
            .join("; ")
            .slice(0, 600),
          hint: `The fields are ${Object.keys(input.shape).join(", ")}. All are required; null where nothing is meant.`,
        });
      const found = await run(parsed.data, signal).catch((error: unknown): CallRefusal => {
        signal?.throwIfAborted();
        if (error instanceof IncidentError) return { refused: "it could not be read", failure: error.message };
        throw error;
      });
      return "refused" in found
        ? refusalOf(name, found)
        : { text: resultText(found.result), step: found.step, ok: true };
    },
  };
}

const refusalOf = (name: string, { refused, possible = [], hint, failure }: CallRefusal): ToolOutcome => ({
  text: quotedJson({
    refused,
    possible: possible.slice(0, MOST_POSSIBLE).map(quotedName),
    ...(hint !== undefined && { hint }),
    ...(failure !== undefined && { failure: quotedText(failure, 300) }),
  }),
  step: `refused a call of ${name}`, // what a model invents stays out of the report
  ok: false,
  ...(failure !== undefined && { isMalformed: false }),
});

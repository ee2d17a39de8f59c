import type { CallToolResult, McpServer, ServerContext, StandardSchemaWithJSON } from "@modelcontextprotocol/server";
import { z } from "zod";
import { IncidentError } from "../domain/errors.ts";
import { redactSecrets } from "../domain/redact.ts";
import type { Scope } from "../domain/service.ts";
import { neutral } from "../render/neutral.ts";
import type { McpCaller, McpPorts } from "./ports.ts";
import { inertData, inertJson, NOTICE, Notice } from "./untrusted.ts";

/** What a call knows beside its arguments. `progress`: sends one sentence, if the client wants progress. */
export type CallContext = { caller: McpCaller; signal: AbortSignal; progress: (sentence: string) => void };

/**
 * A tool. `writes`: what it adds to Causeway's own store; null if nothing. No tool changes anything outside.
 * `asksOutside`: queries telemetry backends or a model.
 */
export type ToolDefinition<I extends z.ZodRawShape, O extends z.ZodRawShape> = {
  name: string;
  title: string;
  description: string;
  scope: Extract<Scope, "read" | "analyse">;
  input: I;
  output: O;
  writes: boolean;
  asksOutside: boolean;
};

/** Registers one tool, if the caller may use it. */
export type RegisterTool = (server: McpServer, caller: McpCaller) => void;

export function defineTool<I extends z.ZodRawShape, O extends z.ZodRawShape>(
  definition: ToolDefinition<I, O>,
  ports: Pick<McpPorts, "log">,
  run: (input: z.infer<z.ZodObject<I>>, context: CallContext) => Promise<z.infer<z.ZodObject<O>>>,
): RegisterTool {
  return registering(definition, z.strictObject(definition.input), ports, run);
}

/** As `defineTool`, with any schema of the input. */
export function registering<O extends z.ZodRawShape, S extends StandardSchemaWithJSON>(
  { name, title, description, scope, output, writes, asksOutside }: Omit<ToolDefinition<z.ZodRawShape, O>, "input">,
  inputSchema: S,
  { log }: Pick<McpPorts, "log">,
  run: (input: StandardSchemaWithJSON.InferOutput<S>, context: CallContext) => Promise<z.infer<z.ZodObject<O>>>,
): RegisterTool {
  const outputSchema = z.object({ notice: Notice, ...output });
  return (server, caller) => {
    if (!caller.scopes.includes(scope)) return;
    const answer = async (input: StandardSchemaWithJSON.InferOutput<S>, ctx: ServerContext) => {
      try {
        const data = await run(input, { caller, signal: ctx.mcpReq.signal, progress: progressTo(ctx) });
        return resultOf(data);
      } catch (error) {
        ctx.mcpReq.signal.throwIfAborted();
        if (!(error instanceof IncidentError)) log.warn({ err: error, tool: name }, "an MCP tool failed");
        return failureOf(error);
      }
    };
    server.registerTool<StandardSchemaWithJSON, StandardSchemaWithJSON>(
      name,
      {
        title,
        description,
        inputSchema,
        outputSchema,
        annotations: {
          readOnlyHint: !writes,
          destructiveHint: false,
          idempotentHint: !writes,
          openWorldHint: asksOutside,
        },
      },
      (input, ctx) => answer(input as StandardSchemaWithJSON.InferOutput<S>, ctx),
    );
  };
}

function resultOf(data: Record<string, unknown>): CallToolResult {
  const structuredContent = { notice: NOTICE, ...inertData(data) };
  return {
    content: [
      { type: "text", text: NOTICE },
      { type: "text", text: inertJson(structuredContent) },
    ],
    structuredContent,
  };
}

/** What failed and what to do. A bug of ours names only its kind. */
function failureOf(error: unknown): CallToolResult {
  const [what, hint] =
    error instanceof IncidentError
      ? [error.message, error.hint]
      : ["an internal error of Causeway", "Please report it with Causeway's log."];
  const text = `${neutral(redactSecrets(what), 500)}. ${neutral(redactSecrets(hint), 300)}`;
  return { content: [{ type: "text", text }], isError: true };
}

/** Progress has no total: the number of steps is not known. */
function progressTo({ mcpReq }: ServerContext): (sentence: string) => void {
  const progressToken = mcpReq._meta?.progressToken;
  let progress = 0;
  return (sentence) => {
    if (progressToken === undefined || mcpReq.signal.aborted) return;
    progress += 1;
    const message = neutral(redactSecrets(sentence), 200);
    void mcpReq
      .notify({ method: "notifications/progress", params: { progressToken, progress, message } })
      .catch(() => undefined); // a client that has gone gets no progress
  };
}

import { createHash } from "node:crypto";
import { z } from "zod";

const Part = z.looseObject({ type: z.string(), text: z.string().optional() });
const Content = z.union([z.string(), z.array(Part)]).nullish();
const ToolCall = z.looseObject({
  id: z.string(),
  type: z.literal("function").default("function"),
  function: z.looseObject({ name: z.string(), arguments: z.string() }),
});
const Message = z.looseObject({
  role: z.enum(["system", "developer", "user", "assistant", "tool"]),
  content: Content,
  tool_calls: z.array(ToolCall).nullish(),
  tool_call_id: z.string().nullish(),
});
const Schema = z.record(z.string(), z.unknown());
const OfferedTool = z.looseObject({
  type: z.literal("function"),
  function: z.looseObject({
    name: z.string().min(1),
    description: z.string().nullish(),
    parameters: Schema.nullish(),
  }),
});
const ToolChoice = z.union([
  z.enum(["none", "auto", "required"]),
  z.looseObject({ type: z.literal("function"), function: z.looseObject({ name: z.string() }) }),
]);
const ResponseFormat = z.discriminatedUnion("type", [
  z.looseObject({ type: z.literal("text") }),
  z.looseObject({ type: z.literal("json_object") }),
  z.looseObject({
    type: z.literal("json_schema"),
    json_schema: z.looseObject({ name: z.string().optional(), schema: Schema.optional() }),
  }),
]);

/** The parts of a chat completion request that matter here; other parameters are accepted and ignored. */
export const CompletionRequest = z.looseObject({
  model: z.string().min(1),
  messages: z.array(Message).min(1),
  tools: z.array(OfferedTool).nullish(),
  tool_choice: ToolChoice.nullish(),
  response_format: ResponseFormat.nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  max_tokens: z.number().int().positive().nullish(),
  max_completion_tokens: z.number().int().positive().nullish(),
  n: z.literal(1, { error: "Only one choice (n = 1) is possible here." }).nullish(),
});
export type CompletionRequest = z.infer<typeof CompletionRequest>;
export type CompletionMessage = CompletionRequest["messages"][number];

/** A request as an answerer gets it. `number`: from 1, in the order of arrival. */
export type ReceivedRequest = { number: number; sha256: string; request: CompletionRequest };

/** A tool that the request offers. `parameters`: a JSON Schema; null if it takes none. */
export type RequestTool = { name: string; description: string; parameters: Readonly<Record<string, unknown>> | null };

export const textOf = ({ content }: Pick<CompletionMessage, "content">): string =>
  typeof content === "string" ? content : (content ?? []).map(({ text }) => text ?? "").join("");

export const toolsOf = ({ tools }: CompletionRequest): RequestTool[] =>
  (tools ?? []).map(({ function: { name, description, parameters } }) => ({
    name,
    description: description ?? "",
    parameters: parameters ?? null,
  }));

/** The form of the final answer: null for free text; `schema` null for any JSON object. */
export function answerFormOf({ response_format: format }: CompletionRequest): {
  name: string;
  schema: Readonly<Record<string, unknown>> | null;
} | null {
  if (format === null || format === undefined || format.type === "text") return null;
  if (format.type === "json_object") return { name: "JSON", schema: null };
  return { name: format.json_schema.name ?? "JSON", schema: format.json_schema.schema ?? null };
}

/** The tool that the request makes the model call; null if it may choose. */
export const forcedToolOf = ({ tool_choice: choice }: CompletionRequest): string | null =>
  typeof choice === "object" && choice !== null ? choice.function.name : null;

/** What the answer depends on. How it is sent (a stream, the most tokens) is left out. */
export const contentOf = ({ model, messages, tools, tool_choice, response_format }: CompletionRequest) => ({
  model,
  messages,
  ...(tools === null || tools === undefined ? {} : { tools }),
  ...(tool_choice === null || tool_choice === undefined ? {} : { tool_choice }),
  ...(response_format === null || response_format === undefined ? {} : { response_format }),
});

/** JSON whose keys are in order, so that equal data has equal text. */
export const canonicalJson = (data: unknown): string =>
  JSON.stringify(data, (_key, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );

/** SHA-256 of what the answer depends on, in hex. */
export const requestSha256 = (request: CompletionRequest): string =>
  createHash("sha256")
    .update(canonicalJson(contentOf(request)))
    .digest("hex");

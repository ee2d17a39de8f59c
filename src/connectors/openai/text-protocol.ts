import type { ModelRequest, ModelToolCall } from "../../domain/chat-model.ts";
import type { RequestForm } from "./request-form.ts";

/** Rules for a server without function calling: how a model calls a tool and gives its answer in JSON. */
export function textRules({ tools, answer }: Pick<ModelRequest, "tools" | "answer">, form: RequestForm): string {
  const schema = answer === null ? "" : JSON.stringify(answer.schema);
  if (form.tools) {
    if (answer === null || form.toolChoice) return "";
    return `Give your answer by calling the tool ${answer.name}.`;
  }
  if (tools.length === 0)
    return answer === null ? "" : `Answer with one JSON object and nothing else. It fits this JSON Schema:\n${schema}`;
  const last =
    answer === null ? "Otherwise answer in plain text." : `To answer, write {"answer": …}, where … fits:\n${schema}`;
  return [
    "You may call these tools:",
    ...tools.map(({ name, description, input }) => JSON.stringify({ name, description, input })),
    'To call one, write one JSON object and nothing else: {"tool": "its name", "input": {…}}',
    last,
  ].join("\n");
}

/** How an assistant's call and its result are written for such a server. */
export const textCall = ({ name, input }: ModelToolCall): string => JSON.stringify({ tool: name, input });
export const textResult = (name: string, text: string): string => `Result of ${name}:\n${text}`;

/** A call that a model wrote into its text: as Qwen and Hermes models write it, or as `textRules` tells. */
export function callsInText(
  text: string,
  { tools, answer }: Pick<ModelRequest, "tools" | "answer">,
  form: RequestForm,
): { text: string; calls: ModelToolCall[] } {
  const names = new Set([...tools.map(({ name }) => name), ...(answer === null ? [] : [answer.name])]);
  const tagged = [...text.matchAll(/<tool_call>([\s\S]*?)(?:<\/tool_call>|$)/g)].flatMap(
    ([, body = ""]) => callOf(jsonOf(body), names) ?? [],
  );
  if (tagged.length > 0)
    return { text: text.replaceAll(/<tool_call>[\s\S]*?(?:<\/tool_call>|$)/g, "").trim(), calls: numbered(tagged) };
  if (form.tools || tools.length === 0) return { text, calls: [] };
  const object = jsonOf(text);
  const call = callOf(object, names);
  if (call !== null) return { text: "", calls: numbered([call]) };
  const given = answer !== null && isObject(object) && isObject(object.answer) ? JSON.stringify(object.answer) : text;
  return { text: given, calls: [] };
}

type Call = Omit<ModelToolCall, "id">;
const numbered = (calls: Call[]): ModelToolCall[] => calls.map((call, at) => ({ id: `call_${at + 1}`, ...call }));

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function callOf(value: unknown, names: ReadonlySet<string>): Call | null {
  if (!isObject(value)) return null;
  const name = value.tool ?? value.name;
  if (typeof name !== "string" || !names.has(name)) return null;
  return { name, input: value.input ?? value.arguments ?? value.parameters ?? {} };
}

/** The JSON object from the first brace to the last; undefined when there is none. */
function jsonOf(text: string): unknown {
  const [start, end] = [text.indexOf("{"), text.lastIndexOf("}")];
  try {
    return start === -1 ? undefined : JSON.parse(text.slice(start, end + 1));
  } catch {
    return undefined;
  }
}

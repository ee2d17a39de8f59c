import {
  answerFormOf,
  canonicalJson,
  type CompletionMessage,
  type CompletionRequest,
  forcedToolOf,
  type RequestTool,
  textOf,
  toolsOf,
} from "./completion-request.ts";
import { prettyJson } from "./pretty-json.ts";

type Wrap = (text: string, width: number) => string;
/** `title`: names the request. */
export type RequestView = { title: string; tokens: number; request: CompletionRequest };

/**
 * The request as text for a person.
 *
 * @param earlier the requests that were shown before; parts that they contain are only named.
 * @param wrap breaks prose into lines of a width.
 */
export function showRequest(view: RequestView, earlier: readonly RequestView[], width: number, wrap: Wrap): string {
  const { title, tokens, request } = view;
  const head = `── ${title} · ${tokens.toLocaleString("en")} tokens `;
  const shown = sharedMessages(request, earlier);
  const names = callNames(request);
  return [
    head + "─".repeat(Math.max(2, width - head.length)),
    ...(shown.count > 0 ? [`messages 1 to ${shown.count}: the same as in ${shown.in}`] : []),
    ...request.messages.slice(shown.count).map((message) => showMessage(message, names, width, wrap)),
    showTools(request, earlier, width, wrap),
    showWanted(request, width),
  ]
    .filter((part) => part !== "")
    .join("\n");
}

/** The longest beginning that an earlier request has too. */
function sharedMessages(request: CompletionRequest, earlier: readonly RequestView[]): { count: number; in: string } {
  const texts = request.messages.map(canonicalJson);
  let best = { count: 0, in: "" };
  for (const { title, request: before } of earlier) {
    const other = before.messages.map(canonicalJson);
    const differs = texts.findIndex((text, at) => text !== other[at]);
    const count = Math.min(differs === -1 ? texts.length : differs, texts.length - 1); // the last is always shown
    if (count > best.count) best = { count, in: title };
  }
  return best;
}

const callNames = ({ messages }: CompletionRequest): Map<string, string> =>
  new Map(messages.flatMap(({ tool_calls: calls }) => (calls ?? []).map((call) => [call.id, call.function.name])));

function showMessage(message: CompletionMessage, names: Map<string, string>, width: number, wrap: Wrap): string {
  const from =
    message.tool_call_id === null || message.tool_call_id === undefined ? "" : names.get(message.tool_call_id);
  const title = `[${message.role}${from === undefined || from === "" ? "" : ` ${from}`}]`;
  const calls = (message.tool_calls ?? []).map(
    ({ function: { name, arguments: input } }) => `  call ${name} ${jsonOrText(input, width - 4)}`,
  );
  const text = showText(textOf(message), width - 2, wrap);
  return [title, ...(text === "" ? [] : [indented(text)]), ...calls].join("\n");
}

/** Prose is wrapped; a line that is JSON is laid out. */
const showText = (text: string, width: number, wrap: Wrap): string =>
  text
    .split("\n")
    .map((line) => (/^\s*[[{]/.test(line) ? jsonOrText(line, width) : wrap(line, width)))
    .join("\n");

function jsonOrText(text: string, width: number): string {
  try {
    return prettyJson(JSON.parse(text), width);
  } catch {
    return text;
  }
}

const indented = (text: string): string => text.replaceAll(/^(?=.)/gm, "  ");

function showTools(request: CompletionRequest, earlier: readonly RequestView[], width: number, wrap: Wrap): string {
  const tools = toolsOf(request);
  if (tools.length === 0) return "";
  const same = earlier.find((before) => canonicalJson(toolsOf(before.request)) === canonicalJson(tools));
  const names = tools.map(({ name }) => name).join(", ");
  if (same !== undefined) return wrap(`[tools] ${names} (as in ${same.title}; \`tools\` shows them)`, width);
  return showToolList(tools, width, wrap);
}

export const showToolList = (tools: readonly RequestTool[], width: number, wrap: Wrap): string =>
  ["[tools]", ...tools.map((tool) => indented(showTool(tool, width - 2, wrap)))].join("\n");

/** A tool with a line for each field of its input. */
export function showTool({ name, description, parameters }: RequestTool, width: number, wrap: Wrap): string {
  const properties = Object.entries(
    (parameters?.properties ?? {}) as Record<string, Readonly<Record<string, unknown>>>,
  );
  const required = new Set(Array.isArray(parameters?.required) ? parameters.required : []);
  const fields = properties.map(([field, { description: about, ...schema }]) => {
    const need = required.has(field) ? "" : " (optional)";
    return `${field}${need}: ${prettyJson(schema, width)}${typeof about === "string" ? `  ${about}` : ""}`;
  });
  return [name, indented(wrap(description, width - 2)), ...fields.map((field) => indented(wrap(field, width - 2)))]
    .filter((line) => line !== "")
    .join("\n");
}

function showWanted(request: CompletionRequest, width: number): string {
  const form = answerFormOf(request);
  const forced = forcedToolOf(request);
  if (forced !== null) return `[wanted] a call of ${forced}: \`answer {…}\``;
  if (form !== null)
    return `[wanted] \`answer {…}\`: ${form.name}${form.schema === null ? "" : ` by the schema\n${indented(prettyJson(form.schema, width - 2))}`}`;
  if (request.tool_choice === "required") return "[wanted] a call of a tool: `call TOOL {…}`";
  return toolsOf(request).length === 0 ? "[wanted] text" : "[wanted] text, or `call TOOL {…}`";
}

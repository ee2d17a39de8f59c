import { toolsOf, type CompletionRequest } from "./completion-request.ts";
import type { WrittenAnswer } from "./written-answer.ts";

/**
 * What a person typed. `more`: a line must follow. `view`: show a part of the request. `problem`: it is neither an
 * answer nor a command.
 */
export type TypedCommand =
  | { kind: "answer"; written: WrittenAnswer }
  | { kind: "view"; what: "help" | "request" | "raw" | "tools"; tool?: string }
  | { kind: "more" }
  | { kind: "problem"; what: string };

export const HELP = `Answer with one of these:
  call TOOL {…}       call a tool; {…} is its input as JSON, over several lines if you like
  calls [{"name": "TOOL", "input": {…}}, …]   call several tools at once
  answer {…}          give the final answer as JSON, in the form that the request wants
  text …              answer in text; a line without one of these words is text too
  """                 begin a text of several lines; end it with """
  fail STATUS …       answer with an HTTP error, such as: fail 429 slow down
  ! …                 put before an answer: send it although it does not fit the request
Or look at the request:
  show                all of it      raw          as JSON
  tools               its tools      schema TOOL  one tool
  help                this text`;

const FENCE = '"""';

/** Reads what was typed so far for one answer. @param typed one or several lines. */
export function readCommand(typed: string, request: CompletionRequest): TypedCommand {
  const line = typed.trim();
  if (line.startsWith("!")) {
    const read = readCommand(line.slice(1), request);
    return read.kind === "answer" ? { kind: "answer", written: { ...read.written, asIs: true } } : read;
  }
  if (line.startsWith(FENCE)) return readFenced(line);
  if (line === "") return { kind: "problem", what: "Write an answer; `help` lists how." };
  if (line === "help" || line === "?") return { kind: "view", what: "help" };
  if (line === "show") return { kind: "view", what: "request" };
  if (line === "raw" || line === "tools") return { kind: "view", what: line };
  const [, word = "", rest = ""] = /^(\S+)\s*([^]*)$/.exec(line) ?? [];
  switch (word) {
    case "schema":
      return { kind: "view", what: "tools", tool: rest };
    case "call":
      return readCall(rest);
    case "calls":
    case "answer":
      return readJson(rest, (data) => ({ [word]: data }) as WrittenAnswer);
    case "text":
      return { kind: "answer", written: { text: rest } };
    case "fail":
      return readFailure(rest);
  }
  if (toolsOf(request).some(({ name }) => name === word))
    return { kind: "problem", what: `To call it, write \`call ${word} {…}\`. To send this as text, write \`text …\`.` };
  return { kind: "answer", written: { text: line } };
}

function readFenced(line: string): TypedCommand {
  const text = line.slice(FENCE.length);
  const end = text.indexOf(FENCE);
  return end === -1 ? { kind: "more" } : { kind: "answer", written: { text: text.slice(0, end).trim() } };
}

function readCall(rest: string): TypedCommand {
  const [, name = "", input = ""] = /^(\S+)\s*([^]*)$/.exec(rest) ?? [];
  if (name === "") return { kind: "problem", what: "Write `call TOOL {…}`; `tools` lists the tools." };
  if (input === "") return { kind: "answer", written: { call: { name, input: {} } } };
  return readJson(input, (data) => ({ call: { name, input: data } }));
}

function readFailure(rest: string): TypedCommand {
  const [, status = "", message = ""] = /^([45]\d\d)\b\s*([^]*)$/.exec(rest) ?? [];
  if (status === "") return { kind: "problem", what: "Write `fail STATUS …` with a status from 400 to 599." };
  return {
    kind: "answer",
    written: { fail: { status: Number(status), message: message || `The person who answers chose ${status}.` } },
  };
}

function readJson(text: string, build: (data: unknown) => WrittenAnswer): TypedCommand {
  if (text === "") return { kind: "problem", what: "JSON must follow, such as {…}." };
  try {
    return { kind: "answer", written: build(JSON.parse(text)) };
  } catch (error) {
    if (isOpen(text)) return { kind: "more" };
    return { kind: "problem", what: `This is not JSON: ${error instanceof Error ? error.message : "cannot be read"}` };
  }
}

/** True if a bracket or a text in it is still open, so that more lines may complete it. */
function isOpen(json: string): boolean {
  const outside = json.replaceAll(/"(?:[^"\\]|\\[^])*"/g, "");
  if (outside.includes('"')) return true;
  const count = (pattern: RegExp): number => outside.match(pattern)?.length ?? 0;
  return count(/[[{]/g) > count(/[\]}]/g);
}

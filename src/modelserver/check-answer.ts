import { z } from "zod";
import { type CompletionRequest, answerFormOf, forcedToolOf, toolsOf } from "./completion-request.ts";
import type { ModelAnswer, WrittenCall } from "./written-answer.ts";

/**
 * Lists in what an answer does not fit its request: unknown tools, input that breaks a tool's schema, text where JSON
 * is wanted, more tokens than the request allows. A schema that zod cannot read checks nothing.
 */
export function problemsOf(answer: ModelAnswer, request: CompletionRequest, tokens: number): string[] {
  if (answer.kind === "failure") return [];
  const { text, calls } = answer;
  const most = request.max_completion_tokens ?? request.max_tokens ?? Infinity;
  return [
    ...calls.flatMap((call) => problemsOfCall(call, request)),
    ...problemsOfChoice(answer, request),
    ...(calls.length === 0 ? problemsOfText(text, request) : []),
    ...(tokens > most ? [`The answer has ${tokens} tokens; the request allows ${most}.`] : []),
  ];
}

function problemsOfCall({ name, input }: WrittenCall, request: CompletionRequest): string[] {
  const tools = toolsOf(request);
  const tool = tools.find((one) => one.name === name);
  if (tool === undefined) {
    const offered = tools.length === 0 ? "it offers none" : `it offers ${tools.map((one) => one.name).join(", ")}`;
    return [`The request has no tool ${name}; ${offered}.`];
  }
  return misfits(`The input of ${name}`, tool.parameters ?? { type: "object" }, input);
}

function problemsOfChoice({ calls }: { calls: readonly WrittenCall[] }, request: CompletionRequest): string[] {
  const forced = forcedToolOf(request);
  if (forced !== null && !calls.some(({ name }) => name === forced)) return [`The request wants a call of ${forced}.`];
  if (request.tool_choice === "required" && calls.length === 0) return ["The request wants a call of a tool."];
  if (request.tool_choice === "none" && calls.length > 0) return ["The request allows no call of a tool."];
  return [];
}

function problemsOfText(text: string, request: CompletionRequest): string[] {
  const form = answerFormOf(request);
  if (form === null) return text.trim() === "" ? ["The answer is empty."] : [];
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return ["The request wants JSON, and this text is not JSON. Write `answer {…}`."];
  }
  return misfits("The answer", form.schema ?? { type: "object" }, data);
}

/** @returns a line for each field that does not fit `schema`. */
function misfits(what: string, schema: Readonly<Record<string, unknown>>, data: unknown): string[] {
  const check = readSchema(schema);
  const checked = check?.safeParse(data);
  if (checked === undefined || checked.success) return [];
  return checked.error.issues.map(
    ({ path, message }) => `${what}${path.length === 0 ? "" : `, ${path.map(String).join(".")}`}: ${message}`,
  );
}

function readSchema(schema: Readonly<Record<string, unknown>>): z.ZodType | null {
  try {
    return z.fromJSONSchema(schema);
  } catch {
    return null; // a part of JSON Schema that zod does not know; the client checks the answer too
  }
}

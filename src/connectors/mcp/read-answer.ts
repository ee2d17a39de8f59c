import { IncidentError } from "../../domain/errors.ts";
import { jsonShape } from "../../domain/json-shape.ts";
import { redactSecrets } from "../../domain/redact.ts";
import type { McpAnswer } from "./types.ts";

/** Deeper answers are refused; no telemetry is so deep. */
const MAX_DEPTH = 32;
const MAX_VALUES = 2_000_000;
/** Characters of an error of a tool that are quoted. */
const QUOTED = 300;
/** Shorter values are no secrets, and would be found everywhere. */
const MIN_SECRET = 6;

type Content = { type: string; text?: string | undefined };
/** The part of a tool's result that is read. */
export type McpToolResult = {
  content?: readonly Content[] | undefined;
  structuredContent?: unknown;
  isError?: boolean | undefined;
};

/** Takes the settings that are secret out of a text: a server may echo what it was sent. */
export const withoutSecrets = (text: string, secrets: readonly string[]): string =>
  secrets
    .filter((secret) => secret.length >= MIN_SECRET)
    .reduce((rest, secret) => rest.replaceAll(secret, "⟨secret⟩"), text);

/**
 * The data of an answer: its structured part, else the JSON in its text, else the text.
 *
 * @throws {IncidentError} REJECTED if the tool says that it failed; BAD_RESPONSE for data that is too deep or too large.
 */
export function readAnswer(answer: McpToolResult, label: string, secrets: readonly string[]): McpAnswer {
  const text = withoutSecrets(textOf(answer), secrets);
  if (answer.isError === true)
    throw new IncidentError("REJECTED", `${label} answered: ${quoted(text) || "an error without words"}`, {
      hint: "Try the tool with the same arguments in an MCP client; check `arguments` of this tool.",
    });
  if (answer.structuredContent === undefined || answer.structuredContent === null)
    return { data: parsed(text, label), text };
  return { data: checked(answer.structuredContent, label, secrets), text };
}

const textOf = ({ content = [] }: McpToolResult): string =>
  content.flatMap(({ type, text }) => (type === "text" && text !== undefined ? [text] : [])).join("\n");

const quoted = (text: string): string =>
  redactSecrets(text.slice(0, QUOTED * 4))
    .slice(0, QUOTED)
    .toWellFormed();

function parsed(text: string, label: string): unknown {
  if (!/^\s*[[{]/.test(text)) return text;
  const { depth, brackets } = jsonShape(Buffer.from(text));
  if (depth > MAX_DEPTH || brackets > MAX_VALUES) throw tooDeep(label);
  try {
    return JSON.parse(text);
  } catch {
    return text; // lines of JSON, or a log line that begins with a bracket
  }
}

/** A copy without secrets, built without recursion deeper than the limit. */
function checked(value: unknown, label: string, secrets: readonly string[]): unknown {
  let left = MAX_VALUES;
  const copy = (inner: unknown, depth: number): unknown => {
    left -= 1;
    if (depth > MAX_DEPTH || left < 0) throw tooDeep(label);
    if (typeof inner === "string") return withoutSecrets(inner, secrets);
    if (typeof inner !== "object" || inner === null) return inner;
    if (Array.isArray(inner)) return inner.map((each) => copy(each, depth + 1));
    return Object.fromEntries(Object.entries(inner).map(([name, each]) => [name, copy(each, depth + 1)]));
  };
  return copy(value, 0);
}

const tooDeep = (label: string): IncidentError =>
  new IncidentError("BAD_RESPONSE", `${label} sent data that is nested deeper than ${MAX_DEPTH} levels or too large`, {
    hint: "Let the tool return less, or another form of its data.",
  });

import { z } from "zod";
import { type CompletionRequest, answerFormOf, forcedToolOf, toolsOf } from "./completion-request.ts";

const Call = z.strictObject({ name: z.string().min(1), input: z.unknown().default({}) });
const Fail = z.strictObject({
  status: z.number().int().min(400).max(599),
  message: z.string().default("The person who answers chose to fail."),
  retryAfterSeconds: z.number().nonnegative().optional(),
});

/**
 * An answer as a person, a script or a program writes it. Give one of these:
 *
 * - `text`: free text; may come with calls.
 * - `call`, `calls`: tools to call, each `{name, input}`.
 * - `answer`: the final JSON, in the form that the request wants.
 * - `fail`: an HTTP error.
 *
 * `asIs`: true to send it although it does not fit the request, to see what the client does.
 */
export const WrittenAnswer = z
  .strictObject({
    text: z.string().optional(),
    call: Call.optional(),
    calls: z.array(Call).min(1).optional(),
    answer: z.unknown().optional(),
    fail: Fail.optional(),
    asIs: z.boolean().optional(),
  })
  .refine(
    ({ text, call, calls, answer, fail }) => {
      const others = [call, calls, answer, fail].filter((part) => part !== undefined).length;
      return others === 1
        ? text === undefined || call !== undefined || calls !== undefined
        : others === 0 && text !== undefined;
    },
    { error: "Give one of text, call, calls, answer or fail; text may come with calls." },
  );
export type WrittenAnswer = z.infer<typeof WrittenAnswer>;

/** A call of a tool. `input`: usually an object; a string is sent as it is. */
export type WrittenCall = { name: string; input: unknown };

/** An answer ready to send. */
export type ModelAnswer =
  | { kind: "message"; text: string; calls: readonly WrittenCall[] }
  | { kind: "failure"; status: number; message: string; retryAfterSeconds: number | null };

/** @returns the problem as text if the request has no place for the answer. */
export function toModelAnswer(written: WrittenAnswer, request: CompletionRequest): ModelAnswer | { problem: string } {
  const { text = "", call, calls = call === undefined ? [] : [call], fail } = written;
  if (fail !== undefined)
    return {
      kind: "failure",
      status: fail.status,
      message: fail.message,
      retryAfterSeconds: fail.retryAfterSeconds ?? null,
    };
  if (written.answer === undefined) return { kind: "message", text, calls };
  if (answerFormOf(request) !== null) return { kind: "message", text: JSON.stringify(written.answer), calls: [] };
  const offered = toolsOf(request).map(({ name }) => name);
  const tool = forcedToolOf(request) ?? (offered.length === 1 ? offered[0] : undefined);
  if (tool !== undefined) return { kind: "message", text: "", calls: [{ name: tool, input: written.answer }] };
  if (offered.length === 0) return { kind: "message", text: JSON.stringify(written.answer), calls: [] };
  return { problem: `The request does not say where JSON goes. Call one of its tools: ${offered.join(", ")}.` };
}

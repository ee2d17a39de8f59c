import { z } from "zod";
import type { Claim } from "../../domain/ports.ts";

/** What a model has to answer. Loose on purpose: the citation check judges claims one by one, so an odd one need not spoil the rest. */
export const ClaimsAnswer = z.object({
  claims: z.array(
    z.object({
      text: z.string().describe("One short sentence."),
      evidenceIds: z.array(z.string()).describe("Ids of the findings that bear it out, such as E7."),
    }),
  ),
});

/** More than this nobody reads. */
const MOST_CLAIMS = 12;

export type ReadAnswer = { ok: true; claims: Claim[] } | { ok: false; why: string };

/**
 * Reads an answer: an object as a tool call gives it, or text with one JSON object in it, bare, fenced, or between words.
 * `why` names each field that does not fit, in words that a model can act on.
 */
export function readAnswer(answer: unknown): ReadAnswer {
  const parsed = ClaimsAnswer.safeParse(typeof answer === "string" ? jsonIn(answer) : answer);
  return parsed.success
    ? { ok: true, claims: parsed.data.claims.slice(0, MOST_CLAIMS) }
    : { ok: false, why: z.prettifyError(parsed.error) };
}

/** The object from the first brace to the last; undefined where that is no JSON. */
function jsonIn(text: string): unknown {
  const [start, end] = [text.indexOf("{"), text.lastIndexOf("}")];
  try {
    return start === -1 ? undefined : JSON.parse(text.slice(start, end + 1));
  } catch {
    return undefined;
  }
}

import { z } from "zod";
import type { Claim } from "../../domain/ports.ts";

/**
 * The answer a model must give. Loose on purpose: the citation check judges each claim, so one bad claim costs no
 * other.
 */
export const ClaimsAnswer = z.object({
  claims: z.array(
    z.object({
      text: z.string().describe("One short sentence."),
      evidenceIds: z.array(z.string()).describe("Ids of the findings that bear it out, such as E7."),
    }),
  ),
});

/** Nobody reads more. */
const MOST_CLAIMS = 12;

export type ReadAnswer = { ok: true; claims: Claim[] } | { ok: false; why: string };

/**
 * Reads an answer: the object of a tool call, or text that holds one JSON object, bare, fenced or between words. `why`
 * names each field that does not fit, so that a model can correct it.
 */
export function readAnswer(answer: unknown): ReadAnswer {
  const parsed = ClaimsAnswer.safeParse(typeof answer === "string" ? jsonIn(answer) : answer);
  return parsed.success
    ? { ok: true, claims: parsed.data.claims.slice(0, MOST_CLAIMS) }
    : { ok: false, why: z.prettifyError(parsed.error) };
}

/** The object from the first brace to the last; undefined when it is not JSON. */
function jsonIn(text: string): unknown {
  const [start, end] = [text.indexOf("{"), text.lastIndexOf("}")];
  try {
    return start === -1 ? undefined : JSON.parse(text.slice(start, end + 1));
  } catch {
    return undefined;
  }
}

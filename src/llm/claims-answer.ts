import { z } from "zod";
import type { AnswerForm } from "./structured.ts";

/** Nobody reads more. */
const MOST_CLAIMS = 12;

/** Loose on purpose: the citation check judges each claim, so one bad claim costs no other. */
const ClaimsAnswer = z.object({
  claims: z
    .array(
      z.object({
        text: z.string().describe("One short sentence."),
        evidenceIds: z.array(z.string()).describe("Ids of the findings that bear it out, such as E7."),
      }),
    )
    .transform((claims) => claims.slice(0, MOST_CLAIMS)),
});
export type ClaimsAnswer = z.infer<typeof ClaimsAnswer>;

/** The form of an explanation. */
export const CLAIMS_FORM: AnswerForm<ClaimsAnswer> = {
  name: "write_claims",
  description: "Gives the sentences of the explanation, each with the findings that bear it out.",
  schema: ClaimsAnswer,
};

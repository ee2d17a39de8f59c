import { z } from "zod";

const NUMBER = /^\s*[+-]?\d+(?:\.\d+)?\s*$/;

/**
 * A number of the file, or a text that is one, as variables hold it. Zod's own coercion would read `true` as 1 and
 * `[3]` as 3.
 */
export const numberOf = (rule: z.ZodNumber): z.ZodType<number> =>
  z.preprocess((value) => (typeof value === "string" && NUMBER.test(value) ? Number(value) : value), rule);

/** What a rule says of a value that is no number. */
export const NO_NUMBER = { error: "give a number such as 200, without a unit" } as const;

/** 1, 2, 3, … */
export const Count = numberOf(z.number(NO_NUMBER).int("give a whole number").positive("give a number above 0"));

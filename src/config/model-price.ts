import { z } from "zod";
import type { ModelPrice } from "../domain/model-price.ts";
import { type Env, fromEnv } from "./env.ts";
import { NO_NUMBER, numberOf } from "./numbers.ts";

const Dollars = numberOf(z.number(NO_NUMBER).min(0, "give a price of 0 or more"));
export const PriceFile = z.strictObject({ input: Dollars, output: Dollars, cachedInput: Dollars.optional() });

/** "0.15, 0.60" or "0.15, 0.60, 0.075" */
const PriceText = z.string().transform((text, context): z.infer<typeof PriceFile> => {
  const [input, output, cachedInput, ...more] = text.split(",").map((part) => part.trim());
  const read = PriceFile.safeParse({ input, output, ...(cachedInput === undefined ? {} : { cachedInput }) });
  if (read.success && more.length === 0) return read.data;
  context.addIssue({
    code: "custom",
    message: "write the prices of a million tokens in US dollars: input, output, cached input; for example 0.15, 0.60",
  });
  return z.NEVER;
});

/** Cached input costs as much as other input unless given. */
export const priceOf = ({ input, output, cachedInput = input }: z.infer<typeof PriceFile>): ModelPrice => ({
  input,
  output,
  cachedInput,
});

/** Null: not known. Causeway comes with no list of prices, because they change. @throws {IncidentError} CONFIG */
export function readPrice(env: Env, file: z.infer<typeof PriceFile> | undefined): ModelPrice | null {
  const price = fromEnv(env, "CAUSEWAY_MODEL_PRICE", PriceText) ?? file;
  return price === undefined ? null : priceOf(price);
}

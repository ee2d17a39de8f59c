import { z } from "zod";
import { IncidentError } from "../../domain/errors.ts";

/** A sender with more in one call than this is set up wrongly, or means harm. */
export const MAX_ALERTS = 10_000;

/**
 * Checks a webhook's payload; fields that nobody reads pass, so that a newer sender does not break us.
 *
 * @throws {IncidentError} BAD_INPUT, naming each field that does not fit.
 */
export function readPayload<T>(source: string, schema: z.ZodType<T>, payload: unknown): T {
  const parsed = schema.safeParse(payload);
  if (parsed.success) return parsed.data;
  const named = new z.ZodError(parsed.error.issues.slice(0, 10)); // a sender may get each of ten thousand alerts wrong
  throw new IncidentError("BAD_INPUT", `this is no payload of ${source}:\n${z.prettifyError(named)}`, {
    hint: `Send what ${source} sends by default, or describe your own format under webhooks.custom.`,
    cause: parsed.error,
  });
}

/** Text of a stranger, at a length that a store and a page can bear. */
export const short = (text: string, maxLength: number): string =>
  text.length <= maxLength ? text : `${text.slice(0, maxLength - 1)}…`;

import { z } from "zod";
import { IncidentError } from "../../domain/errors.ts";

/** A sender with more alerts in one call is misconfigured or hostile. */
export const MAX_ALERTS = 10_000;

/**
 * Checks a webhook's payload. Unknown fields pass, so that a newer sender does not break the connector.
 *
 * @throws {IncidentError} BAD_INPUT, naming each field that does not fit.
 */
export function readPayload<T>(source: string, schema: z.ZodType<T>, payload: unknown): T {
  const parsed = schema.safeParse(payload);
  if (parsed.success) return parsed.data;
  const named = new z.ZodError(parsed.error.issues.slice(0, 10)); // all of ten thousand alerts may be wrong
  throw new IncidentError(
    "BAD_INPUT",
    `the payload does not have the format of ${source}:\n${z.prettifyError(named)}`,
    {
      hint: `Send the default payload of ${source}, or describe your own format under webhooks.custom in config.yaml.`,
      cause: parsed.error,
    },
  );
}

/** Cuts text from outside to a length that fits stores and pages. */
export const short = (text: string, maxLength: number): string =>
  text.length <= maxLength ? text : `${text.slice(0, maxLength - 1)}…`;

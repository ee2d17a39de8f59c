import { createHash } from "node:crypto";
import { z } from "zod";
import { IncidentError } from "../../domain/errors.ts";

/** 128 bits of SHA-256, hexadecimal. */
export const contentKey = (canonical: string): string =>
  createHash("sha256").update(canonical).digest("hex").slice(0, 32);

/**
 * Reads stored JSON.
 *
 * @param what for messages, such as `action A1`.
 * @throws {IncidentError} BAD_RESPONSE if it does not fit.
 */
export function readJson<T>(schema: z.ZodType<T>, body: string, what: string): T {
  const refuse = (why: string, cause: unknown): IncidentError =>
    new IncidentError("BAD_RESPONSE", `the database holds ${what} in a form that Causeway cannot read: ${why}`, {
      hint: "Another version wrote it, or it was edited by hand. Run the analysis again.",
      cause,
    });
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch (cause) {
    throw refuse("not JSON", cause);
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw refuse(z.prettifyError(parsed.error), parsed.error);
}

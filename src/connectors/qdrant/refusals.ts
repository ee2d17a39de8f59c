import { z } from "zod";
import { type ErrorCode, IncidentError } from "../../domain/errors.ts";
import { excerpt } from "../http/redact.ts";

/** How Qdrant gives its reason: `{"status":{"error":"…"}}`. Without a valid key it sends plain text. */
const RefusalBody = z.object({ status: z.object({ error: z.string() }) });

type Refusal = { code: ErrorCode; what: string; hint: string };
const HINTS = {
  key: "Set QDRANT_API_KEY, or QDRANT_API_KEY_FILE, to a key of this server that may write.",
  disk: "Give the server more disk before you restart it. Nothing that it acknowledged is lost; then try again.",
  dimension:
    "Check that the embedding server serves the configured model. " +
    "To change the model of a memory, run `causeway memory reembed`.",
  busy: "Try again. If it persists, read the server's log.",
  other: "Read the server's log, and check that Causeway supports its version.",
};

/** Explains a refusal by Qdrant. @param place the redacted address. */
export function refusal(place: string, status: number, body: string): IncidentError {
  const reason = reasonIn(body);
  const { code, what, hint } = classified(status, reason);
  return new IncidentError(code, `${place} ${what} (HTTP ${status}): ${reason}`, { hint });
}

function classified(status: number, reason: string): Refusal {
  if (status === 401 || status === 403) return { code: "CONFIG", what: "refused the key", hint: HINTS.key };
  if (/no space left|disk (?:is )?full|not enough (?:disk )?space|os error 28|disk usage/i.test(reason))
    return { code: "CONFIG", what: "cannot store more: its disk is full", hint: HINTS.disk };
  if (/dimension/i.test(reason))
    return { code: "BAD_INPUT", what: "refused vectors of another dimension", hint: HINTS.dimension };
  if (status === 404) return { code: "NOT_FOUND", what: "does not exist", hint: HINTS.other };
  if (status === 429 || status >= 500) return { code: "UNAVAILABLE", what: "failed", hint: HINTS.busy };
  return { code: "REJECTED", what: "refused the request", hint: HINTS.other };
}

function reasonIn(body: string): string {
  try {
    return excerpt(RefusalBody.parse(JSON.parse(body)).status.error, []);
  } catch {
    return excerpt(body, []); // not Qdrant's own form
  }
}

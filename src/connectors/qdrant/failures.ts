import { z } from "zod";
import { type ErrorCode, IncidentError } from "../../domain/errors.ts";

/** How Qdrant says why: `{"status":{"error":"…"}}`. Without a valid key it sends plain text. */
const Refused = z.object({ status: z.object({ error: z.string() }) });

type Known = { code: ErrorCode; what: string; hint: string };
const HINTS = {
  key: "Set QDRANT_API_KEY, or QDRANT_API_KEY_FILE, to a key of this server that may write.",
  disk: "Give the server more disk before it is restarted. What was acknowledged is safe; run the same again then.",
  dimension:
    "Does the embedding server serve the configured model? `causeway memory reembed` changes the model of a memory.",
  busy: "Try again; look at the server's log if it stays so.",
  other: "Look at the server's log, and whether its version is supported.",
};

/** What a refusal means, for a person. */
export function refusal(place: string, status: number, body: string): IncidentError {
  const said = saidIn(body);
  const { code, what, hint } = known(status, said);
  return new IncidentError(code, `${place} ${what} (HTTP ${status}): ${said}`, { hint });
}

function known(status: number, said: string): Known {
  if (status === 401 || status === 403) return { code: "CONFIG", what: "refused the key", hint: HINTS.key };
  if (/no space left|disk (?:is )?full|not enough (?:disk )?space|os error 28|disk usage/i.test(said))
    return { code: "CONFIG", what: "cannot store more: its disk is full", hint: HINTS.disk };
  if (/dimension/i.test(said))
    return { code: "BAD_INPUT", what: "refused vectors of another dimension", hint: HINTS.dimension };
  if (status === 404) return { code: "NOT_FOUND", what: "knows no such thing", hint: HINTS.other };
  if (status === 429 || status >= 500) return { code: "UNAVAILABLE", what: "failed", hint: HINTS.busy };
  return { code: "REJECTED", what: "refused the request", hint: HINTS.other };
}

/** One line, and not long: a proxy may answer with a page. */
function saidIn(body: string): string {
  let said = body;
  try {
    said = Refused.parse(JSON.parse(body)).status.error;
  } catch {
    // not Qdrant's own form: as it stands
  }
  return said.replaceAll(/\s+/g, " ").trim().slice(0, 300);
}

import { IncidentError } from "../../domain/errors.ts";
import { utcClock } from "../../domain/time.ts";
import type { HttpAnswer, HttpServer } from "../http/types.ts";

type Headers = HttpAnswer["headers"];
/** What is left of a rate limit until `resetMs`, Unix milliseconds of our clock. */
type RateLimit = { limit: number; remaining: number; resetMs: number };

/**
 * What the answers of one server say about it, for all analyses: the rest of its rate limit, and its clock minus ours
 * in milliseconds (null if unknown).
 */
export type ApiState = {
  note(headers: Headers): void;
  /** @throws {IncidentError} BUSY while the limit is nearly used: what is left belongs to others with this token. */
  checkLimit(): void;
  clockSkewMs(): number | null;
};

/** Share of the requests of an hour that is left to others. */
const RESERVE = 0.05;

/** @param label how messages name the server. */
export function openApiState(label: string, now: () => number): ApiState {
  let known: RateLimit | null = null;
  let skewMs: number | null = null;
  return {
    note(headers) {
      const sentMs = Date.parse(headers.date ?? "");
      if (Number.isFinite(sentMs)) skewMs = sentMs - now();
      known = limitIn(headers, now()) ?? known;
    },
    checkLimit() {
      if (known === null || known.resetMs <= now() || known.remaining > known.limit * RESERVE) return;
      throw limitUsed(label, known);
    },
    clockSkewMs: () => skewMs,
  };
}

const limitUsed = (label: string, { limit, remaining, resetMs }: RateLimit): IncidentError =>
  new IncidentError(
    "BUSY",
    `${label} allows ${limit} requests per period, and only ${remaining} are left until ${utcClock(resetMs)}`,
    {
      hint: "Causeway leaves the last 5 % to other users of the token. Give Causeway its own token, or list fewer repositories.",
    },
  );

/** GitHub's headers begin with `x-`, those of GitLab do not. `reset`: Unix seconds of the server's clock. */
function limitIn(headers: Headers, nowMs: number): RateLimit | null {
  const read = (name: string): number => Number(headers[`x-ratelimit-${name}`] ?? headers[`ratelimit-${name}`] ?? "x");
  const [limit, remaining, reset] = [read("limit"), read("remaining"), read("reset")];
  if (![limit, remaining, reset].every((value) => Number.isFinite(value) && value >= 0)) return null;
  const serverMs = Date.parse(headers.date ?? "");
  const waitMs = reset * 1_000 - (Number.isFinite(serverMs) ? serverMs : nowMs);
  return { limit, remaining, resetMs: nowMs + Math.min(Math.max(0, waitMs), MAX_WAIT_MS) };
}
/** Limits are per minute or per hour. A server that names a later time is wrong. */
const MAX_WAIT_MS = 3_600_000;

/**
 * Reads refusals as GitHub and GitLab mean them: a used rate limit is no wrong credential, and a project that the token
 * may not see looks like one that does not exist.
 *
 * @param permissions what the token needs, for a hint. @param project how its vendor names a project.
 */
export const changeServerRefusal =
  (label: string, state: ApiState, { permissions, project }: { permissions: string; project: string }) =>
  ({ status, headers, excerpt }: Parameters<NonNullable<HttpServer["refusal"]>>[0], place: string) => {
    state.note(headers);
    const quoted = excerpt === "" ? "" : `: ${excerpt}`;
    if (status === 403 || status === 429) {
      const limit = limitIn(headers, Date.now());
      if (limit?.remaining === 0) return limitUsed(label, limit);
      const seconds = Number(headers["retry-after"] ?? "x");
      if (status === 403 && Number.isFinite(seconds) && seconds >= 0)
        return new IncidentError("UNAVAILABLE", `${label} limits requests to ${place}${quoted}`, {
          hint: "Wait, then try again.",
          retryAfterMs: Math.min(seconds * 1_000, MAX_WAIT_MS),
        });
    }
    if (status === 403)
      return new IncidentError("REJECTED", `${label} forbids ${place}${quoted}`, {
        hint: `Its token needs ${permissions}.`,
      });
    if (status === 404)
      return new IncidentError("NOT_FOUND", `${label} shows nothing at ${place}`, {
        hint: `Check the name of the ${project}, and that the token may read it: ${permissions}.`,
      });
    return null;
  };

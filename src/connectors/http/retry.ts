import { IncidentError } from "../../domain/errors.ts";
import { isClosedConnection } from "./failures.ts";
import type { HttpRetry } from "./types.ts";

const FIRST_PAUSE_MS = 200;
const MAX_WAIT_MS = 10_000;

/** Milliseconds to wait before the next attempt; null when the error stands. @param attempt 0 for the first. */
export function pauseBeforeRetry(error: unknown, attempt: number, { times, on, maxWaitMs }: HttpRetry): number | null {
  if (attempt >= times || !(error instanceof IncidentError) || error.code !== "UNAVAILABLE") return null;
  if (isClosedConnection(error.cause)) return 0;
  if (on === "closed") return null;
  const waitMs = Math.max(error.retryAfterMs ?? 0, FIRST_PAUSE_MS * 2 ** attempt); // `Retry-After: 0` is no hurry
  return waitMs <= (maxWaitMs ?? MAX_WAIT_MS) ? waitMs : null;
}

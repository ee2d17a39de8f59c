/**
 * UNAVAILABLE is worth retrying at once, BUSY later. The other codes need new settings, new input or a code change
 * first.
 */
export type ErrorCode = "CONFIG" | "NOT_FOUND" | "UNAVAILABLE" | "BUSY" | "REJECTED" | "BAD_RESPONSE" | "BAD_INPUT";

/** Every failure we expect. `message`: what failed, on what. `hint`: what to do. `cause`: the original error. */
export class IncidentError extends Error {
  override readonly name = "IncidentError";
  readonly code: ErrorCode;
  readonly hint: string;
  /** Milliseconds to wait before the next try. Null if unknown. */
  readonly retryAfterMs: number | null;

  constructor(
    code: ErrorCode,
    message: string,
    { hint, cause, retryAfterMs = null }: { hint: string; cause?: unknown; retryAfterMs?: number | null },
  ) {
    super(message, { cause });
    this.code = code;
    this.hint = hint;
    this.retryAfterMs = retryAfterMs;
  }
}

/** The message of any thrown value. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** True if the other side cannot be reached. A retry at once may work. */
export const isUnavailable = (error: unknown): boolean =>
  error instanceof IncidentError && error.code === "UNAVAILABLE";

/** True if the other side is down or overloaded. A retry later may work. */
export const isPassing = (error: unknown): boolean =>
  error instanceof IncidentError && (error.code === "UNAVAILABLE" || error.code === "BUSY");

export const isNotFound = (error: unknown): boolean => error instanceof IncidentError && error.code === "NOT_FOUND";

/** For `catch`, where NOT_FOUND is a valid answer: returns null for it and rethrows every other error. */
export function nullIfNotFound(error: unknown): null {
  if (isNotFound(error)) return null;
  throw error;
}

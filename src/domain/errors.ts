/** UNAVAILABLE is worth retrying, and so is BUSY, later; the others need new settings, input or code first. */
export type ErrorCode = "CONFIG" | "NOT_FOUND" | "UNAVAILABLE" | "BUSY" | "REJECTED" | "BAD_RESPONSE" | "BAD_INPUT";

/** Every failure we expect. `message`: what failed, on what. `hint`: what to do. `cause`: the original. */
export class IncidentError extends Error {
  override readonly name = "IncidentError";
  readonly code: ErrorCode;
  readonly hint: string;
  /** After how many milliseconds it may be asked again; null where nobody knows. */
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

/** What any failure says of itself, in words. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What is asked cannot be reached: asking again at once may mend that. */
export const isUnavailable = (error: unknown): boolean =>
  error instanceof IncidentError && error.code === "UNAVAILABLE";

/** What is asked is away, or has too much to do: asking again later may mend that. */
export const isPassing = (error: unknown): boolean =>
  error instanceof IncidentError && (error.code === "UNAVAILABLE" || error.code === "BUSY");

export const isNotFound = (error: unknown): boolean => error instanceof IncidentError && error.code === "NOT_FOUND";

/** For `catch`, where "nobody knows it" is an answer: that becomes null, every other failure stays one. */
export function nullIfNotFound(error: unknown): null {
  if (isNotFound(error)) return null;
  throw error;
}

/** UNAVAILABLE is worth retrying; the others need new settings, input or code first. */
export type ErrorCode = "CONFIG" | "NOT_FOUND" | "UNAVAILABLE" | "REJECTED" | "BAD_RESPONSE" | "BAD_INPUT";

/** Every failure we expect. `message`: what failed, on what. `hint`: what to do. `cause`: the original. */
export class IncidentError extends Error {
  override readonly name = "IncidentError";
  readonly code: ErrorCode;
  readonly hint: string;

  constructor(code: ErrorCode, message: string, { hint, cause }: { hint: string; cause?: unknown }) {
    super(message, { cause });
    this.code = code;
    this.hint = hint;
  }
}

/** The one failure that a retry may mend. */
export const isUnavailable = (error: unknown): boolean => error instanceof IncidentError && error.code === "UNAVAILABLE";

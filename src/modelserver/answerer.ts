import type { ReceivedRequest } from "./completion-request.ts";
import type { WrittenAnswer } from "./written-answer.ts";

/**
 * Answers requests, one at a time. `null`: it has no answer to this one, and the next answerer is tried.
 *
 * `signal` aborts when the client goes away, or the server closes.
 *
 * @throws {IncidentError} when it cannot answer at all.
 */
export type Answerer = {
  name: string;
  answer(request: ReceivedRequest, signal: AbortSignal): Promise<WrittenAnswer | null>;
  /** Why it had no answer, for the error that the client gets. */
  explain?(request: ReceivedRequest): string;
};

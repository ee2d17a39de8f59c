/**
 * A worker's claim on one analysis. It lapses unless it is renewed, so that another worker gets the work of a dead
 * process.
 */
export type QueueClaim = {
  analysisId: string;
  /** Identifies this claim. Calls with an older token change nothing. */
  token: string;
  /** The analysis was tried too often. The worker must give it up instead of starting it. */
  spent: boolean;
};

/** A claim lapses if it is not renewed for this long, milliseconds. */
export const CLAIM_MS = 10_000;
/** Maximum number of tries. Failures that a retry may fix and processes that die both count. */
export const MAX_TRIES = 8;

/** The order of analyses that wait for a worker. Their content and status live in the store. */
export interface WorkQueue {
  /** Adds the analyses that are not in the queue yet. */
  put(analysisIds: readonly string[]): Promise<void>;
  /** The next analysis that is due and that nobody holds. Null if there is none. */
  take(): Promise<QueueClaim | null>;
  /** @returns false if the claim was lost. */
  renew(claim: QueueClaim): Promise<boolean>;
  /** Removes the analysis from the queue. */
  done(claim: QueueClaim): Promise<void>;
  /** Gives the analysis back, to be retried after a delay that grows with each try. */
  again(claim: QueueClaim): Promise<void>;
  close(): Promise<void>;
}

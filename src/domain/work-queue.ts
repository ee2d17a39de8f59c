/** A hold on one analysis. It lapses unless it is renewed, so that the work of a process that died comes to another. */
export type QueueClaim = {
  analysisId: string;
  /** Which hold: an older one changes nothing. */
  token: string;
  /** It was tried too often already: it is to be given up, not to be begun. */
  spent: boolean;
};

/** A hold lapses when it was not renewed for this long, milliseconds. */
export const CLAIM_MS = 10_000;
/** Times that work is tried: by failures that a retry may mend, and by processes that die. */
export const MAX_TRIES = 8;

/** Analyses that wait to be worked on. The queue knows only whose turn it is: what an analysis is, and where it stands, is in the store. */
export interface WorkQueue {
  /** Adds what is not in it already. */
  put(analysisIds: readonly string[]): Promise<void>;
  /** The next that is due, held by nobody else; null where there is none. */
  take(): Promise<QueueClaim | null>;
  /** False where the hold was lost. */
  renew(claim: QueueClaim): Promise<boolean>;
  /** Takes it out of the queue. */
  done(claim: QueueClaim): Promise<void>;
  /** Gives it back, to be tried again after a while that grows with each try. */
  again(claim: QueueClaim): Promise<void>;
  close(): Promise<void>;
}

import { START } from "./transitions.ts";

/**
 * A change in what follows the event `from`. `lost` lost the largest share, `gained` gained the largest (END: the
 * sequence stops).
 */
export type FlowChange = {
  service: number;
  from: number;
  splitNs: number;
  lost: number;
  gained: number;
  before: number;
  after: number;
  lostBefore: number;
  lostAfter: number;
  gainedBefore: number;
  gainedAfter: number;
  /** Total variation distance between the two distributions, 0..1. */
  shift: number;
  /**
   * Share of the after-part whose next event was rare before, 0..1. A new mix of known next events is load, not a
   * fault.
   */
  novelty: number;
  /** The next events that were rare before. */
  novel: ReadonlySet<number>;
  g2: number;
  /** Number of traces whose first surprise is here. */
  firstSurprises: number;
};

/** One key for each event; for START, one for each service. */
export const flowKey = (from: number, service: number): number => (from === START ? -1 - service : from);

import { START } from "./transitions.ts";

/** What follows `from` changed. `lost` fell most, `gained` rose most (END: the sequence stops there). */
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
  /** Share of the after-part that goes where hardly anything went before, 0..1. A new mix of known ways is load, not fault. */
  novelty: number;
  /** Those next events. */
  novel: ReadonlySet<number>;
  g2: number;
  /** Traces that met their first surprise here. */
  firstSurprises: number;
};

/** One key for each event; for the start, one for each service. */
export const flowKey = (from: number, service: number): number => (from === START ? -1 - service : from);

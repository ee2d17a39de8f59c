import { faultNamed } from "./faults.ts";
import type { TrialResult } from "./trial-result.ts";

/** A market that is well again later than this, from the beginning of the fault, has not recovered in time. */
export const RECOVER_WITHIN_MS = 300_000;

/** What a trial shows. `recovered` null: customers never noticed, so there was nothing to recover from. */
export type TrialScore = {
  fault: string;
  half: string;
  responder: TrialResult["responder"];
  entityRight: boolean | null;
  causeRight: boolean | null;
  recovered: boolean | null;
  /** Seconds from the fault to the recovery. */
  seconds: number | null;
  harmed: readonly string[];
};

export function scoreTrial(result: TrialResult): TrialScore {
  const { entities, causes, half } = faultNamed(result.fault);
  const accepted = entities.flat();
  const [first] = result.analysis?.causes ?? [];
  const isFaulty = accepted.length > 0;
  const isAnalysed = result.responder === "causeway";
  return {
    fault: result.fault,
    half,
    responder: result.responder,
    entityRight: isAnalysed && isFaulty ? first !== undefined && accepted.includes(first.entity) : null,
    causeRight: isAnalysed && isFaulty ? first !== undefined && causes.includes(first.category) : null,
    recovered: result.missedMs === null ? null : isInTime(result),
    seconds: result.recoveredMs === null ? null : Math.round((result.recoveredMs - result.faultMs) / 1000),
    harmed: result.harmed,
  };
}

const isInTime = ({ faultMs, recoveredMs }: TrialResult): boolean =>
  recoveredMs !== null && recoveredMs - faultMs <= RECOVER_WITHIN_MS;

/** Share with its 95 % interval. @see Wilson 1927; n ≥ 1 */
export function wilson(hits: number, n: number): { share: number; low: number; high: number } {
  const z = 1.96;
  const share = hits / n;
  const centre = share + (z * z) / (2 * n);
  const spread = z * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  const scale = 1 + (z * z) / n;
  return { share, low: (centre - spread) / scale, high: (centre + spread) / scale };
}

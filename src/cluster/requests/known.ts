import type { Finding } from "../../domain/finding.ts";
import type { Names } from "../names.ts";
import type { ClusterState } from "../state.ts";

/** What the answers so far say. `findings`: strongest first. */
export type Known = { state: ClusterState; names: Names; findings: readonly Finding[] };

/** Findings of this strength state a fault, not a consequence. */
const CERTAIN = 4;

/** True if a finding about this entity says why it is in trouble. */
export const isExplained = ({ findings }: Known, entityId: string): boolean =>
  findings.some(
    ({ entity, strength, evidence }) =>
      entity.id === entityId && strength >= CERTAIN && evidence.facts.means !== undefined,
  );

/** True if a finding names a fault with its cause. */
export const isDecided = ({ findings: [strongest] }: Known): boolean =>
  strongest !== undefined && strongest.strength >= CERTAIN && strongest.evidence.facts.means !== undefined;

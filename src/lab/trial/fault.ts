import type { Defect } from "../process/messages.ts";
import type { NetworkFault } from "../market/relay.ts";

/**
 * The means to break the market. `kubectl`: what an operator can write, as its arguments. The others leave no trace in
 * the cluster. None of them says that a fault is meant.
 */
export type FaultTools = {
  kubectl: (...args: string[]) => Promise<void>;
  breakWith: (program: string, defect: Defect) => void;
  impair: (program: string, fault: NetworkFault) => void;
  /** Applies an object, as `kubectl apply` does. */
  apply: (object: object) => Promise<void>;
  /** Multiplies the customers. */
  multiplyLoad: (factor: number) => void;
};

/** What is right about a fault: the same as the oracle of a scenario. `causes`: the first is the true one. */
export type FaultTruth = {
  /** Root causes; each a list of accepted names. Empty: nothing is broken. */
  entities: readonly (readonly string[])[];
  causes: readonly string[];
  /** Runbooks whose steps mend it; empty if a person must. */
  runbooks: readonly string[];
};

/**
 * A fault of the lab. `family`: as AIOpsLab groups its own. `half`: thresholds and rules may be chosen on the faults of
 * `tuning`; those of `final` are looked at only for the figure. `heals`: whether it goes away by itself.
 */
export type LabFault = FaultTruth & {
  name: string;
  family: "virtualization" | "application" | "network" | "process" | "resource" | "load" | "none" | "two at once";
  half: "tuning" | "final";
  /** Names of objects with which the fault came, besides those of the root causes: a response may change them. */
  objects: readonly string[];
  /** What is broken, and by what means. */
  what: string;
  heals: boolean;
  begin: (tools: FaultTools) => Promise<void>;
};

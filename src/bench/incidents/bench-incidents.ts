import { recordedSuite } from "../../compose/recorded.ts";
import type { IncidentStore } from "../../domain/ports.ts";
import { type ActOptions, actingIncidents } from "../environments/acting-incidents.ts";
import { quietIncidents } from "./quiet-incidents.ts";
import { AS_RECORDED, type Variation, variedIncidents } from "./vary-incidents.ts";

/**
 * The part of a suite that is analysed: its cases, changed by `variation`, or (`quiet`) its recordings without a fault.
 * `leaveOut`: a system; the confidence then comes from a fit without it. `each`: the own system of every case.
 * `withoutCauses`: the only cases to analyse, by id, each with the causes that the analysis does not know. `detail`: keep
 * what each analysis looked at.
 */
export type BenchTask = {
  suite: string;
  variation?: Variation | undefined;
  quiet?: boolean | undefined;
  leaveOut?: string | undefined;
  withoutCauses?: Readonly<Record<string, readonly string[]>> | undefined;
  detail?: boolean | undefined;
};

/**
 * @param onCalls gets the calls of each case, where `variation` asks for tools step by step.
 * @throws {IncidentError} CONFIG when there is no such folder.
 */
export function benchIncidents(
  { suite, variation = AS_RECORDED, quiet = false }: BenchTask,
  onCalls?: ActOptions["onCalls"],
): IncidentStore {
  const recorded = recordedSuite(suite);
  const varied = variedIncidents(quiet ? quietIncidents(recorded) : recorded, variation);
  const { maxCalls } = variation;
  return maxCalls === null ? varied : actingIncidents(varied, { maxCalls, onCalls });
}

import { IncidentError } from "../../domain/errors.ts";
import type { LabFault } from "./fault.ts";
import { FAULTS_OF_OBJECTS } from "./faults-of-objects.ts";
import { FAULTS_OF_PROCESSES } from "./faults-of-processes.ts";

/** All faults of the lab, the runs without a fault included. */
export const FAULTS: readonly LabFault[] = [...FAULTS_OF_OBJECTS, ...FAULTS_OF_PROCESSES];

/** @throws {IncidentError} BAD_INPUT that names the faults there are */
export function faultNamed(name: string): LabFault {
  const found = FAULTS.find((fault) => fault.name === name);
  if (found !== undefined) return found;
  throw new IncidentError("BAD_INPUT", `the lab has no fault "${name}"`, {
    hint: `It has ${FAULTS.map((fault) => fault.name).join(", ")}.`,
  });
}

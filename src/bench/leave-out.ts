import { IncidentError } from "../domain/errors.ts";
import type { IncidentStore } from "../domain/ports.ts";
import { CALIBRATION, CALIBRATION_WITHOUT, type Calibration } from "../rca/confidence.ts";

/** In place of a system: each case uses the fit without its own system. */
export const EACH_SYSTEM = "each";

/** @throws {IncidentError} BAD_INPUT when no fit without this system was stored, listing those that were. */
export function checkLeftOut(system: string): void {
  const known = Object.keys(CALIBRATION_WITHOUT);
  if (system === EACH_SYSTEM || known.includes(system)) return;
  throw new IncidentError("BAD_INPUT", `there is no calibration without ${system}`, {
    hint: `Give one of ${[...known, EACH_SYSTEM].join(", ")}; \`causeway bench refit --out\` writes them.`,
  });
}

/**
 * The calibration for one case, fitted without a system. A system that is not in the fit needs no fit of its own.
 *
 * @param leaveOut a system, or `each` for that of the case.
 */
export async function leftOutOf(leaveOut: string, incidents: IncidentStore, incidentId: string): Promise<Calibration> {
  const system = leaveOut === EACH_SYSTEM ? (await incidents.getIncident(incidentId)).system : leaveOut;
  return (system === null ? undefined : CALIBRATION_WITHOUT[system]) ?? CALIBRATION;
}

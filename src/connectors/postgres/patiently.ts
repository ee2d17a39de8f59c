import { setTimeout as sleep } from "node:timers/promises";
import { isUnavailable } from "../../domain/errors.ts";
import type { SqlDatabase } from "../sql/tables.ts";
import { storeError } from "./errors.ts";

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

/**
 * Asks a question, and again after pauses while the server cannot be asked, for `patienceMs` in all. A question may have been answered and only its answer lost: who is
 * patient asks only what may be asked twice.
 *
 * @throws {IncidentError} instead of the driver's own failures.
 */
export const patiently = (place: string, patienceMs: number): SqlDatabase["run"] =>
  async function run(question) {
    for (
      let waitedMs = 0, pauseMs = FIRST_PAUSE_MS;
      ;
      waitedMs += pauseMs, pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)
    ) {
      try {
        return await question();
      } catch (cause) {
        const error = storeError(cause, place);
        if (waitedMs >= patienceMs || !isUnavailable(error)) throw error;
        await sleep(pauseMs);
      }
    }
  };

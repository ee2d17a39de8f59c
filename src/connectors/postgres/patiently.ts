import { setTimeout as sleep } from "node:timers/promises";
import { isUnavailable } from "../../domain/errors.ts";
import type { SqlDatabase } from "../sql/tables.ts";
import { storeError } from "./errors.ts";

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

/**
 * Runs a query, and retries it after pauses while the server is unreachable, for `patienceMs` in all. The server may
 * have run a query whose answer was lost, so use patience only for queries that may run twice.
 *
 * @throws {IncidentError} in place of the driver's errors.
 */
export const patiently = (place: string, patienceMs: number): SqlDatabase["run"] =>
  async function run(query) {
    for (
      let waitedMs = 0, pauseMs = FIRST_PAUSE_MS;
      ;
      waitedMs += pauseMs, pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)
    ) {
      try {
        return await query();
      } catch (cause) {
        const error = storeError(cause, place);
        if (waitedMs >= patienceMs || !isUnavailable(error)) throw error;
        await sleep(pauseMs);
      }
    }
  };

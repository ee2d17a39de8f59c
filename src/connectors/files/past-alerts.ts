import { IncidentError } from "../../domain/errors.ts";
import type { Incident } from "../../domain/incident.ts";
import { Alert } from "../../domain/telemetry.ts";
import { findFile } from "./folder.ts";
import { readJsonl } from "./jsonl.ts";
import { readIncident, type ScenarioFolder } from "./scenario.ts";
import { timeLimits } from "./time-limits.ts";

/** A few hundred sets show which alerts are usual. The first ones by id are used. */
const MAX_SETS = 500;
/** Maximum number of files that are open at the same time. */
const AT_ONCE = 16;

type PastSet = Pick<Incident, "id" | "suite" | "system"> & { alerts: Alert[] };

/**
 * The alert sets of the other recordings of the same suite and system, unlabelled. Recordings have no order, so later
 * ones count as well. With `asOf` set, only sets count whose alerts all have a time at or before it. A recording that
 * cannot be read is skipped; its own analysis reports it. All are read once and kept, until the ids in the folders
 * change.
 */
export function pastAlerts() {
  let kept: { ids: string; sets: Promise<PastSet[]> } | null = null;
  return {
    async of(
      { id, suite, system, asOfMs }: Incident,
      recorded: readonly { id: string; open: () => Promise<ScenarioFolder | null> }[],
      signal: AbortSignal | undefined,
    ): Promise<Alert[][]> {
      if (system === null) return [];
      const ids = recorded.map((place) => place.id).join("\n");
      if (kept?.ids !== ids) {
        const sets = readSets(recorded);
        kept = { ids, sets };
        sets.catch(() => (kept = null));
      }
      const sets = await kept.sets;
      signal?.throwIfAborted();
      return sets
        .filter((past) => past.id !== id && past.suite === suite && past.system === system)
        .map(({ alerts }) => alerts)
        .filter(
          (alerts) => asOfMs === null || alerts.every(({ timeUnixMs }) => timeUnixMs !== null && timeUnixMs <= asOfMs),
        )
        .slice(0, MAX_SETS);
    },
  };
}

async function readSets(recorded: readonly { open: () => Promise<ScenarioFolder | null> }[]): Promise<PastSet[]> {
  const sets: PastSet[] = [];
  for (let from = 0; from < recorded.length; from += AT_ONCE) {
    const read = await Promise.all(recorded.slice(from, from + AT_ONCE).map(({ open }) => readSet(open)));
    sets.push(...read.filter((set) => set !== null));
  }
  return sets;
}

async function readSet(open: () => Promise<ScenarioFolder | null>): Promise<PastSet | null> {
  try {
    const scenario = await open();
    const file = scenario && (await findFile(scenario.folder, "alerts.jsonl"));
    if (!file) return null;
    const { id, suite, system, asOfMs } = await readIncident(scenario);
    return { id, suite, system, alerts: await readJsonl(file, Alert, timeLimits(null, asOfMs), {}) };
  } catch (cause) {
    if (cause instanceof IncidentError) return null;
    throw cause;
  }
}

import { basename, dirname, join } from "node:path";
import { IncidentError } from "../../domain/errors.ts";
import type { Incident } from "../../domain/incident.ts";
import type { IncidentStore } from "../../domain/ports.ts";
import { closest } from "./closest.ts";
import { entriesOf, realPath } from "./folder.ts";
import { metadataCache } from "./metadata.ts";
import { pastAlerts } from "./past-alerts.ts";
import { openRecording, openScenario, readIncident, type ScenarioFolder } from "./scenario.ts";

/** Folders of a suite that hold no incidents. */
const NOT_CASES = new Set(["oracles", "shared"]);

/** @param casesDir holds a folder for each incident. `suiteRoot`: bounds where links may lead, and holds `shared/`. */
type Place = { casesDir: string; suiteRoot: string };

/**
 * Incidents recorded as scenario folders. The id is the name of the folder. Folders named `oracles` are never read, and
 * links out of a data folder are not followed.
 *
 * @param dataDirs each a suite (a folder with `cases/`) or a folder of scenario folders. If two hold the same id, the
 *   earlier one wins.
 */
export function fileIncidents(dataDirs: readonly string[]): IncidentStore {
  const places = async (): Promise<Place[]> => Promise.all(dataDirs.map(placeOf));
  const past = pastAlerts();
  const metadata = metadataCache();

  /** All scenario folders, by data folder and id. */
  const recorded = async () => {
    const listed = (await places()).map(async ({ casesDir, suiteRoot }) =>
      (await caseIds(casesDir)).map((id) => ({
        id: join(casesDir, id),
        open: () => openScenario(suiteRoot, join(casesDir, id)),
      })),
    );
    return (await Promise.all(listed)).flat();
  };

  const find = async (incidentId: string): Promise<ScenarioFolder> => {
    for (const { casesDir, suiteRoot } of await places()) {
      // Only names that the folder itself lists are joined to a path.
      const listed = (await caseIds(casesDir)).includes(incidentId);
      const scenario = listed ? await openScenario(suiteRoot, join(casesDir, incidentId)) : null;
      if (scenario) return scenario;
    }
    throw unknownIncident(
      incidentId,
      (await listIncidents()).map(({ id }) => id),
      dataDirs,
    );
  };

  const listIncidents = async (): Promise<Listed[]> => {
    const found = new Map<string, Listed>();
    for (const { casesDir, suiteRoot } of await places()) {
      for (const id of await caseIds(casesDir)) {
        const listed = found.has(id) ? null : await list(id, suiteRoot, join(casesDir, id));
        if (listed) found.set(id, listed);
      }
    }
    return [...found.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  };

  const read = async (incidentId: string): Promise<{ incident: Incident; scenario: ScenarioFolder }> => {
    const scenario = await find(incidentId);
    const incident = await readIncident(scenario);
    if (incident.id === incidentId) return { incident, scenario };
    const message = `${scenario.folder.dir}/scenario.json has the id "${incident.id}"`;
    throw new IncidentError("BAD_INPUT", message, {
      hint: "Rename the folder to the id, or change the id to the name of the folder.",
    });
  };

  return {
    getIncident: async (incidentId) => (await read(incidentId)).incident,
    listIncidents,
    async openTelemetry(incidentId) {
      const { incident, scenario } = await read(incidentId);
      return openRecording(scenario, incident.asOfMs, metadata, async (signal) =>
        past.of(incident, await recorded(), signal),
      );
    },
  };
}

/**
 * One scenario folder as a store of one incident, whatever its name. `shared/` is expected beside `cases/`, or beside
 * the folder itself.
 */
export function scenarioFolder(dir: string): IncidentStore {
  const metadata = metadataCache();
  const read = async (): Promise<{ incident: Incident; scenario: ScenarioFolder }> => {
    const own = await realPath(dir);
    const scenario = own && (await openScenario(suiteRootOf(dirname(own)), own));
    if (scenario) return { incident: await readIncident(scenario), scenario };
    throw new IncidentError("NOT_FOUND", `${dir} contains no scenario.json`, {
      hint: "Give the folder of one scenario, such as fixtures/cases/<id>.",
    });
  };
  const readAs = async (incidentId: string): ReturnType<typeof read> => {
    const found = await read();
    if (found.incident.id === incidentId) return found;
    throw unknownIncident(incidentId, [found.incident.id], [dir]);
  };
  return {
    getIncident: async (incidentId) => (await readAs(incidentId)).incident,
    listIncidents: async () => [briefly((await read()).incident)],
    async openTelemetry(incidentId) {
      const { incident, scenario } = await readAs(incidentId);
      return openRecording(scenario, incident.asOfMs, metadata);
    },
  };
}

type Listed = Awaited<ReturnType<IncidentStore["listIncidents"]>>[number];

const briefly = ({ id, title, alarmAtMs, system }: Incident): Listed => ({ id, title, alarmAtMs, system });

/** Lists an unreadable scenario with the reason, so that people see it. */
async function list(id: string, suiteRoot: string, dir: string): Promise<Listed | null> {
  try {
    const scenario = await openScenario(suiteRoot, dir);
    return scenario && { ...briefly(await readIncident(scenario)), id };
  } catch (cause) {
    if (!(cause instanceof IncidentError)) throw cause;
    return { id, title: `cannot be read: ${cause.message.split("\n", 1)[0]}`, alarmAtMs: null, system: null };
  }
}

async function placeOf(dataDir: string): Promise<Place> {
  const root = await realPath(dataDir);
  if (root === null)
    throw new IncidentError("CONFIG", `there is no data folder ${dataDir}`, {
      hint: "Give a suite, or a folder that contains scenario folders.",
    });
  const entries = (await entriesOf(root)) ?? [];
  if (entries.some(({ name }) => name === "cases")) return { casesDir: join(root, "cases"), suiteRoot: root };
  return { casesDir: root, suiteRoot: suiteRootOf(root) };
}

/** The suite folder: the parent of a folder named `cases`; otherwise the folder itself. */
const suiteRootOf = (casesDir: string): string => (basename(casesDir) === "cases" ? dirname(casesDir) : casesDir);

const caseIds = async (casesDir: string): Promise<string[]> => {
  const entries = (await entriesOf(casesDir)) ?? [];
  return entries
    .filter(
      (entry) =>
        !NOT_CASES.has(entry.name) && !entry.name.startsWith(".") && (entry.isDirectory() || entry.isSymbolicLink()),
    )
    .map(({ name }) => name);
};

function unknownIncident(incidentId: string, known: readonly string[], dataDirs: readonly string[]): IncidentError {
  const where = dataDirs.join(", ");
  const named = closest(incidentId.slice(0, 100), known);
  const more = known.length > named.length ? `, and ${known.length - named.length} more` : "";
  return new IncidentError(
    "NOT_FOUND",
    `no incident "${incidentId.slice(0, 100)}" in ${where || "no data folder"}; ` +
      `known: ${named.join(", ") || "none"}${more}`,
    {
      hint: "`causeway incidents` and GET /v1/incidents list them; --data names another folder.",
    },
  );
}

import { accessSync, constants, existsSync, statSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { IncidentError } from "../../domain/errors.ts";

/** The programs that a trial runs besides Node, and the variables that name them. */
const PROGRAMS = {
  kubectl: "CAUSEWAY_LAB_KUBECTL",
  prometheus: "CAUSEWAY_LAB_PROMETHEUS",
  alertmanager: "CAUSEWAY_LAB_ALERTMANAGER",
} as const;
type Program = keyof typeof PROGRAMS;
/** Paths of programs. */
export type LabPrograms = Readonly<Record<Program, string>>;

/** Names under which distributions install them. */
const FILE_NAMES: Readonly<Record<Program, readonly string[]>> = {
  kubectl: ["kubectl"],
  prometheus: ["prometheus"],
  alertmanager: ["alertmanager", "prometheus-alertmanager"],
};
/** Where the tests of a clone keep the programs that they downloaded from Debian. */
const OF_THE_TESTS = "test/servers/.debian";

/**
 * Finds the programs: by its variable, on the `PATH`, or where the tests of a clone keep theirs.
 *
 * @throws {IncidentError} CONFIG that names all that are missing, and how to name or get them.
 */
export function findPrograms(env: Readonly<Record<string, string | undefined>>, root: string): LabPrograms {
  const folders = [...(env.PATH ?? "").split(delimiter), join(root, OF_THE_TESTS)].filter((folder) => folder !== "");
  const find = (program: Program): string | null => {
    const named = env[PROGRAMS[program]];
    if (named !== undefined && named !== "") return isProgram(named) ? named : null;
    const paths = folders.flatMap((folder) => FILE_NAMES[program].map((name) => join(folder, name)));
    return paths.find(isProgram) ?? null;
  };
  const found = { kubectl: find("kubectl"), prometheus: find("prometheus"), alertmanager: find("alertmanager") };
  const { kubectl, prometheus, alertmanager } = found;
  if (kubectl !== null && prometheus !== null && alertmanager !== null) return { kubectl, prometheus, alertmanager };
  const missing = Object.entries(found).flatMap(([name, path]) => (path === null ? [name] : []));
  throw new IncidentError("CONFIG", `the lab needs ${missing.join(" and ")}, which this computer does not have`, {
    hint:
      `Put them on the PATH, or name them in ${missing.map((name) => PROGRAMS[name as Program]).join(" and ")}. ` +
      "Debian has them as kubernetes-client, prometheus and prometheus-alertmanager.",
  });
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Debian's Alertmanager of the tests reads its templates from this folder beside it; null for any other. */
export function templatesOf(alertmanager: string): string | null {
  const folder = join(dirname(alertmanager), "alertmanager");
  return alertmanager.endsWith("prometheus-alertmanager") && existsSync(folder) ? folder : null;
}

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { IncidentError } from "../../domain/errors.ts";
import { TrialResult } from "./trial-result.ts";

/** Keeps a result as `<fault>.<responder>.<seed>.json`; the same trial again replaces it. */
export function writeTrial(folder: string, result: TrialResult): void {
  mkdirSync(folder, { recursive: true });
  const name = `${result.fault}.${result.responder}.${result.seed}.json`;
  writeFileSync(join(folder, name), `${JSON.stringify(result, null, 1)}\n`);
}

/** All results of a folder, by name. @throws {IncidentError} NOT_FOUND if there are none */
export function readTrials(folder: string): TrialResult[] {
  const names = listed(folder).filter((name) => /\.(causeway|wrong|restart|nothing)\.\d+\.json$/.test(name));
  if (names.length === 0)
    throw new IncidentError("NOT_FOUND", `${folder} holds no trials of the lab`, {
      hint: "`causeway lab run FAULT --out DIR` makes them.",
    });
  return names.toSorted().map((name) => TrialResult.parse(JSON.parse(readFileSync(join(folder, name), "utf8"))));
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

import { benchIncidents } from "../incidents/bench-incidents.ts";
import { analyseCase, type Predicted } from "../predict/predict.ts";
import type { Seen } from "../../app/memory/bench-recall.ts";
import type { Config } from "../../config.ts";
import { IncidentError } from "../../domain/errors.ts";
import type { Oracle } from "../formats.ts";
import { cardOf } from "../labels.ts";
import { oraclesBeside } from "../measure.ts";
import { suiteName } from "../suite-name.ts";
import { readOracles } from "../read-files.ts";

/**
 * A labelled incident, analysed without a memory. `names`: the accepted names of the entity at fault. `cause`: the
 * cause card for the suite's label.
 */
export type MemoryCase = {
  suite: string;
  dir: string;
  id: string;
  system: string | null;
  names: readonly string[];
  cause: string;
  oracle: Oracle;
  seen: Seen;
  predicted: Predicted;
};
type Log = Parameters<typeof analyseCase>[3];
export type MemoryBenchOptions = {
  suites: readonly string[];
  config: Pick<Config, "runbooks" | "model" | "nodeTimeoutMs">;
  log: Log;
  onCase?: ((what: string) => void) | undefined;
};

/**
 * Analyses every case of the suites that has a labelled cause. Reads the answers after the last analysis.
 *
 * @throws {IncidentError} NOT_FOUND when a suite has no cases or no answers; BAD_INPUT when two cases have the same id.
 */
export async function memoryCases({ suites, config, log, onCase }: MemoryBenchOptions): Promise<MemoryCase[]> {
  const analysed: Omit<MemoryCase, "names" | "cause" | "oracle">[] = [];
  for (const dir of suites) {
    const incidents = benchIncidents({ suite: dir });
    for (const { id, system } of await incidents.listIncidents()) {
      onCase?.(`${suiteName(dir)} ${id}`);
      analysed.push({
        suite: suiteName(dir),
        dir,
        id,
        system,
        ...(await analyseCase(incidents, id, config, log, null)),
      });
    }
  }
  const twice = analysed.find(({ id }, at) => analysed.findIndex((other) => other.id === id) < at);
  if (twice)
    throw new IncidentError("BAD_INPUT", `two cases have the id ${twice.id}`, {
      hint: "All suites share one memory. Give suites with different ids.",
    });
  const oracles = new Map((await Promise.all(suites.map(oraclesOf))).flat().map((oracle) => [oracle.id, oracle]));
  return analysed.flatMap((one): MemoryCase[] => {
    const oracle = oracles.get(one.id);
    const names = oracle?.entities[0];
    if (!oracle?.faulty || oracle.cause == null || names === undefined) return [];
    return [{ ...one, oracle, names, cause: cardOf(oracle.cause) }];
  });
}

async function oraclesOf(dir: string): Promise<Oracle[]> {
  const oracles = oraclesBeside(dir);
  if (oracles !== null) return readOracles(oracles);
  throw new IncidentError("NOT_FOUND", `there is no folder \`oracles\` next to the cases of ${dir}`, {
    hint: "Recall is scored by the answers in that folder. Give a suite that has one.",
  });
}

/**
 * True if one case could reveal the answer to the other: the same incident, or the same cause on the same entity of
 * the same system, which may be a second recording of one injection. Injections at different times are excluded as
 * well, because not all suites have times.
 */
export const isSibling = (a: MemoryCase, b: MemoryCase): boolean =>
  a.id === b.id || (a.system === b.system && a.cause === b.cause && a.names.some((name) => b.names.includes(name)));

/** Ids that must never be recalled while `one` is measured. */
export const forbiddenFor = (one: MemoryCase, all: readonly MemoryCase[]): string[] =>
  all.filter((other) => isSibling(one, other)).map(({ id }) => id);

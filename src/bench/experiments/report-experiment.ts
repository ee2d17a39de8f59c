import { existsSync } from "node:fs";
import { join } from "node:path";
import { IncidentError } from "../../domain/errors.ts";
import type { Prediction } from "../formats.ts";
import { oraclesBeside } from "../measure.ts";
import { readOracles, readPredictions } from "../read-files.ts";
import { writeWhole } from "../runs/write-whole.ts";
import { suiteName } from "../suite-name.ts";
import { type ArmName } from "./arms.ts";
import { type ExperimentCase, judgeExperiment } from "./judge-experiment.ts";
import { experimentPage } from "./print-experiment.ts";
import type { ExperimentRecord } from "./record.ts";
import { readRegistration } from "./registration.ts";
import { predictionsFile } from "./run-experiment.ts";

async function casesOf(dir: string, suite: string): Promise<ExperimentCase[]> {
  const folder = oraclesBeside(suite);
  if (folder === null)
    throw new IncidentError("NOT_FOUND", `there is no folder oracles beside the cases of ${suite}`, {
      hint: "An experiment is judged by the answers of its suites.",
    });
  const oracles = await readOracles(folder);
  const ids = new Set(oracles.map(({ id }) => id));
  const predictionsOf = (arm: ArmName): Promise<Map<string, Prediction>> => {
    const path = predictionsFile(dir, arm, suite);
    if (!existsSync(path))
      throw new IncidentError("NOT_FOUND", `${dir} has no predictions of configuration ${arm} on ${suiteName(suite)}`, {
        hint: "The experiment has not run to its end. Repeat `causeway experiment run`: it goes on where it stopped.",
      });
    return readPredictions(path, ids);
  };
  const [a, b] = [await predictionsOf("a"), await predictionsOf("b")];
  return oracles
    .map((oracle) => ({ suite: suiteName(suite), oracle, a: a.get(oracle.id), b: b.get(oracle.id) }))
    .filter((one) => one.a !== undefined || one.b !== undefined);
}

/**
 * Judges an experiment that has run, and writes `report.json` and `report.md` into its folder.
 *
 * @throws {IncidentError} NOT_FOUND if no plan was recorded there, a run is missing, or a suite has no answers; BAD_INPUT
 *   if a file was changed.
 */
export async function reportExperiment(dir: string): Promise<ExperimentRecord> {
  const registration = await readRegistration(dir);
  if (registration === null)
    throw new IncidentError("NOT_FOUND", `no experiment was recorded in ${dir}`, {
      hint: "Run it first: causeway experiment run PLAN --out DIR.",
    });
  const { plan, sha256, recordedAt, program } = registration;
  const cases: ExperimentCase[] = [];
  for (const suite of plan.suites) cases.push(...(await casesOf(dir, suite)));
  const record: ExperimentRecord = {
    schema: "causeway.experiment-result/1",
    plan,
    sha256,
    recordedAt,
    program,
    ...judgeExperiment(plan, cases),
  };
  await writeWhole(join(dir, "report.json"), `${JSON.stringify(record, null, 2)}\n`);
  await writeWhole(join(dir, "report.md"), experimentPage(record));
  return record;
}

/**
 * The primary metric or a guardrail of an experiment.
 *
 * @throws {IncidentError} REJECTED for a metric that the plan does not name.
 */
export function namedResult(record: ExperimentRecord, metric: string) {
  const found =
    record.primary?.metric === metric
      ? record.primary
      : record.guardrails.find((guardrail) => guardrail.metric === metric)?.compared;
  const names = [record.plan.primary.metric, ...record.plan.guardrails.map((guardrail) => guardrail.metric)];
  if (!names.includes(metric))
    throw new IncidentError("REJECTED", `the plan does not name the metric ${metric}, only ${names.join(", ")}`, {
      hint: "A metric chosen after the runs proves nothing. Name it in a new plan, and run that on other cases.",
    });
  return found ?? null;
}

import { type Config, type Env, loadConfig } from "../../config.ts";
import type { BenchTask } from "../incidents/bench-incidents.ts";
import { AS_RECORDED } from "../incidents/vary-incidents.ts";
import { checkLeftOut } from "../leave-out.ts";
import type { PredictConfig } from "../predict/predict-pool.ts";
import type { ExperimentArm } from "./plan.ts";

export type ArmName = "a" | "b";
export const ARM_NAMES = ["a", "b"] as const;

/** The settings of an arm: those in force, with what the plan changes. @throws {IncidentError} CONFIG */
export function configOfArm({ llm, env: changed, config }: ExperimentArm, env: Env): PredictConfig {
  const settings: Env = { ...env, ...(config !== undefined && { CAUSEWAY_CONFIG: config }), ...changed };
  return predictConfigOf(loadConfig({ llm: llm !== false }, settings));
}

const predictConfigOf = (config: Config): PredictConfig => {
  const { runbooks, model, modelLimits, proxy, nodeTimeoutMs, logLevel } = config;
  return { runbooks, model, modelLimits, proxy, nodeTimeoutMs, logLevel };
};

/** A suite as an arm sees it. @throws {IncidentError} BAD_INPUT when no calibration without that system is known. */
export function taskOfArm({ without = [], leaveOut }: ExperimentArm, suite: string): BenchTask {
  if (leaveOut !== undefined) checkLeftOut(leaveOut);
  return { suite, variation: { ...AS_RECORDED, without }, leaveOut };
}

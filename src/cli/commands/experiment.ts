import type { Command } from "commander";
import type { Done } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { addCanaryCommands } from "./experiment/canary.ts";
import { addDriftCommand } from "./experiment/drift.ts";
import { addJudgeCommand } from "./experiment/judge.ts";
import { addPlanCommand } from "./experiment/plan.ts";
import { addReportCommand } from "./experiment/report.ts";
import { addRunExperimentCommand } from "./experiment/run.ts";

export function defineExperiment(experiment: Command, io: Io, done: Done): void {
  addPlanCommand(experiment, io, done);
  addRunExperimentCommand(experiment, io, done);
  addReportCommand(experiment, io, done);
  addCanaryCommands(experiment, io);
  addJudgeCommand(experiment, io, done);
  addDriftCommand(experiment, io, done);
}

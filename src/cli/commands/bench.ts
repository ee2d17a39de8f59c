import type { Command } from "commander";
import type { Io } from "../io.ts";
import type { Done } from "../exit-codes.ts";
import { addCompareCommand } from "./bench/compare.ts";
import { addConformanceCommand } from "./bench/conformance.ts";
import { addDetectCommand } from "./bench/detect.ts";
import { addImportCommand } from "./bench/import.ts";
import { addGateCommand } from "./bench/gate.ts";
import { addLeftOutCommand } from "./bench/left-out.ts";
import { addMemoryBenchCommand } from "./bench/memory.ts";
import { addMemoryStoreCommand } from "./bench/memory-store.ts";
import { addRecallCommand } from "./bench/recall.ts";
import { addQuietCommand } from "./bench/quiet.ts";
import { addRefitCommand } from "./bench/refit.ts";
import { addRenameCommand } from "./bench/rename.ts";
import { addRunCommand } from "./bench/run.ts";
import { addScaleCommand } from "./bench/scale.ts";
import { addScoreCommand } from "./bench/score.ts";
import { addServeCommand } from "./bench/serve.ts";

export function defineBench(bench: Command, io: Io, done: Done): void {
  addRunCommand(bench, io, done);
  addScoreCommand(bench, io, done);
  addCompareCommand(bench, io);
  addConformanceCommand(bench, io, done);
  addGateCommand(bench, io, done);
  addQuietCommand(bench, io);
  addRefitCommand(bench, io);
  addLeftOutCommand(bench, io);
  addImportCommand(bench, io);
  addRenameCommand(bench, io);
  addScaleCommand(bench, io);
  addDetectCommand(bench, io);
  addMemoryBenchCommand(bench, io);
  addMemoryStoreCommand(bench, io);
  addRecallCommand(bench, io);
  addServeCommand(bench, io);
}

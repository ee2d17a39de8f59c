import { logFiles } from "../connectors/files/log-files.ts";
import { createLogTool, type LogTool } from "../logtool/log-tool.ts";
import { workerEntry } from "./worker-entry.ts";

/** The log miner over the files of this machine. */
export const openLogTool = (): LogTool =>
  createLogTool({ files: logFiles, mineWorker: workerEntry("mine-worker", import.meta.url) });

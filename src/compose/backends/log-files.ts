import type { LogFilesConfig } from "../../config.ts";
import { logFileSource } from "../../connectors/logfiles/log-file-source.ts";
import { readLineFacts } from "../../logs/lines/line-facts.ts";
import type { LiveBackend } from "./types.ts";

/** Log files of this machine. */
export const openLogFiles = (config: LogFilesConfig): LiveBackend => ({
  sources: () => [logFileSource(config, readLineFacts)],
  close: async () => undefined,
});

import { type Config, type Flags, loadConfig } from "../config.ts";
import { createLog } from "../compose/log.ts";
import { openVerbs, type VerbOptions, type Verbs } from "../app/causeway.ts";
import type { Io } from "./io.ts";

/** Opens the program's verbs for one command, and closes them whatever happens. */
export async function withVerbs<T>(
  io: Io,
  flags: Flags,
  use: (verbs: Verbs, config: Config) => Promise<T>,
  options: Pick<VerbOptions, "incidents"> = {},
): Promise<T> {
  const config = loadConfig(flags, io.env);
  const verbs = await openVerbs(config, { log: createLog(config, io.stderr), now: io.now, ...options });
  try {
    return await use(verbs, config);
  } finally {
    await verbs.close();
  }
}

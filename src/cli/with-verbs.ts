import type { Config, Flags } from "../config.ts";
import type { VerbOptions, Verbs } from "../app/causeway.ts";
import type { Io } from "./io.ts";

/** Opens the facade for one command, and always closes it. Loads it here, so that a command's help does not. */
export async function withVerbs<T>(
  io: Io,
  flags: Flags,
  use: (verbs: Verbs, config: Config) => Promise<T>,
  options: Pick<VerbOptions, "incidents"> = {},
): Promise<T> {
  const [{ loadConfig }, { createLog }, { openVerbs }] = await Promise.all([
    import("../config.ts"),
    import("../compose/log.ts"),
    import("../app/causeway.ts"),
  ]);
  const config = loadConfig(flags, io.env);
  const verbs = await openVerbs(config, { log: createLog(config, io.stderr), now: io.now, ...options });
  try {
    return await use(verbs, config);
  } finally {
    await verbs.close();
  }
}

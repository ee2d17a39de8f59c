import type { Causeway } from "../app/causeway.ts";
import type { CausewayOptions } from "../compose/open-causeway.ts";
import type { Config, Flags } from "../config.ts";
import type { Io } from "./io.ts";
import { withTracing } from "./with-tracing.ts";

/**
 * Opens Causeway for one command, and closes it whatever happens. Loads it here, so that a command's help does not.
 *
 * @param options.traced sends spans of the command, if tracing is configured.
 */
export async function withCauseway<T>(
  io: Io,
  flags: Flags,
  use: (causeway: Causeway, config: Config) => Promise<T>,
  { traced = false, ...options }: Pick<CausewayOptions, "incidents"> & { traced?: boolean } = {},
): Promise<T> {
  const [{ loadConfig }, { createLog }, { openCauseway }] = await Promise.all([
    import("../config.ts"),
    import("../compose/log.ts"),
    import("../compose/open-causeway.ts"),
  ]);
  const config = loadConfig(flags, io.env);
  return withTracing({ tracing: traced ? config.tracing : null }, async () => {
    const causeway = await openCauseway(config, { log: createLog(config, io.stderr), now: io.now, ...options });
    try {
      return await use(causeway, config);
    } finally {
      await causeway.close();
    }
  });
}

import type { Config } from "../config.ts";

/** The process of a command does not end while an export runs. */
const EXPORT_MS = 2_000;

/**
 * Runs one command, and then sends its spans if tracing is configured; nothing is loaded otherwise. A collector that is
 * down delays the end of the command by a few seconds at most.
 */
export async function withTracing<T>(config: Pick<Config, "tracing">, use: () => Promise<T>): Promise<T> {
  if (config.tracing === null) return use();
  const { startTracing } = await import("../compose/tracing.ts");
  const stopTracing = await startTracing(config, { exportMs: EXPORT_MS });
  try {
    return await use();
  } finally {
    await stopTracing();
  }
}

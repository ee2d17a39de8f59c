import type { FetchOptions } from "../domain/ports.ts";

/** Opens log files: a port that the composition fills. */
export type LogFiles = {
  /**
   * The decompressed bytes of a file (plain, gzip or zstd), or of standard input for `-`. A damaged file gives the
   * bytes before the damage, and a problem.
   *
   * @throws {IncidentError} CONFIG when the file cannot be read.
   */
  open(path: string, options?: FetchOptions): AsyncIterable<Uint8Array>;
  /** True if the file is uncompressed, so that it can be read from any position. */
  isPlain(path: string): boolean;
};

/** The path that means standard input. */
export const STDIN = "-";

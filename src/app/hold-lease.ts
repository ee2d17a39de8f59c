/** `patienceMs`: how long to wait for another holder. */
export type HoldOptions = { signal?: AbortSignal | undefined; patienceMs?: number };

/**
 * Works on an analysis while no other process does.
 *
 * @param work gets a signal that aborts when the lease is lost.
 * @throws {IncidentError} UNAVAILABLE when another process works on the analysis, or took it over.
 */
export type HoldLease = <T>(
  analysisId: string,
  options: HoldOptions,
  work: (signal: AbortSignal) => Promise<T>,
) => Promise<T>;

/** Which limit was reached: for the whole request, or between two parts of its answer. */
export type Overdue = "total" | "idle" | null;

/**
 * The limits of one request. The idle one begins with the first part of the answer: a model may read a long prompt for
 * a while.
 *
 * `signal`: of the first limit reached, or of the caller.
 */
export function requestTimers({
  timeoutMs,
  idleTimeoutMs,
  caller,
}: {
  timeoutMs: number;
  idleTimeoutMs: number;
  caller: AbortSignal | undefined;
}) {
  const deadline = AbortSignal.timeout(timeoutMs);
  const idle = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => clearTimeout(timer);
  return {
    signal: AbortSignal.any([deadline, idle.signal, ...(caller === undefined ? [] : [caller])]),
    onPart: (): void => {
      stop();
      timer = setTimeout(() => idle.abort(new Error("idle")), idleTimeoutMs);
    },
    overdue: (): Overdue => (deadline.aborted ? "total" : idle.signal.aborted ? "idle" : null),
    stop,
  };
}

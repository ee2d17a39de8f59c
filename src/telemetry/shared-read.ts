/** One read that several callers wait for. */
export type SharedRead<T> = {
  /** Rejects when the caller's own signal aborts. The read continues while any other caller waits. */
  wait(signal?: AbortSignal): Promise<T>;
};

/**
 * Starts a read that stops only when all callers have aborted. Two nodes may need the same series, and a time-out of
 * one must not stop the read of the other.
 *
 * @param onEnd called once if the read fails, with the error, or is abandoned.
 */
export function sharedRead<T>(
  read: (signal: AbortSignal) => Promise<T>,
  onEnd: (error?: unknown) => void,
): SharedRead<T> {
  const controller = new AbortController();
  let waiters = 0;
  let isSettled = false;
  const result = read(controller.signal).finally(() => (isSettled = true));
  result.catch(onEnd);
  return {
    wait(signal) {
      if (isSettled) return result;
      waiters += 1;
      if (signal === undefined) return result; // waits to the end
      return new Promise<T>((resolve, reject) => {
        const leave = (): void => {
          waiters -= 1;
          if (waiters === 0 && !isSettled) {
            onEnd();
            controller.abort(signal.reason);
          }
          reject(signal.reason);
        };
        if (signal.aborted) return leave();
        signal.addEventListener("abort", leave, { once: true });
        const stay = (): void => signal.removeEventListener("abort", leave);
        result.then(
          (value) => (stay(), resolve(value)),
          (error: unknown) => (stay(), reject(error)),
        );
      });
    },
  };
}

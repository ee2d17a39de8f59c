import type { Io } from "./io.ts";

/** Waits for an interrupt from the keyboard, or for SIGTERM from a supervisor. */
export function untilStopped({ signal }: Pick<Io, "signal">): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      process.off("SIGTERM", end);
      signal.removeEventListener("abort", end);
      resolve();
    };
    process.on("SIGTERM", end);
    signal.addEventListener("abort", end);
    if (signal.aborted) end();
  });
}

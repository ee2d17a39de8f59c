import type { Io } from "./io.ts";

/** Waits until the process is told to end: by an interrupt from the keyboard, or by SIGTERM, as supervisors send it. */
export function untilTold({ signal }: Pick<Io, "signal">): Promise<void> {
  return new Promise((told) => {
    const end = (): void => {
      process.off("SIGTERM", end);
      signal.removeEventListener("abort", end);
      told();
    };
    process.on("SIGTERM", end);
    signal.addEventListener("abort", end);
    if (signal.aborted) end();
  });
}

import { SingleBar } from "cli-progress";
import type { Io } from "./io.ts";

/** `at`: so many of so many cases are done. */
export type CasesBar = { at: (done: number, total: number) => void; end: () => void };

/**
 * A bar on stderr: cases that are done, cases per second, and the time that is left. It shows no misses, because the
 * answers are opened only after the last case. Silent when stderr is not a terminal.
 */
export function casesBar({ stderr, now }: Pick<Io, "stderr" | "now">, what: string, quiet = false): CasesBar {
  if (stderr.isTTY !== true || quiet) return { at: () => undefined, end: () => undefined };
  const bar = new SingleBar({
    format: `${what} [{bar}] {value}/{total} cases, {rate} a second, {eta_formatted} left`,
    stream: stderr,
    hideCursor: true,
    clearOnComplete: true,
    barsize: 24,
  });
  const startMs = now();
  let first: number | null = null;
  const rateAt = (done: number): string => {
    const seconds = (now() - startMs) / 1000;
    return seconds <= 0 || first === null ? "-" : ((done - first) / seconds).toPrecision(2);
  };
  return {
    at(done, total) {
      if (first === null) {
        first = done - 1; // the cases of an earlier process took no time here
        bar.start(total, first, { rate: "-" });
      }
      bar.update(done, { rate: rateAt(done) });
    },
    end: () => bar.stop(),
  };
}

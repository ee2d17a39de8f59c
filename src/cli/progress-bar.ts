import { SingleBar } from "cli-progress";
import type { Io } from "./io.ts";

/** A progress bar on stderr for work of known size. Silent when stderr is not a terminal. */
export function progressBar(
  { stderr }: Pick<Io, "stderr">,
  what: string,
  quiet = false,
): { start: (total: number) => void; at: (done: number) => void; end: () => void } {
  if (stderr.isTTY !== true || quiet) return { start: () => undefined, at: () => undefined, end: () => undefined };
  const bar = new SingleBar({
    format: `${what} [{bar}] {value}/{total}, {eta_formatted} left`,
    stream: stderr,
    hideCursor: true,
    clearOnComplete: true,
    barsize: 30,
  });
  return { start: (total) => bar.start(total, 0), at: (done) => bar.update(done), end: () => bar.stop() };
}

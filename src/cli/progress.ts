import type { Io } from "./io.ts";

const ERASE_LINE = "\r\u001b[K";

/** One line on stderr, rewritten as steps finish. Silent when stderr is not a terminal. */
export function progressLine(
  { stderr }: Pick<Io, "stderr">,
  quiet = false,
): { say: (text: string) => void; end: () => void } {
  if (stderr.isTTY !== true || quiet) return { say: () => undefined, end: () => undefined };
  const width = Math.max(20, (stderr.columns ?? 80) - 1);
  return {
    say: (text) => void stderr.write(`${ERASE_LINE}${text.slice(0, width)}`),
    end: () => void stderr.write(ERASE_LINE),
  };
}

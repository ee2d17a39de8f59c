import type { Io } from "./io.ts";

const ERASE_LINE = "\r\u001b[K";

/** One line on stderr that is rewritten as steps finish; silent where stderr is no terminal. */
export function progressLine(
  { stderr }: Pick<Io, "stderr">,
  quiet = false,
): { say: (text: string) => void; end: () => void } {
  if (stderr.isTTY !== true || quiet) return { say: () => undefined, end: () => undefined };
  const room = Math.max(20, (stderr.columns ?? 80) - 1);
  return {
    say: (text) => void stderr.write(`${ERASE_LINE}${text.slice(0, room)}`),
    end: () => void stderr.write(ERASE_LINE),
  };
}

/**
 * The origin that a stack trace names. `cause`: the exception that began the chain, as `Type: message`; null if the
 * text has frames only. `frame`: the place in the code that raised it; null if the text names none.
 */
export type TraceOrigin = { cause: string | null; frame: string | null };

const MAX_CAUSE_CHARS = 400;

/** A cause as it is shown: one line, without the bracket that opens what follows it. Null for nothing. */
export const tidy = (text: string | undefined): string | null => {
  const cause = text?.trim().replace(/\s*[{,]$/, "") ?? "";
  return cause === "" ? null : cause.slice(0, MAX_CAUSE_CHARS);
};

export const lastIndex = (lines: readonly string[], pattern: RegExp): number =>
  lines.findLastIndex((line) => pattern.test(line));
export const firstMatch = (lines: readonly string[], pattern: RegExp): RegExpExecArray | null => {
  for (const line of lines) {
    const found = pattern.exec(line);
    if (found !== null) return found;
  }
  return null;
};

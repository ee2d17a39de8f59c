import { withoutClientText } from "./client-text.ts";

/** Longest text that is searched, in characters. */
const MAX_CHARS = 4000;
/** Escape sequences that colour a terminal. */
const COLOURS = new RegExp(String.raw`${String.fromCodePoint(27)}\[[\d;]*m`, "g");

/** The header of a line: time, level, process, thread and logger, in the orders that the usual loggers write. */
const HEADERS: readonly RegExp[] = [
  /^(?:[A-Z], )?\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d|[A-Z]{3,4}))?\]?/,
  /^(?:[A-Z][a-z]{2},? )?(?:[A-Z][a-z]{2} [ \d]\d|\d{1,2}[ /-][A-Z][a-z]{2}[ /-]\d{4}|\d{4}\/\d\d\/\d\d),? \d\d:\d\d:\d\d(?:[.,]\d+)?/,
  /^[IWEF]\d{4} \d\d:\d\d:\d\d\.\d+\s+\d+ [\w.-]+:\d+\]/,
  /^<\d{1,3}>\d?/,
];
const LEVEL =
  /^[\s|:-]*\[?(?:TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|SEVERE|FATAL|CRITICAL|PANIC|error|warn|info|emerg|crit|alert)\]?:?(?=[\s|:[-]|$)/;
/** `[main]`, `[nio-8080-exec-3]`, `[7,aa,bb]`, `#23`, `---`, `1 --- `: fields between the time and the message. */
const BETWEEN = /^[\s|:-]*(?:\[[^\]\n]{0,80}\]|\(\w[\w-]{0,60}\)|#?\d+#?\d*:?(?=\s)|-{2,3}|\*\d+)/;
/** A logger, closed by a colon or a dash: `o.a.k.Selector : `, `tax.rates - `. */
const LOGGER = /^[\s|:-]*[A-Za-z_][\w$]*(?:[./][\w$]+)+(?:\[\w*\])?\s*(?::|-)\s+/;

const FRAME = /^\s*(?:at |File "|\.{3} \d+ |\^|~|from .{0,200}:\d+:in |\d+: +0x|goroutine \d|\/\S+\.\w+:\d+)/;
const INNER = /^\s*(?:Caused by: |caused by: |Suppressed: |---> |Inner Exception|#\d+ .{0,80}Exception)/;
/** The last line of a Python traceback: `module.ErrorName: text`. */
const PYTHON_ERROR = /^[A-Za-z_][\w.]*(?:Error|Exception|Warning|Timeout|Exit|Interrupt|Full|Refused)\b/;

/** Removes the header of a line: time, level, process, thread, logger. The program's own message is left. */
export function withoutHeader(line: string): string {
  let rest = line.trimStart();
  for (const header of HEADERS) rest = rest.replace(header, "");
  if (rest.length === line.length) return LEVEL.test(rest) ? rest.replace(LEVEL, "").trimStart() : rest;
  for (let round = 0; round < 6; round += 1) {
    const next = rest.replace(LEVEL, "").replace(BETWEEN, "").replace(LOGGER, "");
    if (next === rest) break;
    rest = next;
  }
  return rest.trimStart();
}

/**
 * The sentences of a record that state a failure, innermost cause first: causes of a stack trace, then the record's own
 * message. Headers and client text are removed, and white space is collapsed.
 *
 * @param raw a raw line or record, with its stack trace if it has one; the first 4,000 characters count.
 */
export function messagesOf(raw: string): string[] {
  // An escaped line break in client text must not begin a new line.
  const lines = withoutClientText(raw.slice(0, MAX_CHARS).replaceAll(COLOURS, ""))
    .replaceAll(/\\n|\\r/g, "\n")
    .replaceAll(/\\t/g, "\t")
    .split("\n")
    .filter((line) => line.trim() !== "");
  const [first = "", ...rest] = lines;
  const causes = rest.filter((line) => INNER.test(line)).toReversed();
  const python = rest.filter((line) => PYTHON_ERROR.test(line)).toReversed();
  const others = rest.filter((line) => !INNER.test(line) && !PYTHON_ERROR.test(line) && !FRAME.test(line));
  const inner = [...causes, ...python, ...others.map((line) => line.trim())];
  return [...inner, withoutHeader(first)]
    .map((line) => withoutClientText(line).replaceAll(/\s+/g, " ").trim())
    .filter((line) => line !== "");
}

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
/** `[main]`, `[nio-8080-exec-3]`, `[7,aa,bb]`, `#23`, `---`, `1 --- `: what stands between the time and the message. */
const BETWEEN = /^[\s|:-]*(?:\[[^\]\n]{0,80}\]|\(\w[\w-]{0,60}\)|#?\d+#?\d*:?(?=\s)|-{2,3}|\*\d+)/;
/** A logger, closed by a colon or a dash: `o.a.k.Selector : `, `tax.rates - `. */
const LOGGER = /^[\s|:-]*[A-Za-z_][\w$]*(?:[./][\w$]+)+(?:\[\w*\])?\s*(?::|-)\s+/;

/** Keys whose values clients choose: a line that quotes them proves nothing. */
const CLIENT_KEYS = [
  "request|request_line|requestline|req|path|uri|request_uri|query|query_string|params?|parameters|args|q|search|term",
  "keyword|user|username|user_name|login|email|name|display_name|user[-_ ]?agent|http_user_agent|ua|agent|referr?er",
  "http_referrer|body|payload|input|value|content|comment|text|title|subject|field|filename|cookie|header|headers|tag",
].join("|");
/** `key="value"`, `key: "value"`, `"key":"value"`. */
const QUOTED = String.raw`(?:"(?:[^"\\\n]|\\.){0,2000}"?|'[^'\n]{0,2000}'|“[^”\n]{0,2000}”)`;
const CLIENT_QUOTED = new RegExp(
  String.raw`(?:["'](?:${CLIENT_KEYS})["']\s?:\s?|(?:^|[\s,;{&?(])(?:${CLIENT_KEYS})\s?[:=]\s?)${QUOTED}`,
  "gi",
);
/** `invalid value "…"`, `user "…"`: quoted after a key without a sign; only text of several words, names stay. */
const CLIENT_PHRASE = new RegExp(
  String.raw`(?:^|[\s(,;])(?:${CLIENT_KEYS})\s(?:"[^"\s]{1,200}\s[^"\n]{1,2000}"|'[^'\s]{1,200}\s[^'\n]{1,2000}'|“[^”\n]{1,2000}”)`,
  "gi",
);
/** `key=value` up to the next key. */
const CLIENT_BARE = new RegExp(String.raw`(?:^|[\s,;{&?])(?:${CLIENT_KEYS})=[^\s"',;}]{1,2000}`, "gi");
/** `"GET /path HTTP/1.1"`, and a method with a path. */
const REQUEST = /\b(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)\s+\/[^\n"]{0,2000}?(?=\s+HTTP\/\d|"|\s-|\s\d{3}\b|$)/g;
/** An access line of the Common Log Format. Nothing in it is a message of the server. */
const ACCESS_LINE = /^\S+ \S+ .{0,200}?\[\d{1,2}\/[A-Z][a-z]{2}\/\d{4}:[^\]]{1,30}\] "/;
/** Keys that hold names of the program's own parts. */
const PLACE = "logger|logger_name|thread|thread_name|threadName|caller|class|hostname|pod|container";
const PLACE_KEYS = new RegExp(
  String.raw`(?:["'](?:${PLACE})["']\s?:\s?|\b(?:${PLACE})=)(?:"[^"\n]{1,200}"?|[^\s",}]{1,200})`,
  "gi",
);

const FRAME = /^\s*(?:at |File "|\.{3} \d+ |\^|~|from .{0,200}:\d+:in |\d+: +0x|goroutine \d|\/\S+\.\w+:\d+)/;
const INNER = /^\s*(?:Caused by: |caused by: |Suppressed: |---> |Inner Exception|#\d+ .{0,80}Exception)/;
/** The last line of a Python traceback: `module.ErrorName: text`. */
const PYTHON_ERROR = /^[A-Za-z_][\w.]*(?:Error|Exception|Warning|Timeout|Exit|Interrupt|Full|Refused)\b/;

/** Removes the header of a line: time, level, process, thread, logger. What is left is what the program says. */
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

/** Removes what clients choose (requests, agents, form values), and names of loggers and threads. */
export function withoutClientText(message: string): string {
  if (ACCESS_LINE.test(message)) return "";
  return message
    .replaceAll(REQUEST, " ")
    .replaceAll(CLIENT_QUOTED, " ")
    .replaceAll(CLIENT_PHRASE, " ")
    .replaceAll(CLIENT_BARE, " ")
    .replaceAll(PLACE_KEYS, " ");
}

/**
 * The sentences of a record that state a failure, innermost cause first: causes of a stack trace, then the record's own
 * message. Each is without header and without what clients choose; white space is single.
 *
 * @param raw a raw line or record, with its stack trace if it has one; the first 4,000 characters count.
 */
export function messagesOf(raw: string): string[] {
  const lines = raw
    .slice(0, MAX_CHARS)
    .replaceAll(COLOURS, "")
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

/** Keys whose values clients choose. Their text is not evidence. */
const CLIENT_KEYS = [
  "request|request_line|requestline|req|path|uri|request_uri|query|query_string|params?|parameters|args|q|search|term",
  "keyword|user|username|user_name|login|email|name|display_name|user[-_ ]?agent|http_user_agent|ua|agent|referr?er",
  "http_referrer|body|payload|input|value|content|comment|text|title|subject|field|filename|cookie|header|headers|tag",
].join("|");
const CLIENT_KEY = new RegExp(`^(?:${CLIENT_KEYS}|request[-_]?(?:headers|body)|form|url)$`, "i");
/**
 * Keys whose values the program words itself: `msg`, `errorMessage`, `exception.stacktrace`, `response_code_details`.
 */
const STATING_KEY = new RegExp(
  "err|msg|message|exception|exc_|cause|reason|stack|trace|thrown|detail|desc|fail|fault|stat(?:e|us)|log|event|info|" +
    "warn|output|std(?:err|out)|summary|result|response|textpayload|^@[mx]",
  "i",
);

const DOUBLE_QUOTED = String.raw`"(?:[^"\\\n]|\\.){0,2000}"?`;
/** Text in any quotes. */
const QUOTED = String.raw`(?:${DOUBLE_QUOTED}|'(?:[^'\n]|''){0,2000}'|“[^”\n]{0,2000}”)`;
/** Quoted text of several words. A single word may be the name of a peer. */
const WORDS = [
  String.raw`(?:"(?:[^"\\\s]|\\.){0,200}\s(?:[^"\\\n]|\\.){0,2000}"`,
  String.raw`'[^'\s]{0,200}\s[^'\n]{0,2000}'|“[^”\n]{1,2000}”)`,
].join("|");

/** `key="value"`, `key: "value"`, `"key":"value"`. */
const CLIENT_QUOTED = new RegExp(
  String.raw`(?:["'](?:${CLIENT_KEYS})["']\s?:\s?|(?:^|[\s.,;{&?(])(?:${CLIENT_KEYS})\s?[:=]\s?)${QUOTED}`,
  "gi",
);
/** `key="several words"`, and the same in JSON, with any key. */
const ANY_QUOTED = new RegExp(
  String.raw`(?:["']([\w.@-]{1,60})["']\s?:\s?|([\w.@-]{1,60})=|,\s([\w-]{1,60}):\s)${WORDS}`,
  "g",
);
/**
 * `invalid value "…"`, `user "…"`: quoted text of several words after a key without `=` or `:`. Single words stay: they
 * may be names.
 */
const CLIENT_PHRASE = new RegExp(String.raw`(?:^|[\s(,;])(?:${CLIENT_KEYS})\s${WORDS}`, "gi");
/** What a program writes before an input that it rejects or passes on. */
const REFUSED_BEFORE = [
  String.raw`input string|literal\b[^"'\n]{0,40}|unexpected (?:token|character|end|input)\b[^"'\n]{0,40}|duplicate entry`,
  String.raw`(?:invalid|unknown|unrecognized|unrecognised|malformed|illegal|bad|rejected|unsupported) [\w-]{1,30}`,
  String.raw`(?:parse|parsing|deserialize|convert|coerce|decode|match) ?[\w-]{0,30}`,
  String.raw`(?:received|sent|posted|uploaded|created|saved|renamed|searched|typed)(?: [\w-]{1,30})?`,
].join("|");
const REFUSED_QUOTED = new RegExp(String.raw`\b(?:${REFUSED_BEFORE})\s?:?\s?${WORDS}`, "gi");
/** `"…" is not a number`, `'…' already exists`: the same after the input. */
const QUOTED_REFUSED = new RegExp(
  String.raw`${WORDS}\s(?:is (?:not |an? |in)|does not match|must (?:be|not)|cannot be|already exists|not allowed|for key)`,
  "gi",
);
/** A quoted path, including spaces. */
const QUOTED_PATH = /"\/[^"\n]{0,2000}"|'\/[^'\n]{0,2000}'/g;
/** `key=value` up to the next key. */
const CLIENT_BARE = new RegExp(String.raw`(?:^|[\s,;{&?])(?:${CLIENT_KEYS})=[^\s"',;}]{1,2000}`, "gi");
/** Text that people write, up to the end of the line: `Subject: …`, `message from bob: …`. */
const PROSE = new RegExp(
  String.raw`\b(?:subject|comment|feedback|review|order note|nickname|caption|user-agent|referr?er|x-[\w-]{1,40}|` +
    String.raw`(?:chat )?message from [^\s:]{1,60}|(?:feedback|comment|message|text) received)\s?:\s[^\n]*`,
  "gi",
);
/** `for invalid user … from`: a login name, including spaces. */
const LOGIN = /\b(?:for(?: invalid)?|invalid) user [^\n:'"]{1,200}?(?= from |$)/gi;
/**
 * A method with a path, and `"GET /path HTTP/1.1"`. A match always reaches the end of the path, so that time stays
 * linear.
 */
const REQUEST =
  /\b(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)"?\s{1,4}"?\/[^\n"]*?(?=\sHTTP\/\d|["\n]|\s-|\s\d{3}\b|$)/g;
/**
 * Access lines of a request that succeeded, or that failed by its client's fault: the server states nothing in them.
 */
const ANSWERED = /"[A-Z]{3,10} [^"\n]{1,3000} HTTP\/\d(?:\.\d)?" [1-4]\d\d\b/;
/** An access line of the Common Log Format. The server states nothing in it. */
const ACCESS_LINE = /^\S+ (?:\S+ )?\S+ .{0,200}?\[\d{1,2}\/[A-Z][a-z]{2}\/\d{4}:[^\]]{1,30}\] "/;
/** Headers that HAProxy captured, and parameters as Rails writes them. */
const CAPTURED = /\{[^{}|\n]{0,500}\|[^{}\n]{0,500}\}(?=\s[{"])|\bParameters: \{[^\n]*/g;
/** Where the values of an SQL statement begin. */
const SQL_VALUES = /\b(?:values\s?\(|where\s|set\s{1,4}[\w."]{1,60}\s?=)/i;
const SQL_LITERAL = /(?:[=(,<>~]|\blike|\bin)\s?'(?:[^'\n]|''){0,2000}'/gi;
/** `Key (name)=(…) already exists`. */
const SQL_KEY = /\)=\([^)\n]{0,2000}\)/g;
/** Keys that name parts of the program itself. */
const PLACE = "logger|logger_name|thread|thread_name|threadName|caller|class|hostname|pod|container";
const PLACE_KEYS = new RegExp(
  String.raw`(?:["'](?:${PLACE})["']\s?:\s?|\b(?:${PLACE})=)(?:"[^"\n]{1,200}"?|[^\s",}]{1,200})`,
  "gi",
);

/**
 * Removes client text: requests, user agents, form values, rejected inputs, SQL literals, and every quoted value whose
 * key does not mark it as the program's own words. Also removes names of loggers and threads.
 *
 * @param message as logged: line breaks inside quoted values are still escaped (`\n`).
 */
export function withoutClientText(message: string): string {
  if (ACCESS_LINE.test(message) || ANSWERED.test(message)) return "";
  return withoutLiterals(withoutClientFields(message))
    .replaceAll(REQUEST, " ")
    .replaceAll(CLIENT_QUOTED, " ")
    .replaceAll(ANY_QUOTED, (found, json = "", plain = "", listed = "") =>
      STATING_KEY.test(json || plain || listed) ? found : " ",
    )
    .replaceAll(CLIENT_PHRASE, " ")
    .replaceAll(REFUSED_QUOTED, " ")
    .replaceAll(QUOTED_REFUSED, " ")
    .replaceAll(QUOTED_PATH, (found) => (/\s/.test(found) ? " " : found))
    .replaceAll(CLIENT_BARE, " ")
    .replaceAll(PROSE, " ")
    .replaceAll(LOGIN, " ")
    .replaceAll(CAPTURED, " ")
    .replaceAll(PLACE_KEYS, " ");
}

function withoutLiterals(message: string): string {
  const from = message.search(SQL_VALUES);
  const plain = message.replaceAll(SQL_KEY, ")");
  return from < 0 ? plain : plain.slice(0, from) + plain.slice(from).replaceAll(SQL_LITERAL, " ");
}

/**
 * Removes the fields of a JSON object whose values clients choose, with everything inside. Other text stays as it is.
 */
function withoutClientFields(message: string): string {
  const [from, to] = [message.indexOf('{"'), message.lastIndexOf("}") + 1];
  if (from < 0 || to <= from) return message;
  try {
    const kept = JSON.stringify(JSON.parse(message.slice(from, to), (key, value: unknown) => keptField(key, value)));
    return message.slice(0, from) + kept + message.slice(to);
  } catch (failure) {
    // Cut off, or no JSON: the patterns for single fields apply.
    if (failure instanceof SyntaxError) return message;
    throw failure;
  }
}

const keptField = (key: string, value: unknown): unknown =>
  CLIENT_KEY.test(key) || (typeof value === "string" && /\D/.test(key) && !STATING_KEY.test(key) && /\s/.test(value))
    ? undefined
    : value;

import { isNeverShown } from "./denied-words.ts";
import vocabulary from "./vocabulary.json" with { type: "json" };

// The words of operations that a model may be shown. They come from Causeway's own failure messages, causes and
// signals, and from a list of common words: test/llm/quoting/write-vocabulary.ts makes the file.

const setOf = (rows: readonly string[]): ReadonlySet<string> => new Set(rows.flatMap((row) => row.split(" ")));

const PLAIN = setOf(vocabulary.plain);
const GUARDED = setOf(vocabulary.guarded);
const PAIRS: ReadonlySet<string> = new Set(vocabulary.pairs.flatMap((row) => row.split(", ")));
const SYSCALLS = setOf(vocabulary.syscalls);

/** Words of grammar. They are shown only between other words that are shown. */
const GRAMMAR = setOf([
  "a an the of in on at to for from by with and or but as is was are were be been being has have had having it",
  "its itself",
  "they their them this that these those there here when where while which who whose than then so if not no nor",
  "all any only",
  "into onto under upon via per after before during between within without against through about",
  "until unless since because each both either neither other another same such some more most less least too very also",
  "still already yet does did may might could would can will",
]);

/** Before an order word, these make a statement of it: `failed to connect`, `cannot read`. */
const CANNOT = new Set("cannot can't couldn't doesn't didn't won't wouldn't isn't unable".split(" "));
const BEFORE_TO = setOf([
  "failed fails failing failure unable inability attempt attempts attempted trying tried refused refuses error errors",
  "waiting",
]);
/** Before an order word, these make a noun or an adjective of it: `in use`, `the restart`, `is open`. */
const BEFORE = setOf([
  "a an the no in of on under by without during after before from at per its this that each",
  "is was are were be been being has had already still",
]);
/** After an order word, these make a noun of it: `query canceled`, `read timeout`, `restart failed`. */
const AFTER = setOf([
  "failed fails failing failure failures error errors timeout timeouts timed denied refused rejected exceeded",
  "exceeds canceled cancelled",
  "aborted completed started finished interrupted succeeded terminated expired latency duration rate count",
  "counter took has had was is were",
  "are cannot did does not econnrefused econnreset etimedout enotfound ehostunreach epipe enoent eacces execution",
  "request requests operation operations exception tcp udp unix syscall",
]);

/** A word may be shown always, only in some places, only between others, or never. Lower case. */
export type WordClass = "plain" | "guarded" | "grammar" | "unknown";

export function classOf(word: string): WordClass {
  if (isNeverShown(word)) return "unknown";
  if (GRAMMAR.has(word)) return "grammar";
  if (GUARDED.has(word)) return "guarded";
  return PLAIN.has(word) ? "plain" : "unknown";
}

/** True if an order word between these words cannot be an order. `before`: words of its clause, nearest first. */
export function isStatement(
  word: string,
  before: readonly string[],
  after: string | undefined,
  endsClause: boolean,
): boolean {
  const [last, secondLast, thirdLast] = before;
  if (after !== undefined && AFTER.has(after)) return true;
  if (last === undefined) return endsClause && SYSCALLS.has(word);
  if (CANNOT.has(last) || BEFORE.has(last) || PAIRS.has(`${last} ${word}`)) return true;
  if (last === "not")
    return secondLast === "could" || secondLast === "can" || secondLast === "did" || secondLast === "does";
  return last === "to" && (BEFORE_TO.has(secondLast ?? "") || (secondLast === "able" && thirdLast === "not"));
}

import { refusedName } from "./names.ts";
import { classOf } from "./vocabulary.ts";
import { wordsIn } from "./words-in.ts";

/** Last words of keys and classes: `trace_id`, `read-timeout`, `QueryHandler`. An order does not end in them. */
const NOUNS: ReadonlySet<string> = new Set(
  (
    "id ids name type count counts size ms seconds time times timeout timeouts key code status state rate ratio " +
    "total bytes limit " +
    "level error errors failure failures latency duration address host port path url length number index version " +
    "percent pct " +
    "controller impl handler manager factory client server exception warning panic fault queue pool thread only"
  ).split(" "),
);
const LONGEST = 100;
const MOST_WORDS = 8;
const SEPARATOR = /(?<=[.$/:#])/;

/**
 * A name of code whose words are all words of operations: `read-only`, `SocketTimeoutException`, `pool.size`. In a
 * dotted one, other parts become `⟨text⟩`. Null if no part is left.
 */
export function compoundOf(core: string): string | null {
  if (core.length > LONGEST || !/^[A-Za-z0-9_*][A-Za-z0-9_.$/*:#-]*$/.test(core)) return null;
  const segments = core.split(SEPARATOR);
  const shown = segments.map((segment) => (isKnown(segment) || /^[\d.*_-]+[.$/:#]?$/.test(segment) ? segment : null));
  if (shown.every((one) => one === null || !/[A-Za-z]/.test(one))) return null;
  return shown
    .map((one, i) => one ?? `⟨text⟩${/[.$/:#]$/.exec(segments[i] ?? "")?.[0] ?? ""}`)
    .join("")
    .replaceAll(/(?:⟨text⟩[.$/:#])+/g, (run) => `⟨text⟩${run.at(-1)}`);
}

function isKnown(segment: string): boolean {
  const words = wordsIn(segment);
  const classes = words.map(classOf);
  const isOrder = classes[0] === "guarded" && !NOUNS.has(words.at(-1) ?? "");
  return (
    words.length > 0 &&
    words.length <= MOST_WORDS &&
    !isOrder &&
    classes.every((one) => one !== "unknown") &&
    classes.some((one) => one !== "grammar")
  );
}

/** A name of code (`TravelServiceImpl`, `seat_queue_depth`) in which one word is its own and the others are known. */
export function isIdentifier(core: string): boolean {
  if (!/^(?:[A-Za-z]+(?:[A-Z][a-z]+)+|[a-z]+(?:[_.][a-z]+)+)$/.test(core) || core.length > LONGEST) return false;
  const classes = wordsIn(core).map(classOf);
  return (
    refusedName(core) === null &&
    classes.filter((one) => one === "unknown").length <= 1 &&
    classes.filter((one) => one === "plain").length >= classes.length / 2 &&
    classes[0] !== "guarded"
  );
}

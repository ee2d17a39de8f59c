import { createHash } from "node:crypto";
import { redactSecrets } from "../../domain/redact.ts";
import { isDeniedInNames, isNeverShown } from "./denied-words.ts";
import { isPhrase } from "./phrases.ts";
import { classOf } from "./vocabulary.ts";
import { withoutLeet, wordsIn } from "./words-in.ts";

/** Characters of names in Kubernetes, DNS, OpenTelemetry and Prometheus. */
const NAME = /^[A-Za-z0-9_](?:[A-Za-z0-9._:/@$+-]{0,118}[A-Za-z0-9_])?$/;
/** Names of some systems hold spaces: `PGSQL Query`. They are shorter, because a sentence holds spaces too. */
const SPACED_NAME = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,30}(?: [A-Za-z0-9_][A-Za-z0-9._-]{0,30}){1,2}$/;
/** May be encoded text, if no known word is in it. Generated suffixes and UUIDs are shorter or not mixed. */
const MIXED = /(?=[A-Za-z0-9+/]*\d)(?=[A-Za-z0-9+/]*[A-Z])(?=[A-Za-z0-9+/]*[a-z])[A-Za-z0-9+/]{16,}|[0-9a-f]{41,}/g;
/** Most words of a name that are no words of operations: with more, it may be a sentence. */
const MOST_FREE_WORDS = 3;
/** Most words of a name in all. */
const MOST_WORDS = 14;

/** Words of a name that need no check: with so few, no more than a thing can be named. */
const SHORT = 3;
/** `messages_in_queue`, `network_receive_bytes_total`. */
const MOST_OF_SENTENCES = 1;

/** Words that a sentence needs, and a longer name of a thing does not: of grammar, of orders, of talk. */
const isOfSentences = (word: string): boolean =>
  word !== "per" && (classOf(word) === "grammar" || classOf(word) === "guarded" || isNeverShown(word));

/** Why a text is not shown as a name; null if it is one. Its grammar leaves no room for a sentence. */
export function refusedName(name: string): string | null {
  const isSpaced = SPACED_NAME.test(name);
  if (!NAME.test(name) && !isSpaced) return "it has other characters than names have, or is too long";
  if (isEncoded(name)) return "a part of it looks encoded";
  const words = wordsIn(name);
  if (words.length > MOST_WORDS) return "it has too many words";
  if (words.some((word) => isDeniedInNames(word) || isDeniedInNames(withoutLeet(word))))
    return "it addresses its reader";
  if (redactSecrets(name) !== name) return "it looks like a secret";
  const free = words.filter((word) => /^[a-z]{3,}$/.test(word) && classOf(word) === "unknown");
  if (isSpaced && classOf(words[0] ?? "") === "guarded") return "it may be an order";
  if (words.length > SHORT && !isPhrase(words) && words.filter(isOfSentences).length > MOST_OF_SENTENCES)
    return "it may be a sentence";
  return free.length > (isSpaced ? 1 : MOST_FREE_WORDS) ? "it may be a sentence" : null;
}

const isEncoded = (name: string): boolean =>
  (name.match(MIXED) ?? []).some(
    (part) => !wordsIn(part).some((word) => word.length > 3 && classOf(word) !== "unknown"),
  );

/** A stable stand-in for a name that is not shown: `entity-3f9a2c1b`. The same name has the same one everywhere. */
export const handleOf = (name: string): string =>
  `entity-${createHash("sha256").update(name).digest("hex").slice(0, 8)}`;

/** The name as a model sees it: the name itself, or its handle. */
export const shownName = (name: string): string => (refusedName(name) === null ? name : handleOf(name));

/** Handles back to names, on this side only. A model answers with what it saw. */
export type NameBook = {
  /** The entity that a shown name stands for; null if none of the book does. */
  idOf(shown: string): string | null;
  /** Puts the names back into a text that a model wrote. */
  restored(text: string): string;
};

export function nameBook(ids: Iterable<string>): NameBook {
  const byShown = new Map([...ids].map((id) => [shownName(id), id]));
  return {
    idOf: (shown) => byShown.get(shown) ?? null,
    restored: (text) =>
      text
        .replaceAll(/⟨([^⟨⟩]{1,120})⟩/g, (quoted, shown: string) => (byShown.has(shown) ? shown : quoted))
        .replaceAll(/\bentity-[0-9a-f]{8}\b/g, (handle) => byShown.get(handle) ?? handle),
  };
}

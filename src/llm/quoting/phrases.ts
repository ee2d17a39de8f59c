import phrases from "./phrases.json" with { type: "json" };
import { wordsIn } from "./words-in.ts";

// The order of words is shown only where Causeway's own failure messages, causes and signals have it: an attacker
// can say what Causeway knows, and cannot write a sentence. test/llm/quoting/write-vocabulary.ts makes the file.

/** Stands for a parameter in a phrase. */
export const PARAMETER = "*";

type Known = { words: ReadonlySet<string>; pairs: ReadonlySet<string>; triples: ReadonlySet<string> };

function read(): Known {
  const words = new Set<string>();
  const pairs = new Set<string>();
  const triples = new Set<string>();
  for (const phrase of phrases) {
    const each = phrase.split(" ");
    for (const [i, word] of each.entries()) {
      words.add(word);
      const pair = `${word} ${each[i + 1]}`;
      if (i + 1 < each.length) pairs.add(pair);
      if (i + 2 < each.length) triples.add(`${pair} ${each[i + 2]}`);
    }
  }
  return { words, pairs, triples };
}

/** Reads the phrases when the first text is shown: most runs have no model. */
function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
const known = once(read);

/** A token as it stands in the phrases. */
export const phraseWord = ({ is, word }: { is: "word" | "parameter"; word: string }): string =>
  is === "parameter" || word === "" ? PARAMETER : word;

/** True if a phrase has these words in a row. For more than three, each three of them in a row. */
export function isPhrase(words: readonly string[]): boolean {
  const { words: single, pairs, triples } = known();
  if (words.length === 1) return single.has(words[0] ?? "");
  if (words.length === 2) return pairs.has(words.join(" "));
  return (
    words.length > 2 && words.every((_, i) => i + 2 >= words.length || triples.has(words.slice(i, i + 3).join(" ")))
  );
}

/** True for a name of code that a phrase has, or whose words stand in a phrase in the same order. */
export const isKnownCompound = (compound: string, word: string): boolean => {
  const words = wordsIn(compound);
  return words.length <= 1 || known().words.has(word) || isPhrase(words);
};

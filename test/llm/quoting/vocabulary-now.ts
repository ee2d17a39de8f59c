import { isNeverShown } from "../../../src/llm/quoting/denied-words.ts";
import { ERROR_NAMES, OPERATIONS_WORDS } from "./operations-words.ts";
import { ORDER_WORDS, SYSCALL_NAMES } from "./order-words.ts";
import { failurePhrases, ownTexts } from "./own-texts.ts";

const ROW = 150;
const rowsOf = (words: Iterable<string>, separator = " "): string[] => {
  const rows: string[] = [];
  for (const word of [...new Set(words)].toSorted()) {
    const last = rows.at(-1);
    if (last === undefined || last.length + word.length > ROW) rows.push(word);
    else rows[rows.length - 1] = last + separator + word;
  }
  return rows;
};

const wordsOf = (text: string): string[] =>
  text
    .replaceAll(/([a-z])([A-Z])/g, "$1 $2")
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9']+/)
    .map((word) => word.replaceAll(/^'+|'+$/g, ""))
    .filter((word) => /^[a-z][a-z0-9']*$/.test(word) && word.length > 1);

const listed = (rows: string): string[] => rows.split(/\s+/).filter((word) => word !== "");
const GRAMMAR =
  /^(?:an?|the|of|in|on|at|to|for|from|by|with|and|or|but|as|not|no|it|is|was|are|be|will|all|any|can|could|would)$/;

/** The vocabulary that Causeway's texts and the lists of words give now. */
export function vocabularyNow(): { plain: string[]; guarded: string[]; pairs: string[]; syscalls: string[] } {
  const texts = [...failurePhrases(), ...ownTexts()];
  const guarded = new Set(listed(ORDER_WORDS).filter((word) => !isNeverShown(word)));
  const plain = [...texts.flatMap(wordsOf), ...listed(OPERATIONS_WORDS), ...listed(ERROR_NAMES)].filter(
    (word) => !isNeverShown(word) && !guarded.has(word),
  );
  const known = new Set(plain);
  const pairs = texts.flatMap((text) =>
    text.split(/[.,;:|()[\]"`]+/).flatMap((clause) => {
      const words = wordsOf(clause);
      return words.flatMap((word, i) => {
        const before = words[i - 1];
        return guarded.has(word) && before !== undefined && known.has(before) && !GRAMMAR.test(before)
          ? [`${before} ${word}`]
          : [];
      });
    }),
  );
  return { plain: rowsOf(plain), guarded: rowsOf(guarded), pairs: rowsOf(pairs, ", "), syscalls: [SYSCALL_NAMES] };
}

/** A compiled phrase. `word`: one of its whole words, in lower case; a text without this word cannot match. */
export type CompiledPhrase = { word: string; pattern: RegExp };

/** The words of a text or phrase, in lower case: for a quick check before a pattern is tried. */
export const wordsIn = (text: string): string[] => text.toLowerCase().match(/[a-z0-9_]+/g) ?? [];
/** Most characters that `*` matches. Bounded, so that matching takes linear time. */
const MAX_GAP = 160;
/** A name, address or URL, without the quotes and brackets around it. */
const PEER = String.raw`["'\x60<\[(/]{0,2}([\w][\w.:/@%+~-]{0,200})`;

const WILDCARDS: Readonly<Record<string, string>> = {
  "<peer>": PEER,
  "*": `.{0,${MAX_GAP}}?`,
  "#": String.raw`\d[\d.,]{0,20}`,
};

const escaped = (text: string): string => text.replaceAll(/[\\^$.|?+()[\]{}*/-]/g, String.raw`\$&`);

/**
 * Compiles a phrase of a failure message. `*` matches any text of at most 160 characters, `#` a number, and
 * `<peer>` the name or address of the other end. The rest matches literally, as whole words, in any case. The
 * pattern needs neither look-around nor back references, so any linear-time engine (RE2) can run it.
 *
 * @throws {RangeError} if the phrase holds no whole word of two characters or more.
 */
export function compilePhrase(phrase: string): CompiledPhrase {
  const parts = phrase.split(/(<peer>|\*|#)/).filter((part) => part !== "");
  const word = wholeWords(parts).reduce((longest, part) => (part.length > longest.length ? part : longest), "");
  if (word.length < 2) throw new RangeError(`the phrase "${phrase}" has too little literal text`);
  const source = parts.map((part) => WILDCARDS[part] ?? escaped(part)).join("");
  const [start, end] = [/^\w/.test(phrase) ? String.raw`\b` : "", /\w$/.test(phrase) ? String.raw`\b` : ""];
  return { word, pattern: new RegExp(start + source + end, "i") };
}

/** Words without an adjacent wildcard: they are whole words of any matching text. */
function wholeWords(parts: readonly string[]): string[] {
  return parts.flatMap((part, place) => {
    if (part in WILDCARDS) return [];
    const from = place === 0 ? part : part.replace(/^\w+/, "");
    return wordsIn(place === parts.length - 1 ? from : from.replace(/\w+$/, ""));
  });
}

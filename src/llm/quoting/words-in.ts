/** The words of a name in any style (`SocketTimeoutException`, `db_pool-wait`), lower case, without bare numbers. */
export const wordsIn = (name: string): string[] =>
  name
    .replaceAll(/([\p{Ll}\p{N}])(\p{Lu})/gu, "$1 $2")
    .replaceAll(/(\p{Lu}+)(\p{Lu}\p{Ll})/gu, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}\p{N}']+/u)
    .filter((word) => /\p{L}/u.test(word));

const LEET: Readonly<Record<string, string>> = { "0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t" };

/** Digits that stand for letters, as in `1gn0re`, read as these. */
export const withoutLeet = (word: string): string => word.replaceAll(/[013457]/g, (digit) => LEET[digit] ?? digit);

/** A text is read this far: what is longer is cut first, so that no pattern has to walk it. */
const LONGEST = 20_000;

type Mask = { pattern: RegExp; by: string | ((...found: string[]) => string) };

/** A value next to a word that says it is secret: `password=…`, `"api_key": "…"`, `token …`. */
const KEY_WORD = String.raw`(?:pass(?:word|wd|phrase)?|pwd|secret|token|api[_-]?key|access[_-]?key(?:[_-]?id)?|private[_-]?key|client[_-]?secret|auth(?:orization)?|credentials?|session(?:[_-]?id)?|cookie|signature)`;

/** In this order: whole structures first, so that a later one does not leave half of one standing. Every pattern is linear. */
const MASKS: readonly Mask[] = [
  { pattern: /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,30}PRIVATE KEY-----|$)/g, by: "[redacted private key]" },
  { pattern: /\beyJ[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*)?/g, by: "[redacted jwt]" },
  { pattern: /\b(Bearer|Basic|Token)(\s+)[\w.~+/=-]{8,}/gi, by: "$1$2[redacted]" },
  { pattern: /\b([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/@:]{0,200}:[^\s/@]{1,200}@/gi, by: "$1[redacted]@" },
  { pattern: /\b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16}\b/g, by: "[redacted aws key]" },
  { pattern: /\bAIza[\w-]{35}|\bya29\.[\w-]{20,}/g, by: "[redacted google key]" },
  { pattern: /\b(?:gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{20,}|xox[abeprs]-[\w-]{10,}|xapp-[\w-]{10,}|sk-[\w-]{16,}|[sr]k_(?:live|test)_\w{10,}|npm_\w{30,}|hf_\w{30,})/g, by: "[redacted key]" },
  { pattern: /[\w.%+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}/gi, by: "[redacted email]" },
  { pattern: /\b\d(?:[ -]?\d){12,18}\b/g, by: (digits) => (isCard(digits) ? "[redacted card]" : digits) },
  {
    pattern: new RegExp(String.raw`(${KEY_WORD}[\w-]{0,20}["']?\s{0,3}(?:[:=]|=>|\bis\b)\s{0,3}["']?)([^\s"',;&<>\[\]{}()]{3,})`, "gi"),
    by: (_, before, value) => `${before}${isPlaceholder(value) ? value : "[redacted]"}`,
  },
  {
    pattern: new RegExp(String.raw`(${KEY_WORD}\b[^\w\n]{1,5})([\w+/=.~-]{16,})`, "gi"),
    by: (_, before, value) => `${before}${looksRandom(value) ? "[redacted]" : value}`,
  },
];

/** Puts a mark in the place of what looks like a secret or like a person's address: keys, tokens, passwords, e-mail, card numbers. */
export const redactSecrets = (text: string): string =>
  MASKS.reduce((masked, { pattern, by }) => (typeof by === "string" ? masked.replaceAll(pattern, by) : masked.replaceAll(pattern, by)), text.slice(0, LONGEST));

/** What a template miner or somebody before us has put in the place of a value, and values that say nothing. */
const isPlaceholder = (value: string): boolean => /^(?:\*+|null|none|nil|undefined|true|false|invalid|expired|missing|required|empty|redacted)[.!]?$/i.test(value);

/** Luhn's check digit, which one number in ten passes by chance. */
function isCard(written: string): boolean {
  const digits = [...written.replaceAll(/\D/g, "")].reverse().map(Number);
  const sum = digits.reduce((total, digit, i) => total + (i % 2 === 0 ? digit : digit * 2 > 9 ? digit * 2 - 9 : digit * 2), 0);
  return sum % 10 === 0;
}

/** Bits of Shannon entropy per character, above which a word of sixteen characters or more is no name. */
const RANDOM_BITS = 3.5;

function looksRandom(word: string): boolean {
  const counts = [...Map.groupBy(word, (character) => character).values()].map((same) => same.length / word.length);
  const bits = counts.reduce((sum, share) => sum - share * Math.log2(share), 0);
  return bits >= RANDOM_BITS && /\d/.test(word);
}

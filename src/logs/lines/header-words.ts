const UPPER_LEVELS =
  "TRACE DEBUG INFO INFORMATION NOTICE WARN WARNING ERROR ERR SEVERE FATAL CRIT CRITICAL PANIC ALERT EMERG EMERGENCY";
const OTHER_LEVELS = "FAILURE VERBOSE Trace Debug Info Notice Warn Warning Error Fatal Critical";
const LEVELS = new Set(`${UPPER_LEVELS} ${OTHER_LEVELS}`.split(" "));
const LOWER_LEVELS = new Set([...LEVELS].map((level) => level.toLowerCase()));
const LEVEL_LETTERS: Readonly<Record<string, string>> = {
  V: "verbose",
  D: "debug",
  I: "info",
  W: "warn",
  E: "error",
  F: "fatal",
};
/** Size of the word cache. When it is full, it starts empty again. */
const MAX_WORDS = 4096;

const LOGGER = /^[\p{L}_$][\p{L}\p{N}_.$[\]()/@#<>+-]*:?$/u;
const CALL_SITE = /[\p{L}\p{N}_$\])][#@:]\d+:?$/u;
const NUMBER = /^-?(?:0x)?[0-9a-fA-F]*\d[0-9a-fA-F]*[:,]?$/;
/** `Class.name:`, `daemon[12]:`, `CamelCase:`. */
const TAGGED = /[.$[(@/]|\p{Ll}\p{Lu}/u;
const DOTTED = /^[\p{L}_$][\p{L}\p{N}_$]*(?:\.[\p{L}\p{N}_$]+){2,}$/u;
const SENTENCE_WORD = /^\p{Ll}{3,}$/u;

/** The roles that a word of a header may have. */
export type HeaderWord = {
  text: string;
  level: string | null;
  /** The level of a lone letter, which counts if a tag follows. */
  letterLevel: string | null;
  isNumber: boolean;
  isLogger: boolean;
  /** It names a place in the code: `Class#31`. */
  isCallSite: boolean;
  endsWithColon: boolean;
  isTagged: boolean;
  isDotted: boolean;
  isSentenceWord: boolean;
};

/** Classifies the words of headers. A cache holds the results, because the same few words are on every line. */
export class HeaderWords {
  private words = new Map<number, HeaderWord>();

  at(bytes: Uint8Array, from: number, to: number): HeaderWord {
    let hash = 0x811c9dc5 | 0;
    for (let i = from; i < to; i += 1) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193);
    const known = this.words.get(hash);
    if (known !== undefined && known.text.length === to - from) return known;
    let text = "";
    for (let i = from; i < to; i += 1) text += String.fromCharCode(bytes[i] as number);
    const word = classify(text);
    if (this.words.size >= MAX_WORDS) this.words = new Map();
    this.words.set(hash, word);
    return word;
  }
}

function classify(text: string): HeaderWord {
  const bare = text.replace(/[:,]$/, "");
  const isLogger = LOGGER.test(text);
  return {
    text,
    level: LEVELS.has(bare) ? bare : null,
    letterLevel: LEVEL_LETTERS[text] ?? null,
    isNumber: NUMBER.test(text),
    isLogger,
    isCallSite: CALL_SITE.test(text) && LOGGER.test(text.replace(/:(?=\d)/, "#")),
    endsWithColon: text.endsWith(":"),
    isTagged: TAGGED.test(text),
    isDotted: DOTTED.test(text),
    isSentenceWord: SENTENCE_WORD.test(text),
  };
}

/** The level in brackets, in any case. Null for other text. */
export const bracketedLevel = (text: string): string | null => (LOWER_LEVELS.has(text.toLowerCase()) ? text : null);
export const letterLevel = (byte: number): string | null => LEVEL_LETTERS[String.fromCharCode(byte)] ?? null;

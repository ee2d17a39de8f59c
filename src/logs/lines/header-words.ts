import { letterLevel, levelInWord, lowerLevel } from "./level-words.ts";

/** Size of the word cache. When it is full, it starts empty again. */
const MAX_WORDS = 4096;

const LOGGER = /^[\p{L}_$](?:[\p{L}\p{N}_.$[\]()/@#<>+-]|::)*:?$/u;
const CALL_SITE = /[\p{L}\p{N}_$\])][#@:]\d+:?$/u;
const NUMBER = /^-?(?:0x)?[0-9a-fA-F]*\d[0-9a-fA-F]*[:,]?$/;
/** `Class.name:`, `daemon[12]:`, `CamelCase:`, `crate::module:`. */
const TAGGED = /[.$[(@/]|::|\p{Ll}\p{Lu}/u;
const DOTTED = /^[\p{L}_$][\p{L}\p{N}_$]*(?:\.[\p{L}\p{N}_$]+){2,}$/u;
/** `sshd[12]:`, `app[web.1]:`. */
const PROCESS = /^[A-Za-z][\w./@-]*\[[\w.-]+\]:$/;
const SENTENCE_WORD = /^\p{Ll}{3,}$/u;

/** The roles that a word of a header may have. */
export type HeaderWord = {
  text: string;
  level: string | null;
  /** How many characters of the word belong to the level. The rest is the next field. */
  levelLength: number;
  /** The level only marks a detail of the line before. */
  isDetail: boolean;
  /** The level, if the word stands in a column of its own. */
  columnLevel: string | null;
  /** The level of a lone letter, which counts if a tag follows. */
  letterLevel: string | null;
  isNumber: boolean;
  isLogger: boolean;
  /** The word as the name of a logger. */
  loggerName: string;
  /** It names a place in the code: `Class#31`. */
  isCallSite: boolean;
  endsWithColon: boolean;
  isTagged: boolean;
  isDotted: boolean;
  isSentenceWord: boolean;
  /** `sshd[12]:`. */
  isProcess: boolean;
  /** `spid52`, `Logon`: the column of SQL Server's ERRORLOG that names who wrote the line. */
  isSqlServer: boolean;
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
  const isLogger = LOGGER.test(text);
  const stated = levelInWord(text);
  return {
    text,
    level: stated?.level ?? null,
    levelLength: stated?.length ?? 0,
    isDetail: stated?.isDetail === true,
    columnLevel: stated?.level ?? lowerLevel(text),
    letterLevel: text.length === 1 ? letterLevel(text.charCodeAt(0)) : null,
    isNumber: NUMBER.test(text),
    isLogger,
    loggerName: PROCESS.test(text) ? text.slice(0, -1) : text.replace(/[:\]]$/, ""),
    isCallSite: CALL_SITE.test(text) && LOGGER.test(text.replace(/:(?=\d)/, "#")),
    endsWithColon: text.endsWith(":"),
    isTagged: TAGGED.test(text),
    isDotted: DOTTED.test(text),
    isSentenceWord: SENTENCE_WORD.test(text),
    isProcess: PROCESS.test(text),
    isSqlServer: /^(?:spid\d+s?|Server|Logon|Backup)$/.test(text),
  };
}

import { CLOSE, COLON, COMMA, LESS, MINUS, MORE, ONE, OPEN, PIPE, SPACE_BYTE as SPACE, TAB } from "./byte-codes.ts";
import {
  closing,
  colonSoon,
  dashSoon,
  endOfWord,
  hasPipe,
  isContainerStream,
  isDigits,
  isLoggerHere,
  isWide,
  MAX_COLUMN_BYTES,
  mayBegin,
  skipSeparators,
} from "./header-bytes.ts";
import { bracketedLevel, HeaderWords, letterLevel } from "./header-words.ts";
import { readTime, TimeCursor } from "./read-time.ts";

/** Fields a header may have after the time, of any kind. */
const MAX_FIELDS = 10;
/** Host, program, process and message id of RFC 5424. */
const RFC5424_WORDS = 4;
const MAX_LOOKAHEAD_WORDS = 6;

type Opening = {
  end: number;
  ms: number;
  level: string | null;
  isSyslog: boolean;
  isBare: boolean;
  isRfc5424?: boolean;
};

/**
 * Reads the header of a raw line: time, level, host, process, thread, logger. A line without a time at its start (or after one
 * leading label) has no header: a message may begin with anything. The fields hold the last line read.
 */
export class HeaderReader {
  /** Where the message begins; the line's start where there is no header. */
  messageStart = 0;
  /** Unix milliseconds; NaN where the line has no time. */
  ms = NaN;
  level: string | null = null;
  /** The logger or program, with its call site (`Class#31`) where it has one. */
  logger: string | null = null;
  /** Whether `logger` names a place in the code. */
  isCallSite = false;
  host: string | null = null;
  private readonly words = new HeaderWords();
  private readonly cursor = new TimeCursor();
  private readonly yearGuess: number;

  /** @param yearGuess for times that leave the year out. */
  constructor(yearGuess = 1970) {
    this.yearGuess = yearGuess;
  }

  /** @returns whether there is a header. */
  read(bytes: Uint8Array, start: number, end: number): boolean {
    this.messageStart = start;
    this.ms = NaN;
    this.level = this.logger = this.host = null;
    this.isCallSite = false;
    if (!mayBegin(bytes, start, end)) return false;
    const opening = this.findTime(bytes, start, end);
    if (opening === null) return false;
    this.ms = opening.ms;
    this.level = opening.level;
    const messageStart = opening.isRfc5424
      ? this.readRfc5424(bytes, opening.end, end)
      : this.readFields(bytes, opening, end);
    if (opening.isBare && this.level === null && this.logger === null) {
      this.ms = NaN; // "1365301360 exceptions": just a number
      return false;
    }
    this.messageStart = messageStart;
    return true;
  }

  /** The time, at the start or after `<13>1 `, `[`, `- `, `I` (glog) or one label. */
  private findTime(bytes: Uint8Array, start: number, end: number): Opening | null {
    let at = start;
    if (bytes[at] === LESS) {
      const close = bytes.indexOf(MORE, at);
      if (close !== -1 && close < at + 5) at = close + 1;
      if (bytes[at + 1] === SPACE && bytes[at] === ONE) {
        const time = this.timeAt(bytes, at + 2, end);
        return time === null ? null : { ...time, isRfc5424: true };
      }
    }
    const direct = this.timeAt(bytes, at, end);
    if (direct !== null) return direct;
    const letter = letterLevel(bytes[at] as number);
    const glog =
      letter !== null && bytes[at + 5] === SPACE ? readTime(this.cursor, bytes, at + 6, end, this.yearGuess) : null;
    if (glog !== null) return { end: glog.end, ms: glog.ms, level: letter, isSyslog: false, isBare: false };
    const space = endOfWord(bytes, at, end);
    if (space >= end) return null;
    const found = this.timeAt(bytes, space + 1, end);
    if (found === null) return null;
    return { ...found, level: this.words.at(bytes, at, space).level ?? found.level };
  }

  private timeAt(bytes: Uint8Array, from: number, end: number): Opening | null {
    const bracket = bytes[from] === OPEN ? 1 : 0;
    const time = readTime(this.cursor, bytes, from + bracket, end, this.yearGuess);
    if (time === null) return null;
    const next = time.end < end ? (bytes[time.end] as number) : SPACE;
    if (next !== SPACE && next !== TAB && next !== CLOSE && next !== PIPE && next !== COMMA && next !== COLON)
      return null;
    const isName = (bytes[from + bracket] as number) > 64;
    return {
      end: bracket === 1 && next === CLOSE ? time.end + 1 : time.end,
      ms: time.ms,
      level: null,
      isSyslog: isName && bracket === 0 && !time.hasYear,
      isBare: time.isBare === true,
    };
  }

  /** `host app procid msgid [data] message`; `-` for what is not told. @returns where the message begins. */
  private readRfc5424(bytes: Uint8Array, from: number, end: number): number {
    const words: string[] = [];
    let at = from;
    for (let i = 0; i < RFC5424_WORDS; i += 1) {
      while (at < end && bytes[at] === SPACE) at += 1;
      const to = endOfWord(bytes, at, end);
      words.push(this.words.at(bytes, at, to).text);
      at = to;
    }
    const [host = "-", app = "-"] = words;
    this.host = host === "-" ? null : host;
    this.logger = app === "-" ? null : app;
    while (at < end && bytes[at] === SPACE) at += 1;
    for (; bytes[at] === OPEN && at < end; at += 1) {
      const close = bytes.indexOf(CLOSE, at);
      if (close === -1 || close >= end) return at;
      at = close;
    }
    if (bytes[at] === MINUS && (at + 1 >= end || bytes[at + 1] === SPACE)) at += 1;
    while (at < end && bytes[at] === SPACE) at += 1;
    return at;
  }

  /** Takes field after field off the front, as long as they read as header. @returns where the message begins. */
  private readFields(bytes: Uint8Array, opening: Opening, end: number): number {
    let { end: at, isSyslog } = opening;
    let numbers = 0;
    let columns = 0;
    for (let field = 0; ; field += 1) {
      const from = skipSeparators(bytes, at, end);
      if (from >= end || field >= MAX_FIELDS) return from;
      const isColumn = hasPipe(bytes, at, from);
      at = from;
      if (this.level === null && this.logger === null && field < 4) {
        const again = this.timeAt(bytes, at, end);
        if (again !== null) {
          if (Number.isNaN(this.ms)) this.ms = again.ms;
          isSyslog ||= again.isSyslog;
          at = again.end;
          continue;
        }
      }
      if (bytes[at] === OPEN) {
        const close = this.bracket(bytes, at, end);
        if (close === -1) return at;
        at = close + 1;
        continue;
      }
      if (isColumn) {
        const pipe = columns < 2 ? this.column(bytes, at, end) : -1;
        if (pipe === -1) return at;
        columns += 1;
        at = pipe;
        continue;
      }
      const to = endOfWord(bytes, at, end);
      if (numbers < 3 && to < end && this.logger === null && this.level === opening.level && isDigits(bytes, at, to)) {
        numbers += 1;
        at = to;
        continue;
      }
      const word = this.words.at(bytes, at, to);
      const level =
        this.level === null
          ? (word.level ?? (word.letterLevel !== null && colonSoon(bytes, to, end) ? word.letterLevel : null))
          : null;
      if (level !== null) this.level = level;
      else if (isSyslog && this.host === null) this.host = word.text;
      else if (word.isNumber && this.logger === null && numbers < 3 && to < end && this.level === opening.level)
        numbers += 1;
      else if (this.level === null && isContainerStream(word.text, bytes, to)) {
        at = to + 2;
        continue;
      } else if (this.logger === null && isLoggerHere(word, isSyslog, this.level !== null, isWide(bytes, to, end))) {
        this.logger = word.text.replace(/:$/, "");
        this.isCallSite = word.isCallSite;
      } else if (this.level === null && this.logger === null && this.levelSoon(bytes, to, end)) {
        // a label that stands before the level
      } else {
        const dash = this.level === null && this.logger === null && !isSyslog ? dashSoon(bytes, at, end) : -1;
        if (dash === -1) return at;
        this.logger = word.text;
        at = dash;
        continue;
      }
      at = to;
    }
  }

  /** @returns where the bracket closes, or -1 where it belongs to the message. */
  private bracket(bytes: Uint8Array, at: number, end: number): number {
    const close = closing(bytes, at, end);
    if (close === -1) return -1;
    const inside = this.words.at(bytes, at + 1, close).text.trim();
    if (this.level === null) this.level = bracketedLevel(inside);
    else if (inside.includes(" ") && this.logger !== null && !/^req|\d/.test(inside)) return -1;
    return close;
  }

  /** @returns where the column between bars ends, or -1 where the message begins. */
  private column(bytes: Uint8Array, at: number, end: number): number {
    const pipe = bytes.indexOf(PIPE, at);
    if (pipe === -1 || pipe >= end || pipe - at > MAX_COLUMN_BYTES) return -1;
    const word = this.words.at(bytes, at, pipe);
    const text = word.text.trim();
    if (/\s/.test(text)) return -1;
    if (word.level !== null) this.level ??= word.level;
    else if (!word.isNumber) this.logger ??= text;
    return pipe;
  }

  /** A level within the next few words, none of which is a word of a sentence: what stands before it is header. */
  private levelSoon(bytes: Uint8Array, from: number, end: number): boolean {
    let at = from;
    for (let n = 0; n < MAX_LOOKAHEAD_WORDS; n += 1) {
      while (at < end && bytes[at] === SPACE) at += 1;
      if (at >= end) return false;
      const to = endOfWord(bytes, at, end);
      const word = this.words.at(bytes, at, to);
      if (word.level !== null) return word.level === word.level.toUpperCase();
      if (word.isSentenceWord) return false;
      at = to;
    }
    return false;
  }
}

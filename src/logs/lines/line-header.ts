import { CLOSE, COLON, COMMA, LESS, MORE, ONE, OPEN, PIPE, SPACE_BYTE as SPACE, TAB } from "./byte-codes.ts";
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
import { readTime } from "./read-time.ts";
import { readRfc5424 } from "./rfc5424-header.ts";
import { TimeCursor } from "./time-cursor.ts";

/** Maximum number of fields after the time. */
const MAX_FIELDS = 10;
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
 * Reads the header of a raw line: time, level, host, process, thread, logger. A line has a header only if it starts
 * with a time, or with one label and a time, because a message may begin with anything. The fields describe the last
 * line read.
 */
export class HeaderReader {
  /** Offset of the message. It is the start of the line if there is no header. */
  messageStart = 0;
  /** Unix milliseconds. NaN if the line has no time. */
  ms = NaN;
  level: string | null = null;
  /** The logger or program, with its call site (`Class#31`) if it has one. */
  logger: string | null = null;
  /** True if `logger` names a place in the code. */
  isCallSite = false;
  host: string | null = null;
  private readonly words = new HeaderWords();
  private readonly cursor = new TimeCursor();
  private readonly yearGuess: number;

  /** @param yearGuess the year for times that are written without one. */
  constructor(yearGuess = 1970) {
    this.yearGuess = yearGuess;
  }

  /** @returns true if the line has a header. */
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
      ? this.takeRfc5424(bytes, opening.end, end)
      : this.readFields(bytes, opening, end);
    if (opening.isBare && this.level === null && this.logger === null) {
      this.ms = NaN; // "1365301360 exceptions": a plain number
      return false;
    }
    this.messageStart = messageStart;
    return true;
  }

  /** Finds the time at the start of the line, or after `<13>1 `, `[`, `- `, `I` (glog) or one label. */
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

  private takeRfc5424(bytes: Uint8Array, from: number, end: number): number {
    const { host, app, messageStart } = readRfc5424(this.words, bytes, from, end);
    this.host = host;
    this.logger = app;
    return messageStart;
  }

  /** Takes fields from the front as long as they look like header fields. @returns the offset of the message. */
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
        // a label before the level
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

  /** @returns the offset of the closing bracket, or -1 if the bracket belongs to the message. */
  private bracket(bytes: Uint8Array, at: number, end: number): number {
    const close = closing(bytes, at, end);
    if (close === -1) return -1;
    const inside = this.words.at(bytes, at + 1, close).text.trim();
    if (this.level === null) this.level = bracketedLevel(inside);
    else if (inside.includes(" ") && this.logger !== null && !/^req|\d/.test(inside)) return -1;
    return close;
  }

  /** @returns the offset where the column between bars ends, or -1 if the message begins here. */
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

  /**
   * True if a level comes within the next few words and none of them is an ordinary word: everything before the level
   * is then header.
   */
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

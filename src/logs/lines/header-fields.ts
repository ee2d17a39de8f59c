import { code, COLON, DOT, LESS, OPEN, OPEN_BRACE, OPEN_PAREN, QUOTE, SPACE_BYTE as SPACE, TAB } from "./byte-codes.ts";
import {
  colonSoon,
  dashSoon,
  endOfWord,
  hasPipe,
  isContainerStream,
  isDigits,
  isLoggerHere,
  isWide,
  skipSeparators,
} from "./header-bytes.ts";
import { endOfThread, hasHostAndProgram, isBootColumn, letterLevelHere } from "./header-columns.ts";
import { type Opening, type OpeningTools, timeAt } from "./header-opening.ts";
import { angleEnd, braceEnd, bracketEnd, columnEnd, type HeaderFields, levelSoon } from "./header-marks.ts";
import type { HeaderWord } from "./header-words.ts";
import { redisLevel } from "./level-words.ts";

/** Maximum number of fields after the time. */
const MAX_FIELDS = 10;
/** Columns between bars. */
const MAX_COLUMNS = 2;

const STAR = code("*");
const DAY_MS = 86_400_000;
const LOGGER_NAME = /^[\p{L}_$][\p{L}\p{N}_.$/:-]*$/u;
/** `pod_workers.go:1300]`. */
const GLOG_SITE = /^[\w./-]+:\d+\]$/;

const isLetter = (byte: number): boolean => (byte >= 97 && byte <= 122) || (byte >= 65 && byte <= 90);

type WordPlace = { before: number; at: number; to: number; end: number; field: number };

/** Takes the fields behind the time, from the front, as long as they look like header fields. */
export class HeaderFieldReader {
  /** True if a whole line, with a header of its own, starts where the fields end. */
  isInner = false;
  /** Where the time ends. */
  timeEnd = 0;
  private readonly tools: OpeningTools;
  private fields: HeaderFields;
  /** True if the message begins behind the field that was just read. */
  private isLast = false;
  private isSyslog = false;
  private isOpen = false;
  private isGlog = false;
  private numbers = 0;
  private columns = 0;
  /** The level that stood before the time. */
  private openingLevel: string | null = null;
  private dayMs = NaN;

  constructor(tools: OpeningTools, fields: HeaderFields) {
    this.tools = tools;
    this.fields = fields;
  }

  /** @returns the offset of the message. */
  read(bytes: Uint8Array, opening: Opening, end: number): number {
    this.isOpen = opening.isOpen;
    this.isGlog = opening.isGlog === true;
    this.numbers = this.columns = 0;
    this.openingLevel = opening.level;
    this.dayMs = opening.dayMs;
    this.isInner = this.isLast = false;
    let at = opening.end;
    this.timeEnd = at;
    if (opening.isRedis === true && bytes[at] === SPACE && bytes[at + 2] === SPACE) {
      this.fields.level = redisLevel(bytes[at + 1] as number);
      if (this.fields.level !== null) return Math.min(end, at + 3);
    }
    this.isSyslog = opening.isSyslog || (opening.level === null && hasHostAndProgram(this.tools.words, bytes, at, end));
    for (let field = 0; ; field += 1) {
      const from = skipSeparators(bytes, at, end);
      if (from >= end || field >= MAX_FIELDS) return from;
      const next = this.step(bytes, at, from, end, field);
      if (next === -1 || this.isInner) return next === -1 ? from : next;
      if (this.isLast) return skipSeparators(bytes, next, end);
      at = next;
    }
  }

  /** Takes the field at `at`. `before`: the end of the field before. @returns its end, or -1 if the message starts. */
  private step(bytes: Uint8Array, before: number, at: number, end: number, field: number): number {
    const { fields, tools } = this;
    if (fields.level === null && fields.logger === null && field < 4) {
      // Cisco marks times of clocks that are not synchronized: `*Mar 1 10:00:02.123:`.
      const mark = this.isSyslog && (bytes[at] === STAR || bytes[at] === DOT) ? 1 : 0;
      const again = this.secondTime(bytes, at + mark, end);
      if (again !== -1) return again;
    }
    const first = bytes[at] as number;
    if (first === OPEN) {
      const close = bracketEnd(tools, fields, bytes, at, end);
      return close === -1 ? -1 : close + 1;
    }
    if (hasPipe(bytes, before, at)) {
      this.columns += 1;
      return this.columns > MAX_COLUMNS ? -1 : columnEnd(tools, fields, bytes, at, end);
    }
    // With level and logger known, a letter begins the message: no need to classify its first word.
    if (fields.level !== null && fields.logger !== null && !this.isOpen && isLetter(first) && bytes[at - 1] !== TAB)
      return -1;
    if (first === LESS) return angleEnd(tools, fields, bytes, at, end);
    if (first === OPEN_BRACE) return braceEnd(tools, fields, bytes, at, end);
    if (first === OPEN_PAREN) return endOfThread(bytes, at, end, fields.level !== null);
    const to = endOfWord(bytes, at, end);
    if (this.numbers < 3 && to < end && fields.logger === null && isDigits(bytes, at, to)) {
      if (fields.level === this.openingLevel) {
        this.numbers += 1;
        return to;
      }
    }
    return this.word(bytes, { before, at, to, end, field });
  }

  private secondTime(bytes: Uint8Array, at: number, end: number): number {
    const again = timeAt(this.tools, bytes, at, end);
    if (again === null) return -1;
    if (Number.isNaN(this.fields.ms)) {
      const isTimeOfDay = !Number.isNaN(this.dayMs) && !again.hasYear;
      this.fields.ms = isTimeOfDay ? this.dayMs + (((again.ms % DAY_MS) + DAY_MS) % DAY_MS) : again.ms;
    }
    this.isSyslog ||= again.isSyslog;
    return again.end;
  }

  private word(bytes: Uint8Array, place: WordPlace): number {
    const { fields } = this;
    const { at, to, end } = place;
    const word = this.tools.words.at(bytes, at, to);
    if (this.isOpen && word.text.endsWith("]") && !word.text.includes("[")) return this.lastInBracket(word, to);
    if (fields.level === null) {
      const levelEnd = this.levelHere(word, bytes, at, to, end);
      if (levelEnd !== 0) return levelEnd;
    }
    const { level } = fields;
    if (this.isSyslog && fields.logger === null && word.endsWithColon && isDigits(bytes, at, to - 1)) return to; // Cisco
    const isAfterLevel = level !== this.openingLevel;
    if (this.isSyslog && fields.host === null && fields.logger === null && !word.endsWithColon && !isAfterLevel) {
      fields.host = word.text;
      return to;
    }
    if (level !== null && isDigits(bytes, at, to) && isBootColumn(bytes, to)) return to;
    if (word.isNumber && fields.logger === null && this.numbers < 3 && to < end && level === this.openingLevel) {
      this.numbers += 1;
      return to;
    }
    if (level === null && isContainerStream(word.text, bytes, to)) {
      this.isInner = true;
      return Math.min(end, to + 3);
    }
    const isSecondColumn = bytes[at - 1] === TAB && bytes[to] === TAB && word.isCallSite && !fields.isCallSite;
    if (fields.logger === null || isSecondColumn) {
      const logger = this.loggerHere(word, bytes, place);
      if (logger !== -1) return logger;
    }
    if (level === null && fields.logger === null) {
      if (levelSoon(this.tools, bytes, to, end, word.endsWithColon)) return to; // a label before the level
      const dash = this.isSyslog || bytes[at] === QUOTE ? -1 : dashSoon(bytes, at, end);
      if (dash !== -1) {
        fields.logger = word.text;
        return dash;
      }
    }
    return -1;
  }

  /** @returns the end of the level; 0 if there is none here. */
  private levelHere(word: HeaderWord, bytes: Uint8Array, at: number, to: number, end: number): number {
    const { fields } = this;
    if (word.level !== null) {
      fields.level = word.level;
      fields.isDetail = word.isDetail;
      // The word of a detail stays in the message, because it says what the line is.
      return word.isDetail ? -1 : at + word.levelLength;
    }
    if (
      word.columnLevel !== null &&
      (bytes[to] === TAB || this.tools.words.at(bytes, to + 1, endOfWord(bytes, to + 1, end)).isTagged)
    ) {
      fields.level = word.columnLevel;
      return to;
    }
    if (word.letterLevel === null) return 0;
    const letter = letterLevelHere(bytes, to, end);
    if (letter === null && !colonSoon(bytes, to, end)) return 0;
    fields.level = word.letterLevel;
    if (letter?.component != null) fields.logger = letter.component;
    return letter?.end ?? to;
  }

  /** @returns the end of the logger; -1 if there is none here. */
  private loggerHere(word: HeaderWord, bytes: Uint8Array, { at, to, end, before, field }: WordPlace): number {
    const { fields } = this;
    const hasLevel = fields.level !== null;
    const isBehindColon = hasLevel && bytes[at - 1] === COLON && before === at - 1;
    const colon = isBehindColon ? word.text.indexOf(":") : -1;
    if (colon > 0 && LOGGER_NAME.test(word.text.slice(0, colon))) {
      fields.logger = word.text.slice(0, colon);
      return at + colon;
    }
    const isSite = this.isGlog && GLOG_SITE.test(word.text);
    if (!isSite && !isLoggerHere(word, this.isSyslog, hasLevel, isWide(bytes, to, end))) {
      const isTabColumn = hasLevel && bytes[at - 1] === TAB && bytes[to] === TAB && word.isLogger;
      const isDashed = hasLevel && word.isTagged && word.isLogger && dashSoon(bytes, to, end) === to;
      const isColumn = field === 0 && (word.isProcess || (word.isSqlServer && isWide(bytes, to, end)));
      if (!isTabColumn && !isDashed && !isColumn) return -1;
    }
    this.isLast = word.isSqlServer && !hasLevel;
    fields.logger = word.loggerName;
    fields.isCallSite = word.isCallSite && !isSite;
    return to;
  }

  /** The last field in the bracket of the time: `[2006-01-02T15:04:05Z ERROR crate::module]`. */
  private lastInBracket(word: HeaderWord, to: number): number {
    const { fields } = this;
    this.isOpen = false;
    const text = word.text.slice(0, -1);
    if (fields.level === null && word.level !== null) fields.level = word.level;
    else if (fields.logger === null && LOGGER_NAME.test(text)) fields.logger = text;
    return to;
  }
}

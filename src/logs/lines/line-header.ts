import { CLOSE, HASH, LESS, MINUS, OPEN, SPACE_BYTE as SPACE, TAB } from "./byte-codes.ts";
import { type AccessLine, AccessReader, levelOfStatus } from "./access-line.ts";
import { auditHeader } from "./audit-header.ts";
import { DateGuess } from "./date-guess.ts";
import { mayBegin } from "./header-bytes.ts";
import { hasHostAndProgram } from "./header-columns.ts";
import { HeaderFieldReader } from "./header-fields.ts";
import type { HeaderFields } from "./header-marks.ts";
import { findOpening, Opening, type OpeningTools } from "./header-opening.ts";
import { HeaderWords } from "./header-words.ts";
import { Prefixes } from "./prefixes.ts";
import { readTime } from "./read-time.ts";
import { readRfc5424 } from "./rfc5424-header.ts";
import { mayHavePrefix, opensObject, PrefixReader } from "./source-prefix.ts";
import { TimeCursor } from "./time-cursor.ts";
import { YEAR_MS } from "./log-event.ts";
import { isRequestStart, lastTime } from "./trailing-time.ts";
import { decodedLevel, mayBeDecoded, type Uptime, uptimeAt } from "./uptime.ts";
import { undatedLevel } from "./undated-level.ts";

/** A header may be indented by this much. */
const MAX_INDENT = 16;
const BOM = [0xef, 0xbb, 0xbf];
const W3C_DIRECTIVE = new Prefixes("#Fields: |#Software: |#Version: |#Date: |#Start-Date: |#End-Date: |#Remark: ");
/** A container runtime's time, and the line of a program that adds its own. */
const MAX_NESTING = 2;

/**
 * Reads the header of a raw line: time, level, host, process, thread, logger, and the prefix of an aggregator. A line
 * has a header only if it starts with a time, or with a few labels and a time, because a message may begin with
 * anything. The fields describe the last line read.
 */
export class HeaderReader implements HeaderFields {
  /** Offset of the message. It is the start of the line if there is no header. */
  messageStart = 0;
  ms = NaN;
  level: string | null = null;
  logger: string | null = null;
  isCallSite = false;
  isDetail = false;
  host: string | null = null;
  /** The service and the pod that an aggregator's prefix names (docker compose, stern, kubectl). */
  service: string | null = null;
  pod: string | null = null;
  /** The request that an access log line records; null for any other line. Its `text` then stands for the message. */
  access: AccessLine | null = null;
  /** True if the line only describes the log itself: the `#` lines of W3C logs. */
  isDirective = false;
  /** True if the line states a time without being the header of lines below it. */
  isLoose = false;
  /** True if the line states its zone. Other times are taken as UTC. */
  hasZone = false;
  private readonly tools: OpeningTools;
  private readonly fields: HeaderFieldReader;
  private readonly prefixes = new PrefixReader();
  private readonly requests = new AccessReader();
  private readonly place = { start: 0, at: 0, afterTime: 0, isDated: false, isPlain: false };

  /**
   * @param reference a time near those of the log, such as that of the alarm, in Unix ms. It completes dates without a
   *   year, as long as the log itself has no complete date. Null: such dates lie in 1970, see `datedMs`. Or what guesses
   *   the dates of the log already.
   */
  constructor(reference: number | null | DateGuess = null) {
    this.tools = {
      words: new HeaderWords(),
      cursor: new TimeCursor(),
      guess: reference instanceof DateGuess ? reference : new DateGuess(reference),
      opening: new Opening(),
    };
    this.fields = new HeaderFieldReader(this.tools, this);
  }

  /** @returns true if the line has a header. */
  read(bytes: Uint8Array, start: number, end: number): boolean {
    this.ms = NaN;
    this.level = this.logger = this.host = this.service = this.pod = null;
    this.access = null;
    this.isCallSite = this.isDetail = this.hasZone = this.isDirective = this.isLoose = false;
    this.messageStart = start;
    const first = bytes[start] as number;
    const at = first === SPACE || first === TAB || first === BOM[0] ? afterIndent(bytes, start, end) : start;
    const prefix = mayHavePrefix(bytes, at) ? this.prefixes.read(bytes, at, end, this) : null;
    let from = at;
    if (prefix !== null) {
      this.service = prefix.service;
      this.pod = prefix.pod;
      this.messageStart = from = prefix.start;
    }
    while (bytes[from] === OPEN && isRequestId(bytes, from, end)) this.messageStart = from += REQUEST_ID_BYTES;
    const hasHeader = this.readLine(bytes, from, end, 0);
    return this.readRequest(bytes, from, end) || hasHeader;
  }

  /** True if the last line states its time and nothing about its writer. */
  get isTimeAlone(): boolean {
    const { level, logger, host, service, access, ms } = this;
    return level === null && logger === null && host === null && service === null && access === null && ms >= YEAR_MS;
  }

  private readLine(bytes: Uint8Array, at: number, end: number, depth: number): boolean {
    if (mayBeDecoded(bytes, at)) {
      const decoded = decodedLevel(this.tools.words, bytes, at);
      if (decoded !== null) return this.readDecoded(bytes, decoded, end);
    }
    const from = bytes[at] === HASH ? afterHashes(bytes, at) : at;
    const opening = mayBegin(bytes, from, end) ? findOpening(this.tools, bytes, from, end) : null;
    if (opening === null) return this.readUndated(bytes, at, end);
    const outerMs = this.ms;
    const { isBare, isRfc5424, priority } = opening;
    this.ms = opening.ms;
    this.level = opening.level;
    this.hasZone = opening.hasZone;
    const messageStart = isRfc5424 ? this.takeRfc5424(bytes, opening.end, end) : this.fields.read(bytes, opening, end);
    if (isBare && this.level === null && this.logger === null && priority === null) {
      this.ms = outerMs; // "1365301360 exceptions": a plain number
      return false;
    }
    this.messageStart = messageStart;
    if (isRfc5424) this.fields.timeEnd = messageStart - 1;
    if (this.fields.isInner && !isRfc5424 && depth < MAX_NESTING) this.readInner(bytes, messageStart, end, depth);
    this.level ??= priority;
    return true;
  }

  /** Forgets what only the file of the last line had. */
  startFile(): void {
    this.requests.startFile();
  }

  /** @returns true if the line belongs to an access log. */
  private readRequest(bytes: Uint8Array, start: number, end: number): boolean {
    const isDated = !Number.isNaN(this.ms);
    const { place } = this;
    place.start = start;
    place.at = this.messageStart > start ? this.messageStart : start;
    place.afterTime = this.fields.timeEnd;
    place.isDated = isDated;
    place.isPlain = this.level === null && this.logger === null;
    if (!this.requests.mayRead(bytes, place)) return false;
    const found = this.requests.read(bytes, place, end);
    this.isDirective = found === null && bytes[start] === HASH && W3C_DIRECTIVE.has(bytes, start, end);
    if (found === null) return false;
    this.access = found.line;
    if (found.line.status > 0) this.level = levelOfStatus(found.line.status);
    if (isDated && found.timeAt === -1) return true;
    if (found.timeAt === -1) this.ms = found.ms;
    else {
      const time = readTime(this.tools.cursor, bytes, found.timeAt, end, this.tools.guess);
      this.ms = time?.ms ?? NaN;
      this.hasZone = time?.hasZone === true;
    }
    return true;
  }

  /** Reads the line that a container runtime stamped. Its own time is less sure: it may lack the zone. */
  private readInner(bytes: Uint8Array, at: number, end: number, depth: number): void {
    const { ms, hasZone } = this;
    this.readLine(bytes, at, end, depth + 1);
    this.ms = ms;
    this.hasZone = hasZone;
  }

  /** Reads a line of `dmesg -x` behind its facility and level. */
  private readDecoded(bytes: Uint8Array, { level, end: at }: { level: string; end: number }, end: number): boolean {
    this.messageStart = at;
    const hasTime = this.readLine(bytes, at, end, MAX_NESTING);
    this.level = level;
    this.logger ??= "kernel";
    return hasTime;
  }

  /** Reads a line that begins with the time since the start. It orders the lines, and is no date: see `datedMs`. */
  private readUptime(bytes: Uint8Array, { ms, end: at, isKernel }: Uptime, end: number): boolean {
    const { words, opening } = this.tools;
    this.ms = ms;
    this.hasZone = true;
    this.messageStart = at + 1;
    const isSyslog = hasHostAndProgram(words, bytes, at, end);
    if (isSyslog || !isKernel) {
      opening.set({ end: at, ms, hasYear: true, hasZone: true }, at, false, isSyslog);
      this.messageStart = this.fields.read(bytes, opening, end);
    } else this.logger = "kernel";
    return true;
  }

  /** A line without a time at its start: it may have one at its end, and it may state a level. */
  private readUndated(bytes: Uint8Array, at: number, end: number): boolean {
    const audit = auditHeader(bytes, at, end);
    if (audit !== null) {
      const { ms, type, host, messageStart } = audit;
      Object.assign(this, { ms, logger: type, host, messageStart, hasZone: true });
      return true;
    }
    const uptime = uptimeAt(bytes, at, end);
    if (uptime !== null) return this.readUptime(bytes, uptime, end);
    this.level = undatedLevel(this.tools.words, bytes, at, end);
    const time = lastTime(this.tools, bytes, at, end);
    if (time === null) return false;
    this.ms = time.ms;
    this.hasZone = time.hasZone === true;
    this.isLoose = isRequestStart(bytes, at, end);
    return true;
  }

  /** True if a time, a level or a JSON object stands at `at`. */
  opensLine(bytes: Uint8Array, at: number, end: number): boolean {
    if (opensObject(bytes, at)) return true;
    const opening = mayBegin(bytes, at, end) ? findOpening(this.tools, bytes, at, end) : null;
    return opening !== null || undatedLevel(this.tools.words, bytes, at, end) !== null;
  }

  private takeRfc5424(bytes: Uint8Array, from: number, end: number): number {
    const { host, app, messageStart } = readRfc5424(this.tools.words, bytes, from, end);
    this.host = host;
    this.logger = app;
    return messageStart;
  }
}

function afterIndent(bytes: Uint8Array, start: number, end: number): number {
  let at = BOM.every((byte, i) => bytes[start + i] === byte) ? start + BOM.length : start;
  const limit = Math.min(end, at + MAX_INDENT);
  while (at < limit && (bytes[at] === SPACE || bytes[at] === TAB)) at += 1;
  return at;
}

/** WebLogic: `####<`. */
function afterHashes(bytes: Uint8Array, start: number): number {
  let at = start;
  while (bytes[at] === HASH && at - start < 4) at += 1;
  return bytes[at] === LESS ? at : start;
}

/** `[2b1a5c3e-1234-4abc-9def-123456789abc] `. */
const REQUEST_ID_BYTES = 39;
const DASHES = [9, 14, 19, 24];

/** True for the id of a request in brackets, as Rails tags each line. */
const isRequestId = (bytes: Uint8Array, at: number, end: number): boolean =>
  at + REQUEST_ID_BYTES <= end &&
  bytes[at + 37] === CLOSE &&
  bytes[at + 38] === SPACE &&
  DASHES.every((offset) => bytes[at + offset] === MINUS);

import type { LineReading } from "../../domain/line-facts.ts";
import { nanosToMs } from "../../domain/time.ts";
import { COLON, HASH, SPACE_BYTE as SPACE } from "./byte-codes.ts";
import { ContainerFrames, type WholeLines } from "./container-frames.ts";
import { BARE, Continuation, DETAIL, firstInk, HEADED, type LineKind, RECORD, STAMPED } from "./continuation.ts";
import { DateGuess } from "./date-guess.ts";
import { EventReasons, textOf } from "./event-reasons.ts";
import { EntryJoiner } from "./entry-joiner.ts";
import { EventFields } from "./event-fields.ts";
import { emptyEvent, type LogEvent, YEAR_MS } from "./log-event.ts";
import { HeaderReader } from "./line-header.ts";
import { isOracleError, leadsToOracleError, LoneTime } from "./lone-time.ts";
import { mayBeStructured, type StructuredLine, StructuredReader } from "./structured-line.ts";
import { endOfHeader, mayEndHeader } from "./two-line-header.ts";
import { zonedClock } from "./zoned-clock.ts";

const MAX_TRACE_CHARS = 64 * 1024;
const NEWLINE = 10;

export type EventReaderOptions = {
  /** A time near those of the lines, for times that are written without a year; null if none is known. */
  referenceMs?: number | null | undefined;
  /** If true, the lines of a trace belong to the event before them. If false, every line is an event. */
  fold?: boolean | undefined;
  /** What the owner says of the log. */
  reading?: LineReading | undefined;
};

/**
 * Turns the lines of a log into events: removes the frames of container runtimes, reads headers, JSON and logfmt, and
 * joins traces to their events. Bytes given to `push` must stay as they are until the call after the next.
 */
export class EventReader implements WholeLines {
  private readonly header: HeaderReader;
  private readonly structured: StructuredReader;
  private readonly frames: ContainerFrames;
  private readonly continuation: Continuation | null;
  private readonly onEvent: (event: LogEvent) => void;
  private readonly fields: EventFields;
  private readonly event: LogEvent;
  private readonly joiner: EntryJoiner | null;
  private readonly clock: ((localMs: number) => number) | null;
  private readonly times = new LoneTime();
  private isHeld = false;
  /** What the first line of the held event is. */
  private heldKind: LineKind = BARE;
  private lineNumber = 0;
  /** Blank lines since the last line of the held event. They belong to it if that goes on after them. */
  private blanks = 0;
  /** The lines that continue the held event. */
  private trace: string[] = [];
  private traceChars = 0;
  private readonly reasons = new EventReasons();

  constructor({ referenceMs = null, fold = false, reading }: EventReaderOptions, onEvent: (event: LogEvent) => void) {
    const guess = new DateGuess(referenceMs);
    this.header = new HeaderReader(guess);
    this.structured = new StructuredReader(guess, reading?.serviceField);
    this.clock = reading?.timeZone == null ? null : zonedClock(reading.timeZone);
    this.fields = new EventFields(this.header, this.structured);
    this.event = this.fields.event;
    this.continuation = fold ? new Continuation() : null;
    this.onEvent = onEvent;
    this.joiner = fold ? new EntryJoiner(this) : null;
    this.frames = new ContainerFrames(this.structured, guess, this.joiner ?? this);
  }

  /** Reads the next line. */
  push(bytes: Uint8Array, start: number, end: number): void {
    this.frames.push(bytes, start, end);
  }

  /** Ends the event so far. Lines that continue it may still come; they are not counted as events. */
  flush(): void {
    this.frames.flush();
    this.joiner?.flush();
    this.emit();
  }

  /** Ends a file. No event continues across files. */
  endFile(): void {
    this.flush();
    this.continuation?.startFile();
    this.times.reset();
    this.header.startFile();
    this.lineNumber = 0;
  }

  /** Takes a whole line without its frame. */
  takeLine(
    bytes: Uint8Array,
    start: number,
    end: number,
    lines: number,
    frameNanos: bigint | null,
    frame: StructuredLine | null,
  ): void {
    const { header, continuation } = this;
    header.read(bytes, start, end);
    const { messageStart } = header;
    const hasHeader = !Number.isNaN(header.ms);
    const ink = firstInk(bytes, messageStart, end);
    const found = ink < end && mayBeStructured(bytes, ink) ? this.structured.read(bytes, ink, end) : null;
    // `type="LOGIN_ERROR", error="…"` behind a header is text, unless it says what was requested.
    const line = found !== null && hasHeader && !found.isRecord && found.status === 0 ? null : found;
    let kind: LineKind = BARE;
    if (continuation !== null) {
      if ((ink === end || header.isDirective) && this.takeBlank(bytes, start, end, lines, hasHeader)) return;
      kind = line !== null && line.isRecord ? RECORD : hasHeader ? this.headerKind() : BARE;
      if (kind !== BARE) this.times.close();
      else if (ink === start && ink < end && this.times.isOpen) return this.takeDated(bytes, start, end, lines);
      if (ink < end && continuation.isContinuation(bytes, messageStart, ink, end, kind)) {
        if (kind === BARE && this.endHeader(bytes, start, end, lines)) return;
        this.addToTrace(bytes, messageStart, end, lines);
        return;
      }
      this.emit();
    }
    this.begin(bytes, start, end, line, lines, kind);
    const { event } = this;
    if (Number.isNaN(event.ms) && frameNanos !== null) {
      event.nanos = frameNanos;
      event.ms = nanosToMs(frameNanos);
    }
    if (frame !== null) {
      event.service ??= frame.service;
      event.pod ??= frame.pod;
      event.logger ??= frame.logger;
    }
    if (continuation === null) this.emit();
  }

  private begin(
    bytes: Uint8Array,
    start: number,
    end: number,
    line: StructuredLine | null,
    lines: number,
    kind: LineKind,
  ): void {
    const { event } = this;
    this.fields.begin(bytes, start, end, line);
    if (event.isStructured) this.splitLines();
    event.line = this.lineNumber + 1;
    event.lines = lines;
    this.lineNumber += lines;
    this.isHeld = true;
    this.heldKind = kind;
  }

  /** Takes a line without content. @returns false if it is an event after all. */
  private takeBlank(bytes: Uint8Array, start: number, end: number, lines: number, hasHeader: boolean): boolean {
    const { header } = this;
    // Rails stamps the blank lines of an error like the error itself.
    const isBlank = header.isDirective || (this.isHeld && (!hasHeader || header.ms === this.event.ms));
    const isLone = !isBlank && hasHeader && header.isTimeAlone && bytes[start] !== HASH;
    if (!isBlank && !isLone) return false;
    if (isLone) this.times.open(bytes, start, end);
    this.blanks += lines;
    this.continuation?.passBlank();
    return true;
  }

  /** Takes a line whose time stands alone in a line above it. */
  private takeDated(bytes: Uint8Array, start: number, end: number, lines: number): void {
    const { event, header } = this;
    const { level } = header;
    const joined = this.times.join(bytes, start, end);
    if (this.isHeld && this.blanks === 0 && isOracleError(bytes, start, end) && leadsToOracleError(event)) {
      if (event.text[event.textEnd - 1] !== COLON) return this.addToTrace(bytes, start, end, lines);
      return this.extend(bytes, start, end, lines, event.textStart - event.bodyStart);
    }
    header.read(joined, 0, joined.length);
    // The line has no header of its own: all of it is the message.
    Object.assign(header, { level, logger: null, isCallSite: false, host: null });
    header.messageStart = joined.length - (end - start);
    const ink = header.messageStart;
    const isPart = this.continuation?.isContinuation(joined, header.messageStart, ink, joined.length, STAMPED);
    if (isPart === true) return this.addToTrace(bytes, start, end, lines);
    this.emit();
    this.begin(joined, 0, joined.length, null, lines, STAMPED);
  }

  /** Takes the second line of a header of two lines. @returns false if it is none. */
  private endHeader(bytes: Uint8Array, start: number, end: number, lines: number): boolean {
    const { event } = this;
    if (!this.isHeld || this.heldKind !== STAMPED || this.trace.length > 0 || event.level !== null) return false;
    if (!mayEndHeader(bytes, start, end)) return false;
    const found = endOfHeader(textOf(event.text, event.textStart, event.textEnd), bytes, start, end);
    if (found === null) return false;
    event.level = found.level;
    event.logger = found.logger;
    this.extend(bytes, start, end, lines, event.bodyEnd - event.bodyStart + 1 + found.messageAt - start);
    return true;
  }

  /** Adds a line to the first line of the held event. @param textAt where the statement begins in both. */
  private extend(bytes: Uint8Array, start: number, end: number, lines: number, textAt: number): void {
    const { event } = this;
    const first = event.body.subarray(event.bodyStart, event.bodyEnd);
    event.raw = event.body = event.text = Buffer.concat([first, Uint8Array.of(SPACE), bytes.subarray(start, end)]);
    event.rawStart = event.bodyStart = 0;
    event.textStart = textAt;
    event.rawEnd = event.bodyEnd = event.textEnd = event.body.length;
    this.countLines(lines);
  }

  private headerKind(): LineKind {
    const { header } = this;
    if (header.isLoose) return BARE;
    if (header.isDetail) return DETAIL;
    return header.level === null && header.logger === null ? STAMPED : HEADED;
  }

  /** Keeps the first line of a text of several lines. The others are its trace. */
  private splitLines(): void {
    const { event } = this;
    const newline = event.text.indexOf(NEWLINE, event.textStart);
    if (newline === -1 || newline >= event.textEnd) return;
    const rest = textOf(event.text, newline + 1, event.textEnd);
    this.trace.push(rest);
    this.traceChars += rest.length;
    event.textEnd = newline;
  }

  private addToTrace(bytes: Uint8Array, start: number, end: number, lines: number): void {
    this.countLines(lines);
    if (!this.isHeld || this.traceChars > MAX_TRACE_CHARS) return;
    this.trace.push(textOf(bytes, start, end));
    this.traceChars += end - start;
  }

  private countLines(lines: number): void {
    this.event.lines += this.blanks + lines;
    this.lineNumber += this.blanks + lines;
    this.blanks = 0;
  }

  private emit(): void {
    const { event, blanks } = this;
    this.blanks = 0;
    if (this.isHeld) {
      this.isHeld = false;
      this.reasons.add(event, this.trace);
      if (this.clock !== null && !event.hasZone && event.nanos === null && event.ms >= YEAR_MS)
        event.ms = this.clock(event.ms);
      if (this.trace.length > 0) this.trace = [];
      this.traceChars = 0;
      this.onEvent(event);
    }
    for (let i = 0; i < blanks; i += 1) this.emitBlank();
  }

  private emitBlank(): void {
    const { event } = this;
    Object.assign(event, emptyEvent());
    this.lineNumber += 1;
    event.line = this.lineNumber;
    event.lines = 1;
    this.onEvent(event);
  }
}

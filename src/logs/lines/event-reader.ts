import { nanosToMs } from "../../domain/time.ts";
import type { AccessLine } from "./access-line.ts";
import { ContainerFrames } from "./container-frames.ts";
import { BARE, Continuation, DETAIL, firstInk, HEADED, type LineKind, RECORD, STAMPED } from "./continuation.ts";
import { DateGuess } from "./date-guess.ts";
import { EventReasons, textOf } from "./event-reasons.ts";
import { emptyEvent, type LogEvent } from "./log-event.ts";
import { HeaderReader } from "./line-header.ts";
import { mayBeStructured, type StructuredLine, StructuredReader } from "./structured-line.ts";
import { readConsole } from "./text-line.ts";

const MAX_TRACE_CHARS = 64 * 1024;
const NEWLINE = 10;

export type EventReaderOptions = {
  /** A time near those of the lines, for times that are written without a year; null if none is known. */
  referenceMs?: number | null | undefined;
  /** If true, the lines of a trace belong to the event before them. If false, every line is an event. */
  fold?: boolean | undefined;
};

/**
 * Turns the lines of a log into events: removes the frames of container runtimes, reads headers, JSON and logfmt, and
 * joins traces to their events. Bytes given to `push` must stay as they are until the call after the next.
 */
export class EventReader {
  private readonly header: HeaderReader;
  private readonly structured: StructuredReader;
  private readonly frames: ContainerFrames;
  private readonly continuation: Continuation | null;
  private readonly onEvent: (event: LogEvent) => void;
  private readonly event = emptyEvent();
  private isHeld = false;
  private lineNumber = 0;
  /** Blank lines since the last line of the held event. They belong to it if that goes on after them. */
  private blanks = 0;
  /** The lines that continue the held event. */
  private trace: string[] = [];
  private traceChars = 0;
  private readonly reasons = new EventReasons();

  constructor({ referenceMs = null, fold = false }: EventReaderOptions, onEvent: (event: LogEvent) => void) {
    const guess = new DateGuess(referenceMs);
    this.header = new HeaderReader(referenceMs);
    this.structured = new StructuredReader(guess);
    this.continuation = fold ? new Continuation() : null;
    this.onEvent = onEvent;
    this.frames = new ContainerFrames(this.structured, guess, this);
  }

  /** Reads the next line. */
  push(bytes: Uint8Array, start: number, end: number): void {
    this.frames.push(bytes, start, end);
  }

  /** Ends the event so far. Lines that continue it may still come; they are not counted as events. */
  flush(): void {
    this.frames.flush();
    this.emit();
  }

  /** Ends a file. No event continues across files. */
  endFile(): void {
    this.flush();
    this.continuation?.startFile();
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
    const line = ink < end && mayBeStructured(bytes, ink) ? this.structured.read(bytes, ink, end) : null;
    if (continuation !== null) {
      // Rails stamps the blank lines of an error like the error itself.
      if (ink === end && this.isHeld && (!hasHeader || header.ms === this.event.ms)) {
        this.blanks += lines;
        continuation.passBlank();
        return;
      }
      const kind = line !== null && line.isRecord ? RECORD : hasHeader ? this.headerKind() : BARE;
      if (ink < end && continuation.isContinuation(bytes, messageStart, ink, end, kind)) {
        this.addToTrace(bytes, messageStart, end, lines);
        return;
      }
      this.emit();
    }
    this.begin(bytes, start, end, line);
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
    event.line = this.lineNumber + 1;
    event.lines = lines;
    this.lineNumber += lines;
    this.isHeld = true;
    if (continuation === null) this.emit();
  }

  private headerKind(): LineKind {
    const { header } = this;
    if (header.isDetail) return DETAIL;
    return header.level === null && header.logger === null ? STAMPED : HEADED;
  }

  private begin(bytes: Uint8Array, start: number, end: number, line: StructuredLine | null): void {
    const { event, header } = this;
    this.readHeader();
    if (event.isStructured || event.nanos !== null) this.clearFields();
    event.service = header.service;
    event.pod = header.pod;
    event.origin = null;
    event.raw = event.body = event.text = bytes;
    event.rawStart = event.bodyStart = start;
    event.textStart = header.messageStart;
    event.rawEnd = event.bodyEnd = event.textEnd = end;
    event.isStructured = line !== null;
    event.hasStatement = line === null || line.hasStatement;
    event.status = 0;
    event.latencyMs = NaN;
    if (header.access !== null && line === null) return this.takeRequest(header.access);
    if (line !== null) return this.readStructured(line, header.messageStart === start);
    const console = event.logger === null ? readConsole(bytes, header.messageStart, end) : null;
    if (console === null) return;
    event.level ??= console.level;
    event.logger ??= console.logger;
    event.textStart = end;
  }

  /** The statement of an access line: its method and status, without client and browser. */
  private takeRequest({ text, status, latencyMs }: AccessLine): void {
    const { event } = this;
    event.status = status;
    event.latencyMs = latencyMs;
    event.text = text;
    event.textStart = 0;
    event.textEnd = text.length;
  }

  private clearFields(): void {
    const { event } = this;
    event.nanos = event.traceId = event.spanId = null;
  }

  private readHeader(): void {
    const { event, header } = this;
    event.ms = header.ms;
    event.hasZone = header.hasZone || Number.isNaN(header.ms);
    event.level = header.level;
    event.logger = header.logger;
    event.isCallSite = header.isCallSite;
    event.host = header.host;
  }

  /** @param isWhole true if the line has no header before its fields. */
  private readStructured(line: StructuredLine, isWhole: boolean): void {
    const { event } = this;
    this.readFields(line);
    event.text = line.bytes;
    event.textStart = line.start;
    event.textEnd = line.end;
    if (isWhole && line.isRecord) {
      event.body = line.bytes;
      event.bodyStart = line.start;
      event.bodyEnd = line.end;
    }
    if (line.isMessage) this.readInner(line);
    this.splitLines();
  }

  private readFields(line: StructuredLine): void {
    const { event } = this;
    if (Number.isNaN(event.ms) && line.nanos !== null) {
      event.nanos = line.nanos;
      event.ms = nanosToMs(line.nanos);
    }
    event.level ??= line.level;
    event.logger ??= line.logger;
    event.service ??= line.service;
    event.pod ??= line.pod;
    event.traceId ??= line.traceId;
    event.spanId ??= line.spanId;
    event.origin ??= line.origin;
    if (line.status === 0) return;
    event.status = line.status;
    event.latencyMs = line.latencyMs;
  }

  /** Reads a message that is a line of its own, as collectors wrap them: a JSON object, or text with a header. */
  private readInner({ bytes, start, end }: StructuredLine): void {
    const { event, header } = this;
    const ink = firstInk(bytes, start, end);
    const inner = mayBeStructured(bytes, ink) ? this.structured.read(bytes, ink, end) : null;
    if (inner !== null && inner.isRecord) {
      this.readFields({ ...inner, level: event.level === null ? inner.level : null });
      event.text = inner.bytes;
      event.textStart = inner.start;
      event.textEnd = inner.end;
      return;
    }
    header.read(bytes, start, end);
    if (Number.isNaN(header.ms)) return;
    const { ms, level, logger, host } = event;
    this.readHeader();
    event.ms = Number.isNaN(ms) ? header.ms : ms;
    event.level = level ?? header.level;
    event.logger = header.logger ?? logger;
    event.host = header.host ?? host;
    if (header.access === null) event.textStart = header.messageStart;
    else this.takeRequest(header.access);
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
    this.event.lines += this.blanks + lines;
    this.lineNumber += this.blanks + lines;
    this.blanks = 0;
    if (!this.isHeld || this.traceChars > MAX_TRACE_CHARS) return;
    this.trace.push(textOf(bytes, start, end));
    this.traceChars += end - start;
  }

  private emit(): void {
    const { event, blanks } = this;
    this.blanks = 0;
    if (this.isHeld) {
      this.isHeld = false;
      this.reasons.add(event, this.trace);
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

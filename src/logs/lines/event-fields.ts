import { nanosToMs } from "../../domain/time.ts";
import type { AccessLine } from "./access-line.ts";
import { firstInk } from "./continuation.ts";
import { emptyEvent } from "./log-event.ts";
import type { HeaderReader } from "./line-header.ts";
import { mayBeStructured, type StructuredLine, type StructuredReader } from "./structured-line.ts";
import { readConsole } from "./text-line.ts";

/** Fills the event of a line from its header and its fields. */
export class EventFields {
  readonly event = emptyEvent();
  private readonly header: HeaderReader;
  private readonly structured: StructuredReader;

  /** @param header has read the line. */
  constructor(header: HeaderReader, structured: StructuredReader) {
    this.header = header;
    this.structured = structured;
  }

  /** Describes a line in `event`. @param line what it states as JSON or logfmt; null for other text. */
  begin(bytes: Uint8Array, start: number, end: number, line: StructuredLine | null): void {
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
    event.hasHeader = !Number.isNaN(header.ms) || (line !== null && line.level !== null);
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
      event.hasHeader = true;
      this.readFields({ ...inner, level: event.level === null ? inner.level : null });
      event.text = inner.bytes;
      event.textStart = inner.start;
      event.textEnd = inner.end;
      return;
    }
    header.read(bytes, start, end);
    if (Number.isNaN(header.ms)) return;
    event.hasHeader = true;
    const { ms, level, logger, host } = event;
    this.readHeader();
    event.ms = Number.isNaN(ms) ? header.ms : ms;
    event.level = level ?? header.level;
    event.logger = header.logger ?? logger;
    event.host = header.host ?? host;
    if (header.access === null) event.textStart = header.messageStart;
    else this.takeRequest(header.access);
  }
}

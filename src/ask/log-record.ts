import { textOf } from "../logs/lines/event-reasons.ts";
import { datedMs, type LogEvent } from "../logs/lines/log-event.ts";
import { severityOf } from "../logs/lines/severity.ts";
import type { AskRecord, AskValue } from "./ask-source.ts";
import { readLineFields } from "./line-fields.ts";

/** Characters of a message whose words decide its level, where the line states none. */
const MAX_LEVEL_CHARS = 500;

/**
 * What the source of a line knows of it, where the line does not say it itself. `line`: its number; absent: the
 * event's.
 */
export type LineOrigin = { source: string; service: string | null; pod: string | null; line?: number };

/** Fields that every log has, if its lines state them. All others are a line's own. */
const COMMON = [
  "level",
  "service",
  "pod",
  "host",
  "logger",
  "status",
  "latency_ms",
  "trace",
  "span",
  "source",
] as const;

/** One event of a log as a record. It reads the line's own fields only when one is wanted. */
export class LogRecordView implements AskRecord {
  ms = NaN;
  template = -1;
  private event: LogEvent | null = null;
  private origin: LineOrigin = { source: "", service: null, pod: null };
  private readonly own = new Map<string, AskValue>();
  private isRead = false;

  /** @param ms Unix milliseconds; absent: the event's own time. */
  set(event: LogEvent, origin: LineOrigin, template: number, ms: number = datedMs(event)): void {
    this.event = event;
    this.origin = origin;
    this.template = template;
    this.ms = ms;
    this.isRead = false;
  }

  get(field: string): AskValue {
    const { event } = this;
    if (event === null) return null;
    return this.common(event, field) ?? this.ownFields(event).get(field) ?? null;
  }

  *fields(): Iterable<readonly [string, AskValue]> {
    const { event } = this;
    if (event === null) return;
    const own = this.ownFields(event);
    for (const field of COMMON) {
      const value = this.common(event, field);
      if (value !== null) yield [field, value];
    }
    yield ["text", textOf(event.body, event.bodyStart, event.bodyEnd)];
    for (const [field, value] of own) if (this.common(event, field) === null) yield [field, value];
  }

  reference(): string {
    return `${this.origin.source}:${this.origin.line ?? this.event?.line ?? 0}`;
  }

  private common(event: LogEvent, field: string): AskValue {
    switch (field) {
      case "text":
        return textOf(event.body, event.bodyStart, event.bodyEnd);
      case "level":
        return severityOf(
          event.level,
          textOf(event.text, event.textStart, Math.min(event.textEnd, event.textStart + MAX_LEVEL_CHARS)),
        );
      case "service":
        return event.service ?? this.origin.service;
      case "pod":
        return event.pod ?? this.origin.pod;
      case "host":
        return event.host;
      case "logger":
        return event.logger;
      case "status":
        return event.status > 0 ? event.status : null;
      case "latency_ms":
        return Number.isNaN(event.latencyMs) ? null : event.latencyMs;
      case "trace":
        return event.traceId ?? this.idIn(event, TRACE_KEYS);
      case "span":
        return event.spanId ?? this.idIn(event, SPAN_KEYS);
      case "source":
        return this.origin.source;
      default:
        return null;
    }
  }

  private idIn(event: LogEvent, keys: readonly string[]): AskValue {
    if (event.isStructured) return null;
    const own = this.ownFields(event);
    for (const key of keys) {
      const found = own.get(key);
      if (found !== undefined) return found;
    }
    return null;
  }

  private ownFields(event: LogEvent): ReadonlyMap<string, AskValue> {
    if (this.isRead) return this.own;
    this.own.clear();
    readLineFields(textOf(event.raw, event.rawStart, event.rawEnd), event.isStructured, this.own);
    if (event.isStructured) readLineFields(textOf(event.text, event.textStart, event.textEnd), false, this.own);
    this.isRead = true;
    return this.own;
  }
}

const TRACE_KEYS = ["trace_id", "traceId", "traceid", "trace.id", "trace"];
const SPAN_KEYS = ["span_id", "spanId", "spanid", "span.id", "span"];

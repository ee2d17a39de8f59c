import type { LogRecord } from "../domain/telemetry.ts";
import { Interner } from "./interner.ts";

/** Records beyond this are counted, not stored. 5 M events take about 250 MB. */
const MAX_EVENTS = 5_000_000;
/** Characters of the first line, and of the lines below it: a stack trace states its cause there. */
const MAX_EXEMPLAR_CHARS = 500;
/** More templates than any recording has. A service number times this stays exact in a double. */
const MAX_TEMPLATES = 2 ** 26;

/** So many lines with a header show that a service writes them, as a rule. */
const TRUSTED_HEADERS = 3;

/** One raw line for people to read, with its file and line. `hasHeader`: see `LogEvent`. */
export type Exemplar = { text: string; reference: string; atMs: number; hasHeader: boolean };

/**
 * Log records as columns: event, time, service and span. An event id is one template in one service. Times are
 * nanoseconds after `epochNano`, exact in a double for 104 days.
 */
export class EventTable {
  readonly services = new Interner();
  readonly sequences = new Interner();
  readonly traces = new Interner();
  readonly timeNs: number[] = [];
  readonly event: number[] = [];
  /** -1 if the record belongs to no span and no trace. */
  readonly sequence: number[] = [];
  readonly trace: number[] = [];
  /** True for the incident's own records, false for records of the shared recording. */
  readonly isOwn: boolean[] = [];
  /** Indexed by event id, as are the next five. */
  eventService: number[] = [];
  eventTemplate: number[] = [];
  firstOwn: (Exemplar | undefined)[] = [];
  lastOwn: (Exemplar | undefined)[] = [];
  firstShared: (Exemplar | undefined)[] = [];
  /** Records with a header, by service id. */
  private readonly headed: number[] = [];
  readonly epochNano: bigint;
  dropped = 0;
  private eventIds = new Map<number, number>();

  constructor(epochNano: bigint) {
    this.epochNano = epochNano;
  }

  get size(): number {
    return this.timeNs.length;
  }

  servicesSeen(): string[] {
    return Array.from({ length: this.services.size }, (_, id) => this.services.textOf(id));
  }

  /** Services of the incident's own records, ascending. */
  servicesInIncident(): string[] {
    return [
      ...new Set(
        this.firstOwn.flatMap((first, event) =>
          first ? [this.services.textOf(this.eventService[event] as number)] : [],
        ),
      ),
    ].toSorted();
  }

  /** True if a line has no header, although lines of its service have. */
  isBare({ hasHeader }: Exemplar, service: number): boolean {
    return !hasHeader && (this.headed[service] ?? 0) >= TRUSTED_HEADERS;
  }

  msOf(timeNs: number): number {
    return Number((this.epochNano + BigInt(timeNs)) / 1_000_000n);
  }

  add(
    record: LogRecord & { event?: { hasHeader: boolean } },
    template: number,
    isOwn: boolean,
    reference: string,
  ): void {
    if (this.size >= MAX_EVENTS) {
      this.dropped += 1;
      return;
    }
    const event = this.eventOf(this.services.idOf(record.service), template);
    if (record.event?.hasHeader === true) {
      const service = this.eventService[event] as number;
      this.headed[service] = (this.headed[service] ?? 0) + 1;
    }
    const timeNs = Number(record.timeUnixNano - this.epochNano);
    this.timeNs.push(timeNs);
    this.event.push(event);
    this.isOwn.push(isOwn);
    // The span, or the service's part of the trace: the steps of one service, in order.
    const sequence = record.spanId ?? record.traceId;
    this.sequence.push(sequence === null ? -1 : this.sequences.idOf(`${record.service}\u0000${sequence}`));
    this.trace.push(record.traceId === null ? -1 : this.traces.idOf(record.traceId));
    if (!isOwn && this.firstShared[event] !== undefined) return;
    const { body, event: read } = record;
    this.keepExemplar(event, isOwn, {
      text: exemplarOf(body),
      reference,
      atMs: this.msOf(timeNs),
      hasHeader: read?.hasHeader === true,
    });
  }

  /** Replaces template numbers by the final ones. Events that now have the same template become one. */
  settle(finalOf: (template: number) => number): void {
    const { eventService, eventTemplate, firstOwn, lastOwn, firstShared } = this;
    Object.assign(this, {
      eventService: [],
      eventTemplate: [],
      firstOwn: [],
      lastOwn: [],
      firstShared: [],
      eventIds: new Map(),
    });
    const moved = eventTemplate.map((template, event) => {
      const to = this.eventOf(eventService[event] as number, finalOf(template));
      this.firstOwn[to] = earlier(this.firstOwn[to], firstOwn[event]);
      this.lastOwn[to] = later(this.lastOwn[to], lastOwn[event]);
      this.firstShared[to] = earlier(this.firstShared[to], firstShared[event]);
      return to;
    });
    for (let i = 0; i < this.event.length; i += 1) this.event[i] = moved[this.event[i] as number] as number;
  }

  /** The same events without the rows that `keep` refuses. Names and example lines are shared. */
  filtered(keep: (timeNs: number, isOwn: boolean) => boolean): EventTable {
    const rows = this.timeNs.flatMap((timeNs, row) => (keep(timeNs, this.isOwn[row] === true) ? [row] : []));
    if (rows.length === this.size) return this;
    const of = <T>(column: readonly T[]): T[] => rows.map((row) => column[row] as T);
    return Object.assign(new EventTable(this.epochNano), {
      services: this.services,
      headed: this.headed,
      sequences: this.sequences,
      traces: this.traces,
      timeNs: of(this.timeNs),
      event: of(this.event),
      sequence: of(this.sequence),
      trace: of(this.trace),
      isOwn: of(this.isOwn),
      eventService: this.eventService,
      eventTemplate: this.eventTemplate,
      firstOwn: this.firstOwn,
      lastOwn: this.lastOwn,
      firstShared: this.firstShared,
      dropped: this.dropped,
    });
  }

  private eventOf(service: number, template: number): number {
    const key = service * MAX_TEMPLATES + template;
    const known = this.eventIds.get(key);
    if (known !== undefined) return known;
    const id = this.eventService.length;
    this.eventIds.set(key, id);
    this.eventService.push(service);
    this.eventTemplate.push(template);
    return id;
  }

  private keepExemplar(event: number, isOwn: boolean, exemplar: Exemplar): void {
    if (!isOwn) this.firstShared[event] = exemplar;
    else {
      this.firstOwn[event] ??= exemplar;
      this.lastOwn[event] = exemplar;
    }
  }
}

function exemplarOf(body: string): string {
  if (body.length <= MAX_EXEMPLAR_CHARS) return body;
  const lineEnd = body.indexOf("\n");
  if (lineEnd === -1) return body.slice(0, MAX_EXEMPLAR_CHARS);
  const firstLine = body.slice(0, Math.min(lineEnd, MAX_EXEMPLAR_CHARS));
  return `${firstLine}${body.slice(lineEnd, lineEnd + MAX_EXEMPLAR_CHARS)}`;
}

const earlier = (a: Exemplar | undefined, b: Exemplar | undefined): Exemplar | undefined =>
  a === undefined || (b !== undefined && b.atMs < a.atMs) ? b : a;
const later = (a: Exemplar | undefined, b: Exemplar | undefined): Exemplar | undefined =>
  a === undefined || (b !== undefined && b.atMs >= a.atMs) ? b : a;

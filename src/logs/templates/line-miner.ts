import { Continuation } from "../lines/continuation.ts";
import { nanosToMs } from "../../domain/time.ts";
import { type Body, findBody } from "../lines/line-body.ts";
import { HeaderReader } from "../lines/line-header.ts";
import type { LineMasker } from "../lines/line-masker.ts";
import { nanosOf } from "../lines/raw-record.ts";
import { TemplateMiner } from "./template-miner.ts";

const MAX_FIELD_BYTES = 64;

export type LineMinerOptions = {
  templates?: TemplateMiner | undefined;
  /** A time near those of the lines, for times that are written without a year. */
  referenceMs?: number | null | undefined;
  /** If true, the lines of a stack trace belong to the event before them. If false, every line is an event. */
  fold?: boolean | undefined;
  /** The user's patterns, searched in messages. */
  masker?: LineMasker | null | undefined;
};

/**
 * Mines whole lines in the format that programs write: removes the header, finds the message in JSON and logfmt, and
 * mines the message.
 */
export class LineMiner {
  readonly header: HeaderReader;
  readonly templates: TemplateMiner;
  /** True if the last line continued the event before it. It then got that event's id. */
  isContinuation = false;
  private readonly continuation: Continuation | null;
  private readonly masker: LineMasker | null;
  private lastId = -1;

  constructor({
    templates = new TemplateMiner(),
    referenceMs = null,
    fold = false,
    masker = null,
  }: LineMinerOptions = {}) {
    this.templates = templates;
    this.header = new HeaderReader(referenceMs);
    this.continuation = fold ? new Continuation() : null;
    this.masker = masker;
  }

  /** Starts a new file. */
  startFile(): void {
    this.continuation?.startFile();
  }

  /** @returns the id of the line's log cluster. `header` holds what came before the message. */
  add(bytes: Uint8Array, start: number, end: number): number {
    const { header, templates, continuation } = this;
    const hasHeader = header.read(bytes, start, end);
    const { messageStart } = header;
    if (continuation !== null) {
      this.isContinuation = continuation.isContinuation(bytes, start, messageStart, end, hasHeader);
      if (this.isContinuation) {
        templates.passLine();
        return this.lastId;
      }
    }
    const body = findBody(bytes, messageStart, end);
    const from = body === null ? messageStart : body.start;
    const to = body === null ? end : body.end;
    if (body !== null) this.readFields(bytes, body);
    const masked = this.masker === null ? null : this.masker.mask(bytes, from, to);
    const id = masked === null ? templates.add(bytes, from, to) : templates.add(masked, 0, masked.length);
    // A blank line does not end an event.
    if (end > start) this.lastId = id;
    return id;
  }

  /** Uses time and level of a structured line that has no header. */
  private readFields(bytes: Uint8Array, { time, level }: Body): void {
    const { header } = this;
    if (level !== null) header.level ??= textOf(bytes, level.start, level.end);
    if (time === null || !Number.isNaN(header.ms)) return;
    const nanos = nanosOf(textOf(bytes, time.start, time.end));
    if (nanos !== null) header.ms = nanosToMs(nanos);
  }
}

/** The value of a field. Longer values are neither times nor levels, so they are cut. */
const textOf = (bytes: Uint8Array, start: number, end: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + start, Math.min(end - start, MAX_FIELD_BYTES)).toString("latin1");

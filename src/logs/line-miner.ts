import { Continuation } from "./continuation.ts";
import { findBody } from "./line-body.ts";
import { HeaderReader } from "./line-header.ts";
import type { LineMasker } from "./line-masker.ts";
import { TemplateMiner } from "./template-miner.ts";

export type LineMinerOptions = {
  templates?: TemplateMiner | undefined;
  /** For times that leave the year out. */
  yearGuess?: number | undefined;
  /** Whether the lines of a stack trace belong to the event before them. Off: every line is an event. */
  fold?: boolean | undefined;
  /** Patterns of the user's, looked for in messages. */
  masker?: LineMasker | null | undefined;
};

/** Mines whole lines as programs write them: takes the header off, finds the message in JSON and logfmt, mines the message. */
export class LineMiner {
  readonly header: HeaderReader;
  readonly templates: TemplateMiner;
  /** Whether the line added last went on with the event before it, whose id it got. */
  isContinuation = false;
  private readonly continuation: Continuation | null;
  private readonly masker: LineMasker | null;
  private lastId = -1;

  constructor({ templates = new TemplateMiner(), yearGuess, fold = false, masker = null }: LineMinerOptions = {}) {
    this.templates = templates;
    this.header = new HeaderReader(yearGuess);
    this.continuation = fold ? new Continuation() : null;
    this.masker = masker;
  }

  /** What follows comes from another file. */
  startFile(): void {
    this.continuation?.startFile();
  }

  /** @returns the id of the line's look; `header` holds what stood before the message. */
  add(bytes: Uint8Array, start: number, end: number): number {
    const { header, templates, continuation } = this;
    const hasHeader = header.read(bytes, start, end);
    const { messageStart } = header;
    if (continuation !== null) {
      this.isContinuation = continuation.goesOn(bytes, start, messageStart, end, hasHeader);
      if (this.isContinuation) {
        templates.passLine();
        return this.lastId;
      }
    }
    const body = findBody(bytes, messageStart, end);
    const from = body === null ? messageStart : body.start;
    const to = body === null ? end : body.end;
    const masked = this.masker === null ? null : this.masker.mask(bytes, from, to);
    const id = masked === null ? templates.add(bytes, from, to) : templates.add(masked, 0, masked.length);
    // A blank line comes between, but ends nothing.
    if (end > start) this.lastId = id;
    return id;
  }
}

import { findBody } from "./line-body.ts";
import { HeaderReader } from "./line-header.ts";
import { TemplateMiner } from "./template-miner.ts";

/** Mines whole lines as programs write them: takes the header off, finds the message in JSON and logfmt, mines the message. */
export class LineMiner {
  readonly header: HeaderReader;
  readonly templates: TemplateMiner;

  constructor(templates = new TemplateMiner(), yearGuess?: number) {
    this.templates = templates;
    this.header = new HeaderReader(yearGuess);
  }

  /** @returns the id of the line's look; `header` holds what stood before the message. */
  add(bytes: Uint8Array, start: number, end: number): number {
    this.header.read(bytes, start, end);
    const { messageStart } = this.header;
    const body = findBody(bytes, messageStart, end);
    return body === null ? this.templates.add(bytes, messageStart, end) : this.templates.add(bytes, body.start, body.end);
  }
}

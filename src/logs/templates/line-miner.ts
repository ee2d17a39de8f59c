import { EventReader } from "../lines/event-reader.ts";
import type { LineMasker } from "../lines/line-masker.ts";
import type { LogEvent } from "../lines/log-event.ts";
import { TemplateMiner } from "./template-miner.ts";

export type LineMinerOptions = {
  templates?: TemplateMiner | undefined;
  /** A time near those of the lines, for times that are written without a year. */
  referenceMs?: number | null | undefined;
  /** If true, the lines of a stack trace belong to the event before them. If false, every line is an event. */
  fold?: boolean | undefined;
  /** The user's patterns, searched in messages. */
  masker?: LineMasker | null | undefined;
};
/** Receives the id of the event's log cluster. The event is valid only during the call. */
export type OnMined = (id: number, event: LogEvent) => void;

/** Mines whole lines in the format that programs write: reads events from them, and mines what the events state. */
export class LineMiner {
  readonly templates: TemplateMiner;
  private readonly masker: LineMasker | null;
  private readonly reader: EventReader;

  constructor(
    { templates = new TemplateMiner(), referenceMs, fold = false, masker = null }: LineMinerOptions = {},
    onMined: OnMined = () => undefined,
  ) {
    this.templates = templates;
    this.masker = masker;
    this.reader = new EventReader({ referenceMs, fold }, (event) => onMined(this.addEvent(event), event));
  }

  /** Reads the next line. Its bytes must stay as they are until the call after the next. */
  push(bytes: Uint8Array, start: number, end: number): void {
    this.reader.push(bytes, start, end);
  }

  /** Gives the last event, although lines that continue it may still come. */
  flush(): void {
    this.reader.flush();
  }

  /** Ends a file. No event continues across files. */
  endFile(): void {
    this.reader.endFile();
  }

  /** @returns the id of the event's log cluster. */
  addEvent({ text, textStart, textEnd, lines }: LogEvent): number {
    const { templates, masker } = this;
    const masked = masker === null ? null : masker.mask(text, textStart, textEnd);
    const id = masked === null ? templates.add(text, textStart, textEnd) : templates.add(masked, 0, masked.length);
    for (let i = 1; i < lines; i += 1) templates.passLine();
    return id;
  }
}

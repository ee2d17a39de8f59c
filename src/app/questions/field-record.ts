import type { AskRecord, AskValue } from "../../ask/ask-source.ts";

/** A record whose fields are all known. The object is used again for the next record. */
export class FieldRecord implements AskRecord {
  ms = NaN;
  readonly template = -1;
  private values: Readonly<Record<string, AskValue>> = {};
  private place: () => string = () => "";

  set(ms: number, values: Readonly<Record<string, AskValue>>, place: () => string): this {
    this.ms = ms;
    this.values = values;
    this.place = place;
    return this;
  }

  get(field: string): AskValue {
    return Object.hasOwn(this.values, field) ? (this.values[field] ?? null) : null;
  }

  *fields(): Iterable<readonly [string, AskValue]> {
    for (const entry of Object.entries(this.values)) if (entry[1] !== null && entry[0] !== "series") yield entry;
  }

  reference(): string {
    return this.place();
  }
}

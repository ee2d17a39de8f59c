import type { AskSelection } from "../domain/ask-plan.ts";

/** The value of a field of a record; null if the record does not have it. */
export type AskValue = string | number | null;

/** A record while it is read. The object is used again for the next record. */
export interface AskRecord {
  /** Unix milliseconds; NaN if it has no time. */
  readonly ms: number;
  /** The number of its template while templates are read; -1 otherwise. `AskRead.templateOf` gives the text. */
  readonly template: number;
  get(field: string): AskValue;
  /** All its fields, `time` and `template` left out. */
  fields(): Iterable<readonly [string, AskValue]>;
  /** Where it stands: `file:line`, or what identifies it. */
  reference(): string;
}

/** `templates`: mines the template of each record. */
export type AskReadOptions = { templates: boolean; signal?: AbortSignal | undefined };
/** The result of reading. A template's text is known only at the end. */
export type AskRead = { templateOf(template: number): string };

/** Records that a plan can select. Each read gives the same records in the same order. */
export interface AskSource {
  readonly selections: readonly AskSelection[];
  read(select: AskSelection, options: AskReadOptions, onRecord: (record: AskRecord) => void): Promise<AskRead>;
}

/** Fields that every record has besides its own: `template` only for logs. */
export const TIME_FIELD = "time";
export const TEMPLATE_FIELD = "template";
export const LEVEL_FIELD = "level";

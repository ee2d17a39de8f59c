/**
 * What one line of a log states of itself. `ms`: its time, Unix milliseconds; NaN if it has none. `hasZone`: false if
 * that is the time of a clock without its zone, read as UTC.
 */
export type LineFacts = { ms: number; hasZone: boolean; service: string | null; pod: string | null };

/** Reads the facts of `bytes[start..end)`, one line without its end. The bytes must stay until the call after the next. */
export type LineFactsReader = (bytes: Uint8Array, start: number, end: number) => LineFacts;

/** Begins a log. `referenceMs`: a time near those of its lines, for dates without a year. */
export type OpenLineFacts = (referenceMs: number) => LineFactsReader;

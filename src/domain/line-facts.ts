import { z } from "zod";

/**
 * What one line of a log states of itself. `ms`: its time, Unix milliseconds; NaN if it has none. `hasZone`: false if
 * that is the time of a clock without its zone, read in the zone of the log.
 */
export type LineFacts = { ms: number; hasZone: boolean; service: string | null; pod: string | null };

/**
 * Reads the facts of `bytes[start..end)`, one line without its end. The bytes must stay until the call after the next.
 */
export type LineFactsReader = (bytes: Uint8Array, start: number, end: number) => LineFacts;

/**
 * What its owner says of a log. `timeZone`: IANA name of the zone of times that state none; null for UTC.
 * `serviceField`: the field of JSON and logfmt lines that names the service, before all others; null for the usual
 * ones.
 */
export const LineReading = z.object({
  timeZone: z.string().refine(isTimeZone, "the name of a time zone, such as Europe/Berlin").nullable(),
  serviceField: z.string().min(1).max(200).nullable(),
});
export type LineReading = z.infer<typeof LineReading>;

/** True for an IANA name that this program knows. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

/** Begins a log. `referenceMs`: a time near those of its lines, for dates without a year. */
export type OpenLineFacts = (referenceMs: number, reading?: LineReading) => LineFactsReader;

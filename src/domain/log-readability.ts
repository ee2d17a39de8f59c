import { redactSecrets } from "./redact.ts";

/**
 * How much of a log could be read. `lines`: lines with content. `readable`: lines with a time, of their own or of the
 * event that they belong to. `sample`: the first line that could not be read, without secrets; null if there is none.
 */
export type LogReadability = { lines: number; readable: number; framing: "raw" | "jsonl"; sample: string | null };

const MAX_SAMPLE_CHARS = 160;
const HINTS: Readonly<Record<LogReadability["framing"], string>> = {
  raw: "Send lines with times, for example those of `kubectl logs --timestamps` or `docker logs --timestamps`.",
  jsonl: "Send one JSON object a line, with a time; send other lines as text.",
};

/** A sample of a line for people. */
export const sampleOf = (line: string): string => {
  const masked = redactSecrets(line.trim());
  return masked.length <= MAX_SAMPLE_CHARS ? masked : `${masked.slice(0, MAX_SAMPLE_CHARS - 1)}…`;
};

/** What could not be read, with an example, and what to do; null if every line could be read. */
export function unreadableLines({ lines, readable, framing, sample }: LogReadability): string | null {
  if (readable >= lines) return null;
  const such = sample === null ? "" : `, such as "${sample}"`;
  const what = framing === "raw" ? "have a time that could be read" : "could be read";
  return `${grouped(readable)} of ${grouped(lines)} lines ${what}${such}. ${HINTS[framing]}`;
}

/** `8,729` */
const grouped = (count: number): string => String(count).replaceAll(/\B(?=(?:\d{3})+$)/g, ",");

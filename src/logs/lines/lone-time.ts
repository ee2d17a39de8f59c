import { code, COLON, SPACE_BYTE as SPACE } from "./byte-codes.ts";
import type { LogEvent } from "./log-event.ts";

/**
 * A line that is a time and nothing else dates the lines below it, up to the next time: Oracle's alert log, and scripts
 * that print `date` before a command. Each unindented line below it is an event.
 */
export class LoneTime {
  private time: Uint8Array | null = null;
  private lone = 0;
  private headed = 0;
  private isFirst = false;

  reset(): void {
    this.time = null;
    this.lone = this.headed = 0;
  }

  /** Notes a line that is a time alone. */
  open(bytes: Uint8Array, start: number, end: number): void {
    this.time = bytes.slice(start, end);
    this.lone += 1;
    this.isFirst = true;
  }

  /** Notes any other line with a header. */
  close(): void {
    this.time = null;
    this.headed += 1;
  }

  /**
   * True if the time above dates an event that begins with the next line. The line right below it always does. Further
   * ones do if the log writes most times so; else they go on with the first.
   */
  get isOpen(): boolean {
    return this.time !== null && (this.isFirst || this.lone > this.headed);
  }

  /** The line behind the time. */
  join(bytes: Uint8Array, start: number, end: number): Uint8Array {
    this.isFirst = false;
    return Buffer.concat([this.time ?? new Uint8Array(), Uint8Array.of(SPACE), bytes.subarray(start, end)]);
  }
}

const ORACLE = Array.from("ORA-", code);
export const isOracleError = (bytes: Uint8Array, start: number, end: number): boolean =>
  end - start > 8 && ORACLE.every((byte, i) => bytes[start + i] === byte);

/** True if the event announces errors of Oracle (`Errors in file …:`), or holds one. */
export function leadsToOracleError({ text, textStart, textEnd }: LogEvent): boolean {
  if (text[textEnd - 1] === COLON) return true;
  return Buffer.from(text.buffer, text.byteOffset + textStart, textEnd - textStart).includes("ORA-");
}

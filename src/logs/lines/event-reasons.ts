import { innermostCause } from "../../domain/innermost-cause.ts";
import type { LogEvent } from "./log-event.ts";
import { isBadLevel } from "./severity.ts";
import { joined } from "./structured-line.ts";
import { isBlank, mayHaveFields, reasonIn } from "./text-line.ts";

const MAX_LEVELS = 100;
/** A reason is searched in this much of a line. */
const MAX_SEARCHED_CHARS = 4096;

/** Adds to the statement of a bad line what its fields and its trace say of the reason. */
export class EventReasons {
  private readonly badLevels = new Map<string, boolean>();
  private lastLevel = "";
  private isLastBad = false;

  /** Levels repeat, so that the answers are kept. */
  private isBad(level: string): boolean {
    if (level !== this.lastLevel) {
      this.isLastBad = this.knownBad(level);
      this.lastLevel = level;
    }
    return this.isLastBad;
  }

  private knownBad(level: string): boolean {
    const known = this.badLevels.get(level);
    if (known !== undefined) return known;
    const isBad = isBadLevel(level);
    if (this.badLevels.size < MAX_LEVELS) this.badLevels.set(level, isBad);
    return isBad;
  }

  /** Adds to a bad line what its fields and its trace say of the reason. */
  add(event: LogEvent, trace: readonly string[]): void {
    const isBad = event.level === null || this.isBad(event.level);
    const mayHave = isBad && event.level !== null && !event.isStructured;
    const hasFields = mayHave && mayHaveFields(event.text, event.textStart, event.textEnd);
    if (trace.length === 0 && !hasFields) return;
    const isEmpty = trace.length > 0 && isBlank(event.text, event.textStart, event.textEnd);
    const message = textOf(event.text, event.textStart, event.textEnd);
    const first = isEmpty ? (trace.find((line) => line.trim() !== "") ?? "").trim() : message;
    const parts = [first];
    if (hasFields) parts.push(reasonIn(message.slice(0, MAX_SEARCHED_CHARS)) ?? "");
    if (isBad && trace.length > 0) {
      event.origin ??= innermostCause([message, ...trace].join("\n"));
      parts.push(event.origin?.cause ?? "");
    }
    const statement = joined(parts);
    if (statement === message) return;
    event.text = Buffer.from(statement);
    event.textStart = 0;
    event.textEnd = event.text.length;
  }
}

export const textOf = (bytes: Uint8Array, start: number, end: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString("utf8");

import { EQUALS } from "./byte-codes.ts";
import { type EntryStep, type JoinedEntry, lineText } from "./joined-entry.ts";
import { Prefixes } from "./prefixes.ts";

/** The fields of an entry that say something of an incident. The others, some forty, are left out. */
const KEPT = new Set([
  "__REALTIME_TIMESTAMP",
  "PRIORITY",
  "MESSAGE",
  "SYSLOG_IDENTIFIER",
  "_SYSTEMD_UNIT",
  "_HOSTNAME",
  "CONTAINER_NAME",
]);
const OPENING = new Prefixes("__CURSOR=|__REALTIME_TIMESTAMP=");
/** Keys that journald itself writes: they end a binary field whose length was not kept. */
const OWN_KEY = /^(?:_[A-Z_]+|PRIORITY|SYSLOG_[A-Z]+|CODE_[A-Z]+|CONTAINER_[A-Z]+)=/;
const NAME = /^[A-Z_][A-Z0-9_]*$/;
/** A binary field begins with its length: eight bytes, the least one first. */
const LENGTH_BYTES = 8;
const NEWLINE = Buffer.from("\n");
const MAX_VALUE_BYTES = 64 * 1024;

/** True if an entry of `journalctl -o export` begins here. */
export const opensJournalEntry = (bytes: Uint8Array, start: number, end: number): boolean =>
  OPENING.has(bytes, start, end);

/**
 * An entry of `journalctl -o export`: `KEY=value` lines up to a blank one. A field with line breaks is its name, a line
 * break, its length, and its bytes.
 *
 * @see https://systemd.io/JOURNAL_EXPORT_FORMATS/
 */
export class JournalEntry implements JoinedEntry {
  private readonly fields: Record<string, string> = {};
  private name: string | null = null;
  /** The lines of a binary field, which may hold line breaks anywhere, also in its length. */
  private pieces: Uint8Array[] = [];
  private pieceBytes = 0;

  take(bytes: Uint8Array, start: number, end: number): EntryStep {
    if (this.name !== null && this.takeBinary(this.name, bytes, start, end)) return "part";
    if (start === end) return "end";
    const equals = bytes.subarray(start, end).indexOf(EQUALS);
    if (equals > 0) {
      const key = lineText(bytes, start, start + equals);
      if (!NAME.test(key)) return "after";
      this.keep(key, lineText(bytes, start + equals + 1, end, MAX_VALUE_BYTES));
      return "part";
    }
    const name = lineText(bytes, start, end);
    if (!NAME.test(name)) return "after";
    this.name = name;
    this.pieces = [];
    this.pieceBytes = 0;
    return "part";
  }

  joined(): Uint8Array {
    this.closeBinary();
    return Buffer.from(JSON.stringify(this.fields));
  }

  private keep(key: string, value: string): void {
    if (KEPT.has(key)) this.fields[key] ??= value;
  }

  /** @returns false if the line is not part of the binary field `name`. */
  private takeBinary(name: string, bytes: Uint8Array, start: number, end: number): boolean {
    // Terminal colours may have been removed from the value: it is then shorter than stated.
    if (this.pieceBytes >= LENGTH_BYTES && OWN_KEY.test(lineText(bytes, start, end, 100))) {
      this.closeBinary();
      return false;
    }
    this.pieceBytes += end - start + (this.pieces.length === 0 ? 0 : 1);
    this.pieces.push(bytes.slice(start, end));
    const length = this.pieceBytes < LENGTH_BYTES ? Infinity : Number(this.binary().readBigUInt64LE(0));
    if (this.pieceBytes >= LENGTH_BYTES + length || this.pieceBytes > MAX_VALUE_BYTES) this.closeBinary(name);
    return true;
  }

  private binary(): Buffer {
    return Buffer.concat(this.pieces.flatMap((piece, at) => (at === 0 ? [piece] : [NEWLINE, piece])));
  }

  private closeBinary(name = this.name): void {
    if (name !== null && this.pieceBytes > LENGTH_BYTES)
      this.keep(name, this.binary().subarray(LENGTH_BYTES).toString("utf8"));
    this.name = null;
  }
}

const VERBOSE = /^(.{10,60}?) \[s=[0-9a-f]{4,};i=/;
const VERBOSE_FIELD = /^ {4}([A-Z_][A-Z0-9_]*)=(.*)$/s;

/** A cheap test for `Mon 2006-01-02 15:04:05.000000 CET [s=…;i=…]`, by its last byte. */
export const mayOpenVerbose = (bytes: Uint8Array, start: number, end: number): boolean =>
  bytes[end - 1] === 93 && bytes[start + 3] === 32 && bytes[start + 8] === 45;

/** An entry of `journalctl -o verbose`: a time with a cursor, and indented `KEY=value` lines. */
export class VerboseEntry implements JoinedEntry {
  private readonly fields: Record<string, string>;
  private last = "";

  private constructor(time: string) {
    this.fields = { timestamp: time };
  }

  static open(bytes: Uint8Array, start: number, end: number): VerboseEntry | null {
    const time = VERBOSE.exec(lineText(bytes, start, end))?.[1];
    return time === undefined ? null : new VerboseEntry(time);
  }

  take(bytes: Uint8Array, start: number, end: number): EntryStep {
    const text = lineText(bytes, start, end, MAX_VALUE_BYTES);
    if (!/^\s/.test(text)) return start === end ? "end" : "after";
    const [, key, value = ""] = VERBOSE_FIELD.exec(text) ?? [];
    if (key !== undefined) this.last = KEPT.has(key) && this.fields[key] === undefined ? key : "";
    if (this.last !== "")
      this.fields[this.last] = key === undefined ? `${this.fields[this.last]}\n${text.trim()}` : value;
    return "part";
  }

  joined(): Uint8Array {
    return Buffer.from(JSON.stringify(this.fields));
  }
}

const BYTES = Buffer.from('"MESSAGE":[');
const MAX_SEARCHED_BYTES = 16_000;

/** The message that `journalctl -o json` writes as a list of bytes, because it has characters that it does not show. */
export function bytesMessage(bytes: Uint8Array, start: number, end: number): string | null {
  const line = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start);
  const at = line.subarray(0, MAX_SEARCHED_BYTES).indexOf(BYTES);
  const close = at === -1 ? -1 : line.indexOf("]", at);
  if (close === -1) return null;
  const list = line
    .subarray(at + BYTES.length, close)
    .toString("latin1")
    .split(",")
    .map(Number);
  return list.every((byte) => byte >= 0 && byte < 256) ? Buffer.from(list).toString("utf8") : null;
}

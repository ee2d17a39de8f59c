/** The fields of one entry. A field that stands there several times has its first value. */
export type JournalFields = Readonly<Record<string, string>>;

/** A longer value is cut: nobody reads it, and no entry may fill the memory. */
const MAX_VALUE_BYTES = 256 * 1024;
/** An entry with more is cut too. */
const MAX_FIELDS = 200;
/** A binary value begins with its length: eight bytes, the least one first. */
const LENGTH_BYTES = 8;
const [NEWLINE, EQUALS] = [0x0a, 0x3d];
const NAME = /^[A-Z0-9_]{1,64}$/;

/**
 * Reads entries of the journal export format as they arrive. Lines that are no fields are skipped. JSON would be
 * simpler, but the gateway leaves out values above 4,096 bytes there, such as stack traces.
 *
 * @see https://systemd.io/JOURNAL_EXPORT_FORMATS/
 */
export async function* exportEntries(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<JournalFields> {
  const reader = new ExportReader();
  for await (const chunk of bytes) yield* reader.push(chunk);
  yield* reader.end();
}

/**
 * `line`: a field and its value, or a name. `length`, `value`: what follows a name. `rest`: of a line that is too long.
 */
type Awaited = "line" | "length" | "value" | "rest";

class ExportReader {
  private fields: Record<string, string> = {};
  private count = 0;
  private awaited: Awaited = "line";
  private held: Buffer = Buffer.alloc(0);
  private name = "";
  /** Bytes of the value that are to come, and those that are kept. */
  private left = 0n;
  private pieces: Buffer[] = [];
  private kept = 0;

  *push(chunk: Uint8Array): Generator<JournalFields> {
    let at = 0;
    const bytes = this.held.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.held, chunk]);
    for (;;) {
      const isEntryEnd = this.awaited === "line" && bytes[at] === NEWLINE;
      const next = this.step(bytes, at);
      if (next === null) break;
      at = next;
      if (isEntryEnd) yield* this.end();
    }
    // of a line that is too long, nothing is held
    if (this.awaited === "line" && bytes.length - at > MAX_VALUE_BYTES) [this.awaited, at] = ["rest", bytes.length];
    this.held = bytes.subarray(at);
  }

  *end(): Generator<JournalFields> {
    if (this.count > 0) yield this.fields;
    [this.fields, this.count] = [{}, 0];
  }

  /** Takes the next part of `bytes`. @returns where it ends; null if it is not complete. */
  private step(bytes: Buffer, at: number): number | null {
    if (this.awaited === "length") {
      if (bytes.length - at < LENGTH_BYTES) return null;
      [this.left, this.pieces, this.kept, this.awaited] = [bytes.readBigUInt64LE(at), [], 0, "value"];
      return at + LENGTH_BYTES;
    }
    if (this.awaited === "value") return this.value(bytes, at);
    const newline = bytes.indexOf(NEWLINE, at);
    if (this.awaited === "rest") {
      if (newline !== -1) this.awaited = "line";
      return newline === -1 ? (at < bytes.length ? bytes.length : null) : newline + 1;
    }
    if (newline === -1) return null;
    const equals = bytes.subarray(at, newline).indexOf(EQUALS);
    const name = bytes.toString("latin1", at, equals === -1 ? newline : at + equals);
    if (newline > at && NAME.test(name)) {
      if (equals === -1) [this.name, this.awaited] = [name, "length"];
      else this.keep(name, bytes.toString("utf8", at + equals + 1, Math.min(newline, at + equals + MAX_VALUE_BYTES)));
    }
    return newline + 1;
  }

  private value(bytes: Buffer, at: number): number | null {
    if (this.left === 0n) {
      if (at >= bytes.length) return null;
      this.keep(this.name, Buffer.concat(this.pieces).toString("utf8"));
      [this.awaited, this.pieces] = ["line", []];
      return at + (bytes[at] === NEWLINE ? 1 : 0);
    }
    if (at >= bytes.length) return null;
    const taken = Number(this.left < BigInt(bytes.length - at) ? this.left : BigInt(bytes.length - at));
    const piece = bytes.subarray(at, at + Math.min(taken, MAX_VALUE_BYTES - this.kept));
    if (piece.length > 0) this.pieces.push(Buffer.from(piece));
    this.kept += piece.length;
    this.left -= BigInt(taken);
    return at + taken;
  }

  private keep(name: string, value: string): void {
    if (this.count >= MAX_FIELDS || Object.hasOwn(this.fields, name)) return;
    this.fields[name] = value;
    this.count += 1;
  }
}

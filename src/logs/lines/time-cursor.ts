import { AreaOffsets } from "./zone-names.ts";

const SPACE = 32;

/**
 * Reads numbers, names and punctuation from bytes, and remembers its position. Reusable, because every line needs one.
 */
export class TimeCursor {
  at = 0;
  /** Number of digits of the last number read. */
  width = 0;
  readonly areas = new AreaOffsets();
  bytes: Uint8Array = new Uint8Array();
  end = 0;

  private dayKey = -1;
  private midnight = 0;

  /** Midnight of a day, UTC. The last day is kept, because neighbouring lines share it. */
  dayMs(year: number, month: number, day: number): number {
    const key = (year * 16 + month) * 32 + day;
    if (key !== this.dayKey) {
      this.dayKey = key;
      this.midnight = Date.UTC(year, month, day);
    }
    return this.midnight;
  }

  reset(bytes: Uint8Array, at: number, end: number): void {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  peek(ahead = 0): number {
    return this.at + ahead < this.end ? (this.bytes[this.at + ahead] as number) : -1;
  }

  number(): number {
    let value = 0;
    this.width = 0;
    for (let byte = this.peek(); byte >= 48 && byte <= 57 && this.width < 20; byte = this.peek()) {
      value = value * 10 + byte - 48;
      this.width += 1;
      this.at += 1;
    }
    return this.width === 0 ? NaN : value;
  }

  take(...marks: number[]): boolean {
    if (!marks.includes(this.peek())) return false;
    this.at += 1;
    return true;
  }

  spaces(): boolean {
    const from = this.at;
    while (this.peek() === SPACE) this.at += 1;
    return this.at > from;
  }

  /**
   * Reads one of `names` by its first three letters, and skips the rest of the word.
   * @returns its index, or -1 without moving.
   */
  name(names: readonly string[]): number {
    const from = this.at;
    let word = "";
    while ((this.peek() | 32) >= 97 && (this.peek() | 32) <= 122) {
      word += String.fromCharCode(this.peek() | 32);
      this.at += 1;
      if (word.length > 9) break;
    }
    const index = names.indexOf(word.slice(0, 3));
    if (index === -1 || word.length > 9) this.at = from;
    return word.length > 9 ? -1 : index;
  }
}

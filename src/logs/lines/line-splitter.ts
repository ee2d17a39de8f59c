import { mayHaveColours, withoutColours } from "./colours.ts";
import { TextEncoding } from "./text-encoding.ts";

const NEWLINE = 10;
const CARRIAGE_RETURN = 13;

/**
 * Receives one line: `buffer[start..end)`, valid until the call after the next if the chunks are, and its number from
 * 1. `cutBytes`: how many bytes were cut off.
 */
export type OnLine = (buffer: Uint8Array, start: number, end: number, lineNumber: number, cutBytes: number) => void;

/**
 * Splits chunks into lines without making strings: UTF-8 without byte order mark, also of files in UTF-16, and without
 * terminal colours. Only the first `maxLineBytes` of a longer line are kept.
 */
export class LineSplitter {
  private readonly onLine: OnLine;
  private readonly maxLineBytes: number;
  private carry: Uint8Array;
  private spare: Uint8Array;
  private carried = 0;
  private cut = 0;
  private lines = 0;
  private open = false;
  private hasColours = false;
  private readonly encoding = new TextEncoding();

  constructor(onLine: OnLine, { maxLineBytes }: { maxLineBytes: number }) {
    this.onLine = onLine;
    this.maxLineBytes = maxLineBytes;
    this.carry = new Uint8Array(Math.min(maxLineBytes, 4096));
    this.spare = new Uint8Array(Math.min(maxLineBytes, 4096));
  }

  push(bytes: Uint8Array): void {
    const chunk = this.encoding.read(bytes);
    const hasColours = mayHaveColours(chunk);
    this.hasColours ||= hasColours;
    this.split(chunk);
    this.hasColours = hasColours && this.open;
  }

  private split(chunk: Uint8Array): void {
    let from = 0;
    for (;;) {
      const newline = chunk.indexOf(NEWLINE, from);
      const to = newline === -1 ? chunk.length : newline;
      if (newline === -1) {
        if (to > from) this.keep(chunk, from, to);
        return;
      }
      if (this.open) {
        this.keep(chunk, from, to);
        this.flush();
      } else {
        this.emit(chunk, from, to, 0);
      }
      from = newline + 1;
    }
  }

  /** Ends the stream, whose last line may have no newline. @returns the number of lines. */
  end(): number {
    if (this.open) this.flush();
    return this.lines;
  }

  private keep(chunk: Uint8Array, from: number, to: number): void {
    this.open = true;
    const free = this.maxLineBytes - this.carried;
    const taken = Math.min(free, to - from);
    this.cut += to - from - taken;
    if (taken === 0) return;
    if (this.carried + taken > this.carry.length) {
      const grown = new Uint8Array(Math.min(this.maxLineBytes, Math.max(this.carry.length * 2, this.carried + taken)));
      grown.set(this.carry.subarray(0, this.carried));
      this.carry = grown;
    }
    this.carry.set(chunk.subarray(from, from + taken), this.carried);
    this.carried += taken;
  }

  private flush(): void {
    const { carried, cut } = this;
    this.open = false;
    this.carried = 0;
    this.cut = 0;
    // The receiver may still hold this line while the next one is kept.
    [this.carry, this.spare] = [this.spare, this.carry];
    this.emit(this.spare, 0, carried, cut);
  }

  private emit(buffer: Uint8Array, start: number, to: number, cutBytes: number): void {
    this.lines += 1;
    let end = to > start && buffer[to - 1] === CARRIAGE_RETURN ? to - 1 : to;
    let cut = cutBytes;
    if (end - start > this.maxLineBytes) {
      cut += end - start - this.maxLineBytes;
      end = start + this.maxLineBytes;
    }
    const plain = this.hasColours ? withoutColours(buffer, start, end) : null;
    if (plain === null) this.onLine(buffer, start, end, this.lines, cut);
    else this.onLine(plain, 0, plain.length, this.lines, cut);
  }
}

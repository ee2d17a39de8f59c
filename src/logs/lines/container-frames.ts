import { code, SPACE_BYTE as SPACE } from "./byte-codes.ts";
import type { DateGuess } from "./date-guess.ts";
import { nanosOf } from "./field-values.ts";
import { Prefixes } from "./prefixes.ts";
import type { StructuredLine, StructuredReader } from "./structured-line.ts";

const SMALL_S = code("s");
const STD = Array.from("std", code);
const MINUS = code("-");
const CAPITAL_T = code("T");
const COLON = code(":");
const OPEN_BRACE = code("{");
const FULL = code("F");
const PART = code("P");
const MIN_TIME_BYTES = 20;
const MAX_TIME_BYTES = 36;
/** Docker cuts lines after 16 KiB, and writes the newline of a whole one into its text. */
const MIN_PART_BYTES = 8 * 1024;
/** After this many JSON lines without a frame, only lines that begin like Docker's are tried. */
const MAX_MISSES = 50;
const DOCKER = new Prefixes('{"log":');
/** Parts beyond this are left out. */
const MAX_JOINED_BYTES = 1 << 20;

/** Receives lines without their frames. */
export interface WholeLines {
  /**
   * @param lines from how many lines this one was joined.
   * @param nanos the time in the frame.
   * @param frame other fields of the frame.
   */
  takeLine(
    bytes: Uint8Array,
    start: number,
    end: number,
    lines: number,
    nanos: bigint | null,
    frame: StructuredLine | null,
  ): void;
}

/** Removes the frames of container runtimes (CRI, Docker's json-file) from lines, and joins the lines that they cut. */
export class ContainerFrames {
  private readonly structured: StructuredReader;
  private readonly guess: DateGuess;
  private readonly receiver: WholeLines;
  private parts: Uint8Array[] = [];
  private partBytes = 0;
  private partLines = 0;
  private misses = 0;
  private partNanos: bigint | null = null;

  constructor(structured: StructuredReader, guess: DateGuess, receiver: WholeLines) {
    this.structured = structured;
    this.guess = guess;
    this.receiver = receiver;
  }

  push(bytes: Uint8Array, start: number, end: number): void {
    if (bytes[start] === OPEN_BRACE) return this.pushDocker(bytes, start, end);
    const cri = readCri(bytes, start, end);
    if (cri === null) return this.give(bytes, start, end, null, null);
    const time = Buffer.from(bytes.buffer, bytes.byteOffset + start, cri.timeEnd - start).toString("latin1");
    const nanos = nanosOf(time, this.guess);
    if (cri.isPartial) this.keep(bytes, cri.start, end, nanos);
    else this.give(bytes, cri.start, end, nanos, null);
  }

  /** Gives what is left of a line whose last part did not come. */
  flush(): void {
    if (this.partLines > 0) this.give(new Uint8Array(), 0, 0, null, null, 0);
  }

  private pushDocker(bytes: Uint8Array, start: number, end: number): void {
    const mayHave = this.misses < MAX_MISSES || DOCKER.has(bytes, start, end);
    const found = mayHave ? this.structured.readFrame(bytes, start, end) : null;
    if (found === null) {
      this.misses += 1;
      return this.give(bytes, start, end, null, null);
    }
    const { frame, isEnded } = found;
    this.misses = 0;
    if (!isEnded && frame.end - frame.start >= MIN_PART_BYTES)
      this.keep(frame.bytes, frame.start, frame.end, frame.nanos);
    else this.give(frame.bytes, frame.start, frame.end, frame.nanos, frame);
  }

  private keep(bytes: Uint8Array, start: number, end: number, nanos: bigint | null): void {
    this.partLines += 1;
    this.partNanos ??= nanos;
    if (this.partBytes >= MAX_JOINED_BYTES) return;
    this.parts.push(bytes.slice(start, end));
    this.partBytes += end - start;
  }

  private give(
    bytes: Uint8Array,
    start: number,
    end: number,
    nanos: bigint | null,
    frame: StructuredLine | null,
    lines = 1,
  ): void {
    if (this.partLines === 0) return this.receiver.takeLine(bytes, start, end, lines, nanos, frame);
    const whole = Buffer.concat([...this.parts, bytes.subarray(start, end)]);
    const joinedLines = this.partLines + lines;
    const firstNanos = this.partNanos ?? nanos;
    this.parts = [];
    this.partBytes = this.partLines = 0;
    this.partNanos = null;
    this.receiver.takeLine(whole, 0, whole.length, joinedLines, firstNanos, frame);
  }
}

/** The line in a frame of CRI. `isPartial`: the next line goes on with it. */
type CriLine = { start: number; isPartial: boolean; timeEnd: number };

/**
 * Reads the frame of CRI: `2026-03-01T10:00:20.120Z stderr F message`.
 *
 * @returns null if the line has no such frame.
 * @see https://github.com/kubernetes/design-proposals-archive/blob/main/node/kubelet-cri-logging.md
 */
function readCri(bytes: Uint8Array, start: number, end: number): CriLine | null {
  if (bytes[start + 4] !== MINUS || bytes[start + 10] !== CAPITAL_T || end - start < MIN_TIME_BYTES) return null;
  const limit = Math.min(end, start + MAX_TIME_BYTES);
  let at = start + MIN_TIME_BYTES - 1;
  while (at < limit && bytes[at] !== SPACE) at += 1;
  if (bytes[at + 1] !== SMALL_S || !STD.every((byte, i) => bytes[at + 1 + i] === byte)) return null;
  const mark = at + 8; // `stdout` or `stderr`, and a space
  if (bytes[mark - 1] !== SPACE || mark >= end || (bytes[mark] !== FULL && bytes[mark] !== PART)) return null;
  // The mark may have more tags behind colons. A space follows, unless the message is empty.
  let to = mark + 1;
  if (bytes[to] === COLON) while (to < end && bytes[to] !== SPACE) to += 1;
  if (to < end && bytes[to] !== SPACE) return null;
  return { start: Math.min(end, to + 1), isPartial: bytes[mark] === PART, timeEnd: at };
}

import { LineFolder } from "./line-folder.ts";
import { readSegments, type Segment } from "./segments.ts";

/** Raw lines kept of each look, for its values. */
const MAX_SAMPLES = 8;
/** Of a longer line only this much is kept, and shown. */
const MAX_SAMPLE_BYTES = 4096;

/** One way in which lines look: same words and delimiters in the same places, values wherever. */
export class LogCluster {
  readonly id: number;
  readonly firstLine: number;
  readonly coarseLow: number;
  readonly coarseHigh: number;
  readonly shape: number;
  /**
   * Set when several looks became this one, which then matches any word at its values. By place: the hash of the word or
   * delimiter; `VALUE_HASH` where anything may stand.
   */
  pattern: Int32Array | null = null;
  /** A few raw lines, the first one first: a byte for a character, because such strings cost the least to make. */
  readonly samples: string[] = [];
  private knownSegments: Segment[] | null = null;
  private knownSymbols: Int32Array | null = null;

  constructor(
    id: number,
    firstLine: number,
    { coarseLow, coarseHigh, shape }: Pick<LineFolder, "coarseLow" | "coarseHigh" | "shape">,
  ) {
    this.id = id;
    this.firstLine = firstLine;
    this.coarseLow = coarseLow;
    this.coarseHigh = coarseHigh;
    this.shape = shape;
  }

  /** The pieces of its lines. Read when first asked for: most looks of a hostile stream are never asked. */
  segments(reader: SegmentReader): Segment[] {
    return (this.knownSegments ??= reader.read(bytesOf(this.samples[0] ?? "")));
  }

  setSegments(segments: Segment[]): void {
    this.knownSegments = segments;
  }

  /** One hash for each unit: of a word or delimiter; `VALUE_HASH` for a value. */
  symbols(reader: SegmentReader): Int32Array {
    return this.pattern ?? (this.knownSymbols ??= reader.symbols(bytesOf(this.samples[0] ?? "")));
  }

  setSymbols(symbols: Int32Array): void {
    this.knownSymbols = symbols;
  }

  keepSample(buffer: Uint8Array, start: number, end: number): void {
    this.addSample(asBuffer(buffer).toString("latin1", start, Math.min(end, start + MAX_SAMPLE_BYTES)));
  }

  addSample(sample: string): void {
    if (this.samples.length >= MAX_SAMPLES) this.samples.splice(1, 1);
    this.samples.push(sample);
  }
}

const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
/** The bytes of a sample. */
const bytesOf = (sample: string): Buffer => Buffer.from(sample, "latin1");

/** Reads lines as pieces, with a scanner of its own. */
export class SegmentReader {
  private readonly folder = new LineFolder();

  read(line: Uint8Array): Segment[] {
    const buffer = asBuffer(line);
    this.folder.fold(buffer, 0, buffer.length);
    return readSegments(this.folder.scanner, (start, end) => buffer.toString("utf8", start, end));
  }

  symbols(line: Uint8Array): Int32Array {
    this.folder.fold(line, 0, line.length);
    this.folder.foldCoarsely();
    return this.folder.symbols.slice(0, this.folder.symbolCount);
  }
}

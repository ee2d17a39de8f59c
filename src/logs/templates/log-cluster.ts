import { LineFolder } from "./line-folder.ts";
import { readSegments, type Segment } from "./segments.ts";

/** Raw lines kept for each cluster, to read its values from. */
const MAX_SAMPLES = 8;
/** Only this much of a longer line is kept. */
const MAX_SAMPLE_BYTES = 4096;

/** Log lines of one shape: the same words and delimiters in the same places. Values may differ. */
export class LogCluster {
  readonly id: number;
  readonly firstLine: number;
  readonly coarseLow: number;
  readonly coarseHigh: number;
  readonly shape: number;
  /**
   * Set if several clusters were merged into this one, which then matches any word in place of a value. Holds the hash
   * of each word or delimiter by place, and `VALUE_HASH` where anything may be.
   */
  pattern: Int32Array | null = null;
  /**
   * A few raw lines, starting with the first. One character for each byte, because such strings are the cheapest to
   * make.
   */
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

  /** The segments of its lines, read on first use: most clusters of a hostile stream are never read. */
  segments(reader: SegmentReader): Segment[] {
    return (this.knownSegments ??= reader.read(bytesOf(this.samples[0] ?? "")));
  }

  setSegments(segments: Segment[]): void {
    this.knownSegments = segments;
  }

  /** One hash for each segment: of a word or delimiter, or `VALUE_HASH` for a value. */
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

/** Reads the segments of lines, with its own scanner. */
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

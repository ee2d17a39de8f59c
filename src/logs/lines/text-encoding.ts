/** Without a mark, this many bytes must look like UTF-16. */
const UNMARKED_BYTES = 24;
const UTF8_MARK = [0xef, 0xbb, 0xbf];
const encoder = new TextEncoder();
type Decoder = InstanceType<typeof TextDecoder>;

/**
 * Turns the bytes of a file into UTF-8 without a byte order mark. Files are UTF-8 unless their first bytes show UTF-16.
 */
export class TextEncoding {
  private isKnown = false;
  private decoder: Decoder | null = null;

  /** Reads the next chunk. Chunks of UTF-8 are returned as they are. */
  read(chunk: Uint8Array): Uint8Array {
    if (chunk.length === 0) return chunk;
    if (this.isKnown) return this.decoder === null ? chunk : this.decode(chunk, this.decoder);
    this.isKnown = true;
    const encoding = encodingOf(chunk);
    if (encoding === null)
      return UTF8_MARK.every((byte, i) => chunk[i] === byte) ? chunk.subarray(UTF8_MARK.length) : chunk;
    this.decoder = new TextDecoder(encoding);
    return this.decode(chunk, this.decoder);
  }

  private decode(chunk: Uint8Array, decoder: Decoder): Uint8Array {
    return encoder.encode(decoder.decode(chunk, { stream: true }));
  }
}

/** UTF-16, by its mark or by ASCII text in which every other byte is zero. Null for other text. */
function encodingOf(bytes: Uint8Array): "utf-16le" | "utf-16be" | null {
  const [a, b] = bytes;
  if (a === 0xff && b === 0xfe) return "utf-16le";
  if (a === 0xfe && b === 0xff) return "utf-16be";
  if (bytes.length < UNMARKED_BYTES) return null;
  const alternates = (zeroAt: number) =>
    bytes.subarray(0, UNMARKED_BYTES).every((byte, i) => (byte === 0) === (i % 2 === zeroAt));
  if (alternates(1)) return "utf-16le";
  return alternates(0) ? "utf-16be" : null;
}

import { endianness } from "node:os";
import type { SparseVector } from "../hybrid/bm25.ts";

/** Blobs are little-endian, like every platform of Node but s390x. */
const isLittle = endianness() === "LE";

const bytesOf = (numbers: Float32Array): Buffer => {
  const bytes = Buffer.from(numbers.buffer.slice(numbers.byteOffset, numbers.byteOffset + numbers.byteLength));
  return isLittle ? bytes : bytes.swap32();
};
/** Copies, because a view needs an offset that is a multiple of four, which SQLite does not guarantee. */
const copyOf = (blob: Uint8Array): ArrayBuffer => {
  const bytes = Buffer.from(blob);
  if (!isLittle) bytes.swap32();
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
};

/** Normalised to length 1, so that a dot product is the cosine; a zero vector stays zero. */
export function vectorBlob(vector: Float32Array): Buffer {
  const length = Math.hypot(...vector);
  return bytesOf(length === 0 ? vector : vector.map((value) => value / length));
}
export const readVector = (blob: Uint8Array): Float32Array => new Float32Array(copyOf(blob));

/** All terms, then all weights. */
export function termsBlob({ indices, values }: SparseVector): Buffer {
  const words = new Uint32Array(indices);
  return Buffer.concat([bytesOf(new Float32Array(words.buffer)), bytesOf(Float32Array.from(values))]);
}
export function readTerms(blob: Uint8Array): { indices: Uint32Array; values: Float32Array } {
  const buffer = copyOf(blob);
  const half = buffer.byteLength / 8;
  return { indices: new Uint32Array(buffer, 0, half), values: new Float32Array(buffer, half * 4, half) };
}

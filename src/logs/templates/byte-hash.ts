/** FNV-1a, and the hash that represents any value. */
export const PRIME = 0x01000193;
export const SEED = 0x811c9dc5 | 0;
export const VALUE_HASH = 0x2545f491;
/** Values that are shown differently. Their own hashes keep their fine keys apart. */
export const EMPTY_HASH = 0x3c6ef372;
export const DATE_WORD_HASH = 0x510e527f;

/** The hash of a delimiter is its byte, so other hashes must not be that small. */
export const notByte = (hash: number): number => (hash >= 0 && hash < 256 ? hash + 256 : hash);

export function rawHash(buffer: Uint8Array, start: number, stop: number): number {
  let hash = SEED;
  for (let i = start; i < stop; i += 1) hash = Math.imul(hash ^ (buffer[i] as number), PRIME);
  return hash;
}

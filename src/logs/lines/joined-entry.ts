/** What a line is to an entry that is being read: part of it, its last line, or the first line after it. */
export type EntryStep = "part" | "end" | "after";

/** An entry that a log writes in several lines of its own form. */
export type JoinedEntry = {
  /** Takes the next line, `bytes[start..end)`. */
  take(bytes: Uint8Array, start: number, end: number): EntryStep;
  /** The entry as one line that `EventReader` can read. */
  joined(): Uint8Array;
};

/** The text of a line, up to `maxBytes`. */
export const lineText = (bytes: Uint8Array, start: number, end: number, maxBytes = 8192): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + start, Math.min(end - start, maxBytes)).toString("utf8");

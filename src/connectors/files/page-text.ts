import { open } from "node:fs/promises";
import { IncidentError } from "../../domain/errors.ts";

/** `text`: null if the file is no page. `problem`: what is wrong with it, or what was left out. */
export type PageText = { text: string | null; problem: string | null };

/**
 * Reads the beginning of a page; HTML becomes Markdown. Never throws.
 *
 * @param maxBytes the rest of a longer file is left out.
 */
export async function readPageText(file: string, name: string, maxBytes: number): Promise<PageText> {
  let bytes: Uint8Array;
  try {
    bytes = await beginningOf(file, maxBytes + 1);
  } catch (cause) {
    return {
      text: null,
      problem: `cannot be read (${cause instanceof Error && "code" in cause ? cause.code : "unknown"})`,
    };
  }
  const isCut = bytes.length > maxBytes;
  const kept = bytes.subarray(0, maxBytes);
  if (kept.includes(0)) return { text: null, problem: "is not text" };
  let text: string;
  try {
    // a cut in the middle of a character is no error
    text = new TextDecoder("utf-8", { fatal: true }).decode(kept, { stream: isCut });
  } catch {
    return { text: null, problem: "is not UTF-8 text" };
  }
  const problem = isCut ? `only its first ${Math.round(maxBytes / 1024)} KB are read` : null;
  if (!/\.html?$/i.test(name)) return { text, problem };
  try {
    const { htmlText } = await import("../web/html-text.ts"); // loads its parser only when a page needs it
    return { text: htmlText(text), problem };
  } catch (error) {
    if (error instanceof IncidentError) return { text: null, problem: error.message };
    throw error;
  }
}

async function beginningOf(file: string, maxBytes: number): Promise<Uint8Array> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const buffer = new Uint8Array(Math.min(size, maxBytes));
    let filled = 0;
    while (filled < buffer.length) {
      const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return buffer.subarray(0, filled);
  } finally {
    await handle.close();
  }
}

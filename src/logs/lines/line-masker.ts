import { RE2JS } from "re2js";
import { IncidentError, messageOf } from "../../domain/errors.ts";

/** A user's pattern. Every match is a value of the type `name`. */
export type Mask = { name: string; pattern: string };

/**
 * Limits of masks, of characters searched in a message, and of matches replaced in it. Together they limit the cost of
 * one line.
 */
export const MAX_MASKS = 32;
const MAX_MASKED_CHARS = 4096;
const MAX_MATCHES = 100;
/** At most this much of a masked value is kept for display. */
const MAX_VALUE_BYTES = 24;
const NAME = /^[A-Za-z][A-Za-z0-9_]{0,31}$/;

/**
 * Starts the mark of a masked value: these digits, two for the mask, two for the number of bytes, and three for each
 * byte. A mark consists of digits only, so that the scanner sees one number, and lines without masks cost nothing
 * extra.
 */
const MARK = "907316842590";
const HEAD = new RegExp(`${MARK}(\\d\\d)(\\d\\d)`);

/** @throws {IncidentError} CONFIG, naming the invalid mask. */
export function parseMask(text: string): Mask {
  const equals = text.indexOf("=");
  const mask = { name: text.slice(0, Math.max(0, equals)), pattern: text.slice(equals + 1) };
  if (!NAME.test(mask.name) || mask.pattern === "") {
    throw new IncidentError("CONFIG", `the mask "${text}" does not have the form NAME=REGEX`, {
      hint: "Write it like ORDER=ord-[a-z]+. A name has letters, digits and underscores.",
    });
  }
  compile(mask);
  return mask;
}

function compile({ name, pattern }: Mask): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (cause) {
    const hint = "Use a regular expression in RE2 syntax, which has no look-around and no back-references.";
    throw new IncidentError("CONFIG", `the mask ${name} has an invalid pattern: ${messageOf(cause)}`, { hint, cause });
  }
}

type Span = { start: number; end: number; mask: number };

/**
 * Replaces the matches of the user's patterns by marks, which are mined as values. Linear in the length of the line,
 * whatever the pattern.
 */
export class LineMasker {
  private readonly masks: readonly RE2JS[];

  constructor(masks: readonly Mask[]) {
    this.masks = masks.slice(0, MAX_MASKS).map(compile);
  }

  /**
   * @returns the message with marks; null if nothing matches. If two masks match the same text, the earlier mask wins.
   */
  mask(bytes: Uint8Array, start: number, end: number): Buffer | null {
    const line = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString("utf8");
    const head = line.length > MAX_MASKED_CHARS ? line.slice(0, MAX_MASKED_CHARS) : line;
    const spans: Span[] = [];
    for (const [mask, pattern] of this.masks.entries()) {
      const matcher = pattern.matcher(head);
      for (let n = 0; n < MAX_MATCHES && matcher.find(); n += 1) {
        const span = { start: matcher.start(), end: matcher.end(), mask };
        if (span.end > span.start && !spans.some((taken) => taken.start < span.end && span.start < taken.end))
          spans.push(span);
      }
    }
    if (spans.length === 0) return null;
    let out = "";
    let at = 0;
    for (const span of spans.sort((a, b) => a.start - b.start)) {
      out += line.slice(at, span.start) + markOf(span.mask, line.slice(span.start, span.end));
      at = span.end;
    }
    return Buffer.from(out + line.slice(at));
  }
}

function markOf(mask: number, value: string): string {
  const bytes = Buffer.from(value).subarray(0, MAX_VALUE_BYTES);
  const digits = Array.from(bytes, (byte) => String(byte).padStart(3, "0")).join("");
  return `${MARK}${twoDigits(mask)}${twoDigits(bytes.length)}${digits}`;
}

const twoDigits = (n: number): string => String(n).padStart(2, "0");

/** Replaces each mark in `text`. A mark that was cut off ends at the end of the text. */
export function replaceMarks(text: string, replace: (mask: number, value: string) => string): string {
  let out = "";
  let at = 0;
  for (let found = HEAD.exec(text.slice(at)); found !== null; found = HEAD.exec(text.slice(at))) {
    const [head, mask, length] = found;
    const from = at + found.index + head.length;
    const digits = /^\d*/.exec(text.slice(from, from + Number(length) * 3))?.[0] ?? "";
    const bytes = Uint8Array.from({ length: Math.floor(digits.length / 3) }, (_, i) =>
      Number(digits.slice(i * 3, i * 3 + 3)),
    );
    out +=
      text.slice(at, at + found.index) +
      replace(
        Number(mask),
        Buffer.from(bytes)
          .toString("utf8")
          .replace(/\uFFFD$/, ""),
      );
    at = from + digits.length;
  }
  return out + text.slice(at);
}

import { RE2JS } from "re2js";
import { IncidentError, messageOf } from "../../domain/errors.ts";

/** A pattern of the user's: what it matches is a value of the type `name`. */
export type Mask = { name: string; pattern: string };

/** Masks at once, characters of a message looked at, and matches replaced in them: together they bound what one line may cost. */
export const MAX_MASKS = 32;
const MAX_MASKED_CHARS = 4096;
const MAX_MATCHES = 100;
/** Of a masked value so much is kept, to show. */
const MAX_VALUE_BYTES = 24;
const NAME = /^[A-Za-z][A-Za-z0-9_]{0,31}$/;

/**
 * Opens what stands for a masked value: this, two digits for the mask, two for how many bytes follow, three digits a byte. Digits
 * alone, so that the scanner sees one number, and pays nothing for masks where there are none.
 */
const MARK = "907316842590";
const HEAD = new RegExp(`${MARK}(\\d\\d)(\\d\\d)`);

/** @throws {IncidentError} CONFIG naming the mask that is none. */
export function parseMask(text: string): Mask {
  const equals = text.indexOf("=");
  const mask = { name: text.slice(0, Math.max(0, equals)), pattern: text.slice(equals + 1) };
  if (!NAME.test(mask.name) || mask.pattern === "") {
    throw new IncidentError("CONFIG", `the mask ${text} is not NAME=REGEX`, {
      hint: "Such as ORDER=ord-[a-z]+; a name has letters, digits and underscores.",
    });
  }
  compile(mask);
  return mask;
}

function compile({ name, pattern }: Mask): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (cause) {
    const hint = "It takes a regular expression in RE2 syntax: no look-around, no back-references.";
    throw new IncidentError("CONFIG", `the pattern of the mask ${name} is none: ${messageOf(cause)}`, { hint, cause });
  }
}

type Span = { start: number; end: number; mask: number };

/** Replaces what the user's patterns match by marks that mine as values. Linear in the line's length, whatever the pattern. */
export class LineMasker {
  private readonly masks: readonly RE2JS[];

  constructor(masks: readonly Mask[]) {
    this.masks = masks.slice(0, MAX_MASKS).map(compile);
  }

  /** @returns the message with marks; null where nothing matches. An earlier mask has the better right to what two match. */
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
  return `${MARK}${twoDigits(mask)}${twoDigits(bytes.length)}${Array.from(bytes, (byte) => String(byte).padStart(3, "0")).join("")}`;
}

const twoDigits = (n: number): string => String(n).padStart(2, "0");

/** Finds the marks in `text` and replaces each. A mark that was cut off ends with the text. */
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

// Values that are written in another spelling: in an address, in a JSON or HTML text, in base64.

/** A run of text that holds an escape, and what it says. Null if it says nothing that can be read. */
type Encoding = { hint: string; find: RegExp; decode: (run: string) => string | null };

const codePoint = (code: number): string => (code > 0 && code <= 0x10_ff_ff ? String.fromCodePoint(code) : "");
const ENTITIES: Readonly<Record<string, string>> = {
  quot: '"',
  apos: "'",
  amp: "&",
  lt: "<",
  gt: ">",
  commat: "@",
  colon: ":",
  equals: "=",
};

function percentDecoded(run: string): string | null {
  try {
    return decodeURIComponent(run.replaceAll(/%(?![\da-f]{2})/gi, "%25"));
  } catch {
    return null;
  }
}

/** Base64 of readable text; null for anything else, such as a hash. */
function base64Decoded(run: string): string | null {
  try {
    const bytes = atob(run.replaceAll("-", "+").replaceAll("_", "/"));
    return /^[\t\n\r\x20-\x7e]+$/.test(bytes) ? bytes : null;
  } catch {
    return null;
  }
}

const ESCAPED: readonly Encoding[] = [
  { hint: "%", find: /[^\s"'<>⟨⟩]{0,400}%[\da-f]{2}[^\s"'<>⟨⟩]{0,2000}/gi, decode: percentDecoded },
  {
    hint: String.raw`\u00`,
    find: /[^\n]{0,400}\\{1,4}u00[\da-f]{2}[^\n]{0,2000}/gi,
    decode: (run) =>
      run.replaceAll(/\\{1,4}u00([\da-f]{2})/gi, (_, hex: string) => codePoint(Number.parseInt(hex, 16))),
  },
  {
    hint: "&",
    find: /[^\n]{0,400}&(?:#\d{2,6}|#x[\da-f]{2,6}|quot|apos|commat|colon|equals);[^\n]{0,2000}/gi,
    decode: (run) =>
      run
        .replaceAll(/&#(\d{2,6});/g, (_, code: string) => codePoint(Number(code)))
        .replaceAll(/&#x([\da-f]{2,6});/gi, (_, hex: string) => codePoint(Number.parseInt(hex, 16)))
        .replaceAll(
          /&(quot|apos|amp|lt|gt|commat|colon|equals);/gi,
          (_, name: string) => ENTITIES[name.toLowerCase()] ?? "",
        ),
  },
];
const BASE64 = /(?<![\w+/-])(?:[A-Za-z0-9+/]{20,4000}|[\w-]{20,4000})={0,2}(?![\w+/=-])/g;

/** Addresses are encoded again when one is part of another. */
const MAX_DEPTH = 3;

/**
 * Masks values inside other spellings. A run that holds one is shown decoded; other runs stay as they are.
 *
 * @param mask masks plain text.
 */
export function maskEncoded(text: string, mask: (plain: string) => string, whole: (value: string) => string): string {
  let masked = text;
  for (const { hint, find, decode } of ESCAPED)
    if (masked.includes(hint)) masked = masked.replace(find, (run) => maskRun(run, decode, mask));
  return masked.replace(BASE64, (run) => {
    const plain = /[a-z]/i.test(run) ? base64Decoded(run) : null;
    return plain !== null && mask(plain) !== plain ? whole(run) : run;
  });
}

function maskRun(run: string, decode: Encoding["decode"], mask: (plain: string) => string): string {
  let inner = run;
  for (let depth = 0; depth < MAX_DEPTH; depth += 1) {
    const plain = decode(inner);
    if (plain === null || plain === inner) return run;
    const masked = mask(plain);
    if (masked !== plain) return masked;
    inner = plain;
  }
  return run;
}

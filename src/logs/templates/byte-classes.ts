/** Classes of bytes. Classes up to `HEX_LETTER` make words. Bytes above 127 (UTF-8) count as letters. */
export const DIGIT = 1;
export const LETTER = 2;
export const HEX_LETTER = 3;
/** Punctuation that may occur inside a name or number. */
const INNER = 4;
/** Always ends a token, and is a token itself. */
export const DELIMITER = 5;
export const SPACE = 6;

const DELIMITERS = ",;=()[]{}<>\"'|";

/** Class of each byte. Control characters count as spaces. */
export const BYTE_CLASS: Readonly<Uint8Array> = Uint8Array.from({ length: 256 }, (_, byte) => {
  const char = String.fromCharCode(byte);
  if (byte <= 32 || byte === 127) return SPACE;
  if (byte > 127) return LETTER;
  if (/\d/.test(char)) return DIGIT;
  if (/[a-fA-F]/.test(char)) return HEX_LETTER;
  if (/[a-zA-Z_]/.test(char)) return char === "_" ? INNER : LETTER;
  return DELIMITERS.includes(char) ? DELIMITER : INNER;
});

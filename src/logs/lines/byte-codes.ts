/** The codes of characters that scanners test for. */
export const code = (char: string): number => char.charCodeAt(0);

export const COLON = code(":");
export const QUOTE = code('"');
export const SLASH = code("/");
export const DOT = code(".");
export const BACKSLASH = code("\\");
export const EQUALS = code("=");
export const MINUS = code("-");
export const LESS = code("<");
export const AT = code("@");
export const HASH = code("#");
export const TILDE = code("~");
export const ZERO = code("0");
export const SMALL_X = code("x");
export const BIG_X = code("X");
export const OPEN = code("[");
export const CLOSE = code("]");
export const PIPE = code("|");
export const COMMA = code(",");
export const MORE = code(">");
export const BIG_F = code("F");
export const BIG_P = code("P");
export const ONE = code("1");
export const SPACE_BYTE = code(" ");
export const TAB = code("\t");

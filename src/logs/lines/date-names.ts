export const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
export const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

function packName(a: number, b: number, c: number): number {
  return ((a | 32) << 16) | ((b | 32) << 8) | (c | 32);
}

const NAME_STARTS = new Set(
  [...MONTHS, ...WEEKDAYS].map((name) => packName(name.charCodeAt(0), name.charCodeAt(1), name.charCodeAt(2))),
);

/** The first letters of the names, in any case. Most words fail this test already. */
const INITIALS = new Uint8Array(256);
for (const name of [...MONTHS, ...WEEKDAYS]) INITIALS[name.charCodeAt(0)] = INITIALS[name.charCodeAt(0) - 32] = 1;

/** True if a month or weekday may begin here. */
export const opensName = (bytes: Uint8Array, at: number): boolean =>
  INITIALS[bytes[at] as number] === 1 &&
  NAME_STARTS.has(packName(bytes[at] as number, bytes[at + 1] as number, bytes[at + 2] as number));

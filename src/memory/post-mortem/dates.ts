const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const MONTH =
  "(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|" +
  "oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\.?";
const DAY = "(\\d{1,2})(?:st|nd|rd|th)?";
const YEAR = "((?:19|20)\\d\\d)";

/** Each form, with the positions of year, month and day among its groups. */
const FORMS: readonly { pattern: RegExp; year: number; month: number; day: number }[] = [
  { pattern: /(?<!\d)((?:19|20)\d\d)[-/.]([01]?\d)[-/.]([0-3]?\d)(?!\d)/, year: 1, month: 2, day: 3 },
  { pattern: new RegExp(`\\b${MONTH}\\s+${DAY}(?:,\\s*|\\s+)(?:of\\s+)?${YEAR}\\b`, "i"), year: 3, month: 1, day: 2 },
  { pattern: new RegExp(`\\b${DAY}\\.?\\s+(?:of\\s+)?${MONTH},?\\s+${YEAR}\\b`, "i"), year: 3, month: 2, day: 1 },
  { pattern: new RegExp(`\\b${DAY}-${MONTH}-${YEAR}\\b`, "i"), year: 3, month: 2, day: 1 },
  // with dots, the day comes first
  { pattern: /(?<![\w.])(\d{1,2})\.(\d{1,2})\.((?:19|20)\d\d)(?![\w.]\d|\w)/, year: 3, month: 2, day: 1 },
  { pattern: /(?<!\d)((?:19|20)\d\d)([01]\d)([0-3]\d)(?!\d)/, year: 1, month: 2, day: 3 },
];
/** With slashes or dashes, only a number above 12 shows which one is the day. */
const SLASHED = /(?<!\d)(\d{1,2})[/-](\d{1,2})[/-]((?:19|20)\d\d)(?!\d)/;
const CLOCK = /^[T,\s]*(?:at\s+|[–—-]\s*)?([0-2]?\d):([0-5]\d)(?::([0-5]\d))?\s*(?:(a|p)\.?m\.?)?/i;

/**
 * Finds the first date in a text, as people write dates: `2019-05-30T14:05Z`, `2019/05/30`, `May 30th, 2019`, `3 March
 * 2026`, `30.05.2019`, `20190530`, and `05/30/2019` if it can be read in one way only. A time of day right after it
 * counts; all times are taken as UTC.
 *
 * @returns ISO 8601; null if the text has no date, or only ambiguous ones.
 */
export function findDate(text: string): string | null {
  const found = FORMS.flatMap(({ pattern, year, month, day }) => {
    const match = pattern.exec(text);
    const date = match && isoDay(match[year] ?? "", monthOf(match[month] ?? ""), Number(match[day]));
    return match && date !== null ? [{ date, at: match.index, end: match.index + match[0].length }] : [];
  });
  const slashed = slashedDate(text);
  const [first] = [...found, ...(slashed === null ? [] : [slashed])].toSorted((a, b) => a.at - b.at || b.end - a.end);
  return first === undefined ? null : `${first.date}T${clockAfter(text.slice(first.end))}Z`;
}

function slashedDate(text: string): { date: string; at: number; end: number } | null {
  const match = SLASHED.exec(text);
  const [one, two] = [Number(match?.[1]), Number(match?.[2])];
  if (match === null || one > 12 === two > 12) return null;
  const date = isoDay(match[3] ?? "", one > 12 ? two : one, one > 12 ? one : two);
  return date === null ? null : { date, at: match.index, end: match.index + match[0].length };
}

const monthOf = (text: string): number =>
  /^\d+$/.test(text) ? Number(text) : MONTHS.indexOf(text.slice(0, 3).toLowerCase()) + 1;

/** Null for a day that the month does not have. */
function isoDay(year: string, month: number, day: number): string | null {
  const date = new Date(Date.UTC(Number(year), month - 1, day));
  return month >= 1 && month <= 12 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
    ? date.toISOString().slice(0, 10)
    : null;
}

function clockAfter(text: string): string {
  const [, hour = "", minute = "", second = "00", half = ""] = CLOCK.exec(text) ?? [];
  if (hour === "" || Number(hour) > 23) return "00:00";
  const shift = half === "" ? Number(hour) : (Number(hour) % 12) + (half.toLowerCase() === "p" ? 12 : 0);
  return `${String(shift).padStart(2, "0")}:${minute}${second === "00" ? "" : `:${second}`}`;
}

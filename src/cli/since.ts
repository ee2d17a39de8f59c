import { InvalidArgumentError } from "commander";

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
const AGO = /^(\d{1,5})([mhdw])$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Reads `7d`, `24h`, `30m` or `2w` as a time before `now`, and a day or time in ISO 8601 as it is; UTC without a zone.
 * Unix milliseconds.
 */
export const since =
  (now: () => number) =>
  (text: string): number => {
    const [, count, unit = ""] = AGO.exec(text) ?? [];
    if (count !== undefined) return now() - Number(count) * (UNIT_MS[unit] ?? 0);
    const zoned = DAY.test(text) || /(?:z|[+-]\d{2}:?\d{2})$/i.test(text) ? text : `${text}Z`;
    const ms = /^\d{4}-/.test(text) ? Date.parse(zoned) : Number.NaN;
    if (Number.isNaN(ms))
      throw new InvalidArgumentError("Give a time such as 7d, 24h, 2026-11-30 or 2026-11-30T08:00Z.");
    return ms;
  };

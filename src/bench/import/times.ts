/** Decimal digits of the fraction of a second in each unit of an epoch, by the length of its whole part. */
function unitOf(digits: number): number {
  if (digits <= 11) return 0;
  if (digits <= 14) return 3;
  return digits <= 17 ? 6 : 9;
}

const EPOCH = /^(\d{1,20})(?:\.(\d+))?$/;
const DATE = String.raw`(\d{4})[-/](\d{2})[-/](\d{2})`;
const CLOCK = String.raw`(\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?`;
const ZONE = String.raw`(Z|UTC|GMT|[+-]\d{2}:?\d{2})?(?:\s+\w+)?`;
const ISO = new RegExp(`^${DATE}[T ]${CLOCK}\\s*${ZONE}$`, "i");

/**
 * Nanoseconds of an epoch in seconds, milliseconds, microseconds or nanoseconds: its size shows which. Null if the text
 * is no such number.
 */
export function epochNanos(text: string): bigint | null {
  const trimmed = text.trim();
  const [, whole, fraction = ""] = EPOCH.exec(trimmed) ?? [];
  if (whole === undefined) return floatNanos(trimmed);
  const digits = whole.replace(/^0+(?=\d)/, "");
  const unit = unitOf(digits.length);
  return BigInt(digits + fraction.slice(0, 9 - unit).padEnd(9 - unit, "0"));
}

/** Programs write large floats as 1.67498174e+18. Their last digits are lost there already. */
function floatNanos(text: string): bigint | null {
  if (!/^\d(?:\.\d+)?e\+?\d{1,2}$/i.test(text)) return null;
  const value = Number(text);
  return Number.isFinite(value) && value < 1e20 ? epochNanos(BigInt(Math.round(value)).toString()) : null;
}

/** @param zoneMinutes east of UTC, for a text without a zone. */
export function isoNanos(text: string, zoneMinutes = 0): bigint | null {
  const parts = ISO.exec(text.trim());
  if (parts === null) return null;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  const ms = Date.UTC(year, month - 1, day, hour, minute, second) - minutesOf(parts[8], zoneMinutes) * 60_000;
  return Number.isFinite(ms) ? BigInt(ms) * 1_000_000n + BigInt((parts[7] ?? "").padEnd(9, "0")) : null;
}

function minutesOf(zone: string | undefined, otherwise: number): number {
  if (zone === undefined) return otherwise;
  const [, sign, hours, minutes] = /^([+-])(\d{2}):?(\d{2})$/.exec(zone) ?? [];
  return sign === undefined ? 0 : (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

/** An epoch, or an ISO time. */
export const anyNanos = (text: string, zoneMinutes = 0): bigint | null =>
  epochNanos(text) ?? isoNanos(text, zoneMinutes);

export const msOf = (nanos: bigint): number => Number(nanos / 1_000_000n);
export const nanosOf = (ms: number): bigint => BigInt(Math.round(ms)) * 1_000_000n;

/** Milliseconds; quicker than by way of nanoseconds for the usual whole numbers. */
export function anyMs(text: string, zoneMinutes = 0): number | null {
  if (/^\d{10}$/.test(text)) return Number(text) * 1000;
  if (/^\d{13}$/.test(text)) return Number(text);
  const nanos = anyNanos(text, zoneMinutes);
  return nanos === null ? null : msOf(nanos);
}

/** A finite number; null for a gap: empty, NaN, null, infinite. */
export function sampleOf(text: string | undefined): number | null {
  if (text === undefined || text.trim() === "") return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

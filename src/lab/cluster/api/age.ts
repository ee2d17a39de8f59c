const two = (a: number, unit: string, b: number, small: string): string =>
  `${a}${unit}${b === 0 ? "" : `${b}${small}`}`;

/** A span of time in seconds as kubectl prints ages, such as `5m12s` or `3d4h`. */
export function ageText(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds));
  const [minutes, hours, days] = [Math.floor(s / 60), Math.floor(s / 3600), Math.floor(s / 86_400)];
  if (s < 120) return `${s}s`;
  if (minutes < 10) return two(minutes, "m", s % 60, "s");
  if (hours < 3) return `${minutes}m`;
  if (hours < 8) return two(hours, "h", minutes % 60, "m");
  if (hours < 48) return `${hours}h`;
  return days < 8 ? two(days, "d", hours % 24, "h") : `${days}d`;
}

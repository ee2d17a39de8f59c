const BLOCKS = "▁▂▃▄▅▆▇█";
const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** One character for each count: "▁▂█". A dot is 0, so that the smallest count above 0 shows. */
export function sparkline(counts: readonly number[]): string {
  const most = Math.max(0, ...counts);
  return counts
    .map((count) => (count <= 0 || most <= 0 ? "·" : (BLOCKS[Math.min(7, Math.ceil((count / most) * 8) - 1)] ?? "█")))
    .join("");
}

/** A bar of at most `columns` characters, to an eighth of one. Anything above 0 shows. */
export function bar(value: number, most: number, columns: number): string {
  if (!(value > 0) || !(most > 0)) return "";
  const eighths = Math.max(1, Math.round((Math.min(value, most) / most) * columns * 8));
  return "█".repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? "");
}

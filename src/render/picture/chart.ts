import type { Series } from "../../domain/telemetry.ts";
import { clock } from "../labels.ts";
import { COLOURS, label, tag } from "./svg.ts";

/** One chart. `onsetMs`: when the series became abnormal; `alarmAtMs`: when the alarm fired. */
export type ChartInput = { series: Series; caption: string; onsetMs: number | null; alarmAtMs: number | null };
export type Box = { x: number; y: number; width: number; height: number };

/**
 * A picture has pixels for about this many points. Of the points in one bucket, the lowest and the highest stay, so no
 * spike is lost.
 */
const MAX_BUCKETS = 300;

/** Keeps text readable on top of a line. */
const HALO = { stroke: COLOURS.paper, "stroke-width": 3, "paint-order": "stroke" } as const;

/**
 * Draws one series over time as SVG: the line, a band from the onset on, a mark for the alarm, and the ends of both
 * axes.
 */
export function chart({ series, caption, onsetMs, alarmAtMs }: ChartInput, { x, y, width, height }: Box): string {
  const points = thinned(series);
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return "";
  const values = points.map(([, value]) => value);
  const [low, high] = padded(Math.min(...values), Math.max(...values));
  const xOf = (ms: number): number => x + ((ms - first[0]) / Math.max(1, last[0] - first[0])) * width;
  const yOf = (value: number): number => y + height - ((value - low) / (high - low)) * height;
  const isWithin = (ms: number | null): ms is number => ms !== null && ms >= first[0] && ms <= last[0];
  const [bottom, top] = short(low) === short(high) ? [long(low), long(high)] : [short(low), short(high)];
  const small = { "font-size": 11, fill: COLOURS.quiet };
  return [
    tag("text", { x, y: y - 8, "font-size": 13, "font-weight": "bold", fill: COLOURS.text }, label(caption, 110)),
    ...(isWithin(onsetMs)
      ? [tag("rect", { x: xOf(onsetMs), y, width: x + width - xOf(onsetMs), height, fill: COLOURS.band })]
      : []),
    ...[low, high].map((value) =>
      tag("line", { x1: x, x2: x + width, y1: yOf(value), y2: yOf(value), stroke: COLOURS.grid, "stroke-width": 1 }),
    ),
    ...(isWithin(alarmAtMs)
      ? [
          tag("line", {
            x1: xOf(alarmAtMs),
            x2: xOf(alarmAtMs),
            y1: y,
            y2: y + height,
            stroke: COLOURS.quiet,
            "stroke-width": 1.5,
            "stroke-dasharray": "4 3",
          }),
        ]
      : []),
    tag("polyline", {
      points: points.map(([ms, value]) => `${xOf(ms).toFixed(1)},${yOf(value).toFixed(1)}`).join(" "),
      fill: "none",
      stroke: COLOURS.line,
      "stroke-width": 2,
      "stroke-linejoin": "round",
    }),
    ...(isWithin(alarmAtMs) ? [tag("text", { ...small, ...HALO, x: xOf(alarmAtMs) + 4, y: y + 12 }, "alarm")] : []),
    tag("text", { ...small, x: x - 6, y: yOf(high) + 4, "text-anchor": "end" }, top),
    tag("text", { ...small, x: x - 6, y: yOf(low) + 4, "text-anchor": "end" }, bottom),
    tag("text", { ...small, x, y: y + height + 16 }, clock(new Date(first[0]).toISOString())),
    tag(
      "text",
      { ...small, x: x + width, y: y + height + 16, "text-anchor": "end" },
      `${clock(new Date(last[0]).toISOString())} UTC`,
    ),
    ...(isWithin(onsetMs)
      ? [
          tag(
            "text",
            { ...small, fill: COLOURS.ill, x: xOf(onsetMs), y: y + height + 16, "text-anchor": "middle" },
            `abnormal since ${clock(new Date(onsetMs).toISOString())}`,
          ),
        ]
      : []),
  ].join("");
}

/** Puts a flat line in the middle, keeps others off the edges, and starts series of counts at zero. */
function padded(low: number, high: number): [number, number] {
  if (low === high) return [low - 1, high + 1];
  return [low >= 0 && low < (high - low) / 2 ? 0 : low - (high - low) * 0.05, high + (high - low) * 0.05];
}

function thinned({ timesMs, values }: Series): [number, number][] {
  const all = timesMs.map((ms, i): [number, number] => [ms, values[i] ?? 0]);
  const size = Math.ceil(all.length / MAX_BUCKETS);
  if (size <= 2) return all;
  return Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size)).flatMap(
    (bucket) => {
      const sorted = bucket.toSorted((a, b) => a[1] - b[1]);
      return [sorted[0], sorted.at(-1)]
        .flatMap((point) => (point === undefined ? [] : [point]))
        .toSorted((a, b) => a[0] - b[0]);
    },
  );
}

/** "940.9", "1.2k", "3.4M". */
function short(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e6) return `${Number((value / 1e6).toPrecision(3))}M`;
  return size >= 10_000 ? `${Number((value / 1e3).toPrecision(3))}k` : String(Number(value.toPrecision(4)));
}
/** For axes whose short forms are equal at both ends. */
const long = (value: number): string => String(Number(value.toPrecision(10)));

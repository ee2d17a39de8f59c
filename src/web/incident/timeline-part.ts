import { html } from "hono/html";
import { clock, plural } from "../../render/labels.ts";
import { type Markup, NOTHING, shown } from "../html.ts";
import { allAlerts, oneEvidence } from "./addresses.ts";
import { type LaneMark, marksOf, type TimelineLane, type TimelineSeries, type TimelineView } from "./timeline-view.ts";

/**
 * A drawing for a width: `left`: room for labels; `marks` of the largest size
 * and `letters` that fit side by side. Lengths are pixels.
 */
type Canvas = { width: number; left: number; right: number; chart: number; marks: number; letters: number };
const WIDE: Canvas = { width: 1100, left: 76, right: 14, chart: 110, marks: 41, letters: 120 };
const NARROW: Canvas = { width: 380, left: 62, right: 10, chart: 90, marks: 12, letters: 36 };
const LANE = 26;
const CAPTION = 24;
const AXIS = 22;

/** Findings, alerts and changes over the series, as two drawings: one for wide screens, one for phones. */
export const timelineSvgs = (view: TimelineView, analysisId: string): Markup =>
  html`<div class="timeline" data-start="${view.startMs}" data-end="${view.endMs}">
    <div class="wide">${timelineSvg(view, analysisId, WIDE)}</div>
    <div class="narrow">${timelineSvg(view, analysisId, NARROW)}</div>
  </div>`;

function timelineSvg(view: TimelineView, analysisId: string, canvas: Canvas): Markup {
  const { width, left, right } = canvas;
  const { lanes, series, startMs, endMs } = view;
  const xOf = (ms: number): number =>
    left + ((Math.min(Math.max(ms, startMs), endMs) - startMs) / Math.max(1, endMs - startMs)) * (width - left - right);
  const lanesTop = AXIS;
  const chartsTop = lanesTop + lanes.length * LANE + 6;
  const height = chartsTop + series.length * (CAPTION + canvas.chart) + AXIS;
  return html`<svg viewBox="0 0 ${width} ${height}" role="group" aria-label="Timeline">
    ${band(view, xOf, canvas, height)} ${moments(view, xOf, canvas, height)}
    ${lanes.map((lane, i) => laneSvg(lane, analysisId, { y: lanesTop + i * LANE, xOf, canvas, range: view }))}
    ${series.map((one, i) => seriesSvg(one, { top: chartsTop + i * (CAPTION + canvas.chart), xOf, canvas, analysisId }))}
    <text class="tick" x="${left}" y="${height - 6}">${clock(startMs)}</text>
    <text class="tick end" x="${width - right}" y="${height - 6}">${clock(endMs)} UTC</text>
  </svg>`;
}

type XOf = (ms: number) => number;
const round = (value: number): number => Math.round(value * 10) / 10;

/** The time since the onset, shaded. */
function band({ onsetMs, endMs, startMs }: TimelineView, xOf: XOf, { width, right }: Canvas, height: number): Markup {
  if (onsetMs === null || onsetMs > endMs) return NOTHING;
  const x = xOf(Math.max(onsetMs, startMs));
  return html`<rect
    class="since"
    x="${round(x)}"
    y="${AXIS - 4}"
    width="${round(width - right - x)}"
    height="${height - AXIS - 18}"
  />`;
}

/** Lines at the onset and at the alarm, with their names on top; the names never lie on each other. */
function moments({ onsetMs, alarmMs, startMs, endMs }: TimelineView, xOf: XOf, canvas: Canvas, height: number): Markup {
  const isWithin = (ms: number | null): ms is number => ms !== null && ms >= startMs && ms <= endMs;
  const line = (kind: "onset" | "alarm", ms: number, anchor: "start" | "end") => {
    const x = round(xOf(ms));
    return html`<g class="moment ${kind}">
      <line x1="${x}" x2="${x}" y1="${AXIS - 4}" y2="${height - AXIS}" />
      <text x="${anchor === "start" ? x + 4 : x - 4}" y="13" class="${anchor}">
        ${kind === "onset" ? "began" : "alarm"}${canvas === WIDE ? ` ${clock(ms)}` : ""}
      </text>
    </g>`;
  };
  const isOnsetFirst = !isWithin(alarmMs) || !isWithin(onsetMs) || onsetMs <= alarmMs;
  const sideOf = (ms: number, wanted: "start" | "end"): "start" | "end" => {
    const x = xOf(ms);
    if (x < canvas.left + 90) return "start";
    return x > canvas.width - canvas.right - 90 ? "end" : wanted;
  };
  return html`${isWithin(onsetMs) ? line("onset", onsetMs, sideOf(onsetMs, isOnsetFirst ? "end" : "start")) : NOTHING}
  ${isWithin(alarmMs) ? line("alarm", alarmMs, sideOf(alarmMs, isOnsetFirst ? "start" : "end")) : NOTHING}`;
}

type LaneBox = { y: number; xOf: XOf; canvas: Canvas; range: Pick<TimelineView, "startMs" | "endMs"> };

const laneSvg = (
  lane: TimelineLane,
  analysisId: string,
  { y, xOf, canvas: { left, width, right, marks }, range }: LaneBox,
): Markup =>
  html`<g class="lane lane-${lane.label.toLowerCase()}">
    <text class="lane-name" x="${left - 8}" y="${y + 17}">${lane.label}</text>
    <line class="rail" x1="${left}" x2="${width - right}" y1="${y + 13}" y2="${y + 13}" />
    ${marksOf(lane, range, marks).map((mark) =>
      markSvg(mark, lane.label, { analysisId, x: xOf(mark.atMs), y: y + 13 }),
    )}
  </g>`;

/** A dot whose size grows with the number of things; the tooltip says the first. */
function markSvg(
  { atMs, count, what, evidenceId }: LaneMark,
  label: TimelineLane["label"],
  { analysisId, x, y }: { analysisId: string; x: number; y: number },
): Markup {
  const size = Math.min(11, 5 + Math.log2(count) * 1.2);
  const shape =
    label === "Alerts"
      ? html`<path d="M${round(x)} ${round(y - size)} l${round(size)} ${round(size * 1.8)} h${round(-2 * size)} Z" />`
      : label === "Changes"
        ? html`<path
            d="M${round(x)} ${round(y - size)} l${round(size)} ${round(size)} l${round(-size)} ${round(size)} l${round(-size)} ${round(-size)} Z"
          />`
        : html`<circle cx="${round(x)}" cy="${round(y)}" r="${round(size)}" />`;
  const more = count === 1 ? "" : `, and ${plural(count - 1, "more", "more")} about then`;
  const address = evidenceId === null ? allAlerts(analysisId) : oneEvidence(analysisId, evidenceId);
  return html`<a class="mark" href="${address}"
    ><title>${clock(atMs)} ${shown(what, 200)}${more}</title>${shape}${
      count > 9 && size > 8 ? html`<text x="${round(x)}" y="${round(y + 3.5)}">${count}</text>` : NOTHING
    }</a
  >`;
}

type ChartBox = { top: number; xOf: XOf; canvas: Canvas; analysisId: string };

/** One series: its name, its line, and the ends of its axis. A script puts a chart with a cursor in its place. */
function seriesSvg(series: TimelineSeries, { top, xOf, canvas, analysisId }: ChartBox): Markup {
  const { evidenceId, entity, metric, points } = series;
  const { left, width, right, chart } = canvas;
  const values = points.map(([, value]) => value);
  const [low, high] = axisOf(Math.min(...values), Math.max(...values));
  const [lowText, highText] = axisTexts([low, high], canvas === WIDE ? 9 : 6);
  const [y0, plot] = [top + CAPTION, chart - 14];
  const yOf = (value: number): number => y0 + plot - ((value - low) / (high - low)) * plot;
  const line = points.map(([ms, value]) => `${round(xOf(ms))},${round(yOf(value))}`).join(" ");
  return html`<g class="series">
    <a href="${oneEvidence(analysisId, evidenceId)}"
      ><text class="caption" x="${left}" y="${top + 15}">
        ${shown(`${evidenceId} · ${entity}: ${metric}`, canvas.letters)}
      </text></a
    >
    <g data-plot="${JSON.stringify({ y: y0, height: plot, left, right, points })}">
      ${[low, high].map(
        (value) =>
          html`<line
            class="grid"
            x1="${left}"
            x2="${width - right}"
            y1="${round(yOf(value))}"
            y2="${round(yOf(value))}"
          />`,
      )}
      <text class="tick end" x="${left - 6}" y="${round(yOf(high) + 4)}">${highText}</text>
      <text class="tick end" x="${left - 6}" y="${round(yOf(low) + 4)}">${lowText}</text>
      <polyline points="${line}" />
    </g>
  </g>`;
}

/** Puts a flat line in the middle, and starts series of counts at zero. */
function axisOf(low: number, high: number): [number, number] {
  if (low === high) return [low - 1, high + 1];
  return [low >= 0 && low < (high - low) / 2 ? 0 : low - (high - low) * 0.05, high + (high - low) * 0.05];
}

/** The texts of both ends of an axis, with as many digits as it takes to tell them apart, and as there is room for. */
function axisTexts([low, high]: readonly [number, number], most: number): [string, string] {
  for (let digits = 3; digits < most; digits += 1) {
    const texts: [string, string] = [axisText(low, digits), axisText(high, digits)];
    if (texts[0] !== texts[1]) return texts;
  }
  return [axisText(low, most), axisText(high, most)];
}

/** "940.9", "1.2k", "3.4M". */
function axisText(value: number, digits: number): string {
  const size = Math.abs(value);
  if (size >= 1e9) return `${Number((value / 1e9).toPrecision(digits))}G`;
  if (size >= 1e6) return `${Number((value / 1e6).toPrecision(digits))}M`;
  return size >= 10_000 ? `${Number((value / 1e3).toPrecision(digits))}k` : String(Number(value.toPrecision(digits)));
}

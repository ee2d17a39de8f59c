import type { Report } from "../../domain/report.ts";
import type { Series } from "../../domain/telemetry.ts";
import { strongest } from "../digest.ts";
import { type PathStop, pathStops } from "../path-stops.ts";
import { verdictLines, confidenceLine, VERDICT_LABEL } from "../headline.ts";
import { chart } from "./chart.ts";
import { COLOURS, label, tag } from "./svg.ts";

const WIDTH = 960;
const MARGIN = 32;
const LEFT = 84;
const HEAD = 92;
const CHART = 130;
const CHART_PITCH = 196;
const PATH_HEIGHT = 132;
const MAX_CHARTS = 3;
const MAX_STOPS = 6;

/** The series that a picture shows: those of the strongest metric evidence, each with its onset. */
export function wantedSeries(
  report: Report,
): { entity: string; metric: string; evidenceId: string; onsetMs: number | null }[] {
  const found = strongest(report, report.evidence.length).flatMap(({ id, signal, entity, facts, onset }) =>
    signal === "metric" && typeof facts.metric === "string"
      ? [{ entity, metric: facts.metric, evidenceId: id, onsetMs: onset === null ? null : Date.parse(onset) }]
      : [],
  );
  return [...new Map(found.map((one) => [`${one.entity}\u0000${one.metric}`, one])).values()].slice(0, MAX_CHARTS);
}

/**
 * Draws what failed and since when: the series behind the verdict, and the path from the symptom to the cause. Null
 * when there is neither.
 */
export function incidentPicture(report: Report, series: readonly Series[]): string | null {
  const charts = wantedSeries(report).flatMap((wanted) => {
    const drawn = series.find(({ entity, metric }) => entity === wanted.entity && metric === wanted.metric);
    return drawn === undefined || drawn.values.length < 2 ? [] : [{ ...wanted, series: drawn }];
  });
  const stops = pathStops(report);
  if (charts.length === 0 && stops.length < 2) return null;
  const alarmAtMs = report.alarm_at === null ? null : Date.parse(report.alarm_at);
  const pathTop = HEAD + charts.length * CHART_PITCH;
  const height = pathTop + (stops.length < 2 ? 0 : PATH_HEIGHT) + 12;
  const drawn = charts.map(({ series: one, entity, metric, evidenceId, onsetMs }, i) =>
    chart(
      { series: one, caption: `${evidenceId} · ${entity}: ${metric}`, onsetMs, alarmAtMs },
      { x: LEFT, y: HEAD + i * CHART_PITCH + 24, width: WIDTH - LEFT - MARGIN, height: CHART },
    ),
  );
  const body = [
    tag("rect", { x: 0, y: 0, width: WIDTH, height, fill: COLOURS.paper }),
    head(report),
    ...drawn,
    ...(stops.length < 2 ? [] : [path(stops, pathTop)]),
  ].join("");
  return tag(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      width: WIDTH,
      height,
      viewBox: `0 0 ${WIDTH} ${height}`,
      "font-family": "DejaVu Sans",
    },
    body,
  );
}

function head(report: Report): string {
  return [
    tag(
      "text",
      { x: MARGIN, y: 38, "font-size": 20, "font-weight": "bold", fill: COLOURS.text },
      `${VERDICT_LABEL[report.verdict]}  ${label(verdictLines(report)[0] ?? "", 70)}`,
    ),
    tag(
      "text",
      { x: MARGIN, y: 62, "font-size": 13, fill: COLOURS.quiet },
      label(`${report.incident_id} · ${confidenceLine(report) ?? report.why}`, 120),
    ),
  ].join("");
}

/** Boxes from the symptom to the cause, left to right. A long path loses its middle. */
function path(stops: readonly PathStop[], top: number): string {
  const shown =
    stops.length <= MAX_STOPS
      ? [...stops]
      : [
          ...stops.slice(0, 2),
          { entity: `… ${stops.length - MAX_STOPS + 1} more`, role: "between" as const },
          ...stops.slice(3 - MAX_STOPS),
        ];
  const gap = 34;
  const width = (WIDTH - 2 * MARGIN - gap * (shown.length - 1)) / shown.length;
  const boxes = shown.map(({ entity, role }, i) => {
    const x = MARGIN + i * (width + gap);
    const isCause = role === "cause";
    return [
      tag("rect", {
        x,
        y: top + 38,
        width,
        height: 52,
        rx: 8,
        fill: isCause ? COLOURS.band : COLOURS.paper,
        stroke: isCause ? COLOURS.ill : COLOURS.quiet,
        "stroke-width": isCause ? 2.5 : 1.5,
      }),
      tag(
        "text",
        {
          x: x + width / 2,
          y: top + 62,
          "font-size": 13,
          "font-weight": "bold",
          "text-anchor": "middle",
          fill: COLOURS.text,
        },
        label(entity, Math.max(6, Math.floor(width / 9))),
      ),
      tag(
        "text",
        {
          x: x + width / 2,
          y: top + 80,
          "font-size": 11,
          "text-anchor": "middle",
          fill: isCause ? COLOURS.ill : COLOURS.quiet,
        },
        role === "between" ? "on the path" : role,
      ),
      ...(i === 0
        ? []
        : [
            tag("path", {
              d: `M${x - gap + 6} ${top + 64} H${x - 12}`,
              stroke: COLOURS.quiet,
              "stroke-width": 1.5,
              fill: "none",
            }),
            tag("path", {
              d: `M${x - 14} ${top + 59} L${x - 5} ${top + 64} L${x - 14} ${top + 69} Z`,
              fill: COLOURS.quiet,
            }),
          ]),
    ].join("");
  });
  return (
    tag(
      "text",
      { x: MARGIN, y: top + 22, "font-size": 13, "font-weight": "bold", fill: COLOURS.text },
      "Path from symptom to cause",
    ) + boxes.join("")
  );
}

import type { ForecastListing, ResourceForecast } from "../domain/forecast.ts";
import { span } from "../domain/phrasing.ts";
import { minute, plural } from "./labels.ts";
import { bullet, hang, section, type Style, type TextLayout, textLayout } from "./layout.ts";
import { neutral } from "./neutral.ts";
import type { Report } from "../domain/report.ts";
import type { ReportQuery } from "../domain/report-query.ts";

const MAX_SHOWN = 20;
/** Sooner than this is urgent, or soon. Milliseconds. */
const URGENT_MS = 6 * 3_600_000;
const SOON_MS = 3 * 86_400_000;

/** One line for each resource that a report lists as running out: entity, resource, when, share in use. */
export const runningOutLines = ({ running_out: all = [] }: Pick<Report, "running_out">): string[] =>
  all.map((one) => {
    const { entity, resource, from, to } = one;
    const verb = resource === "certificate" ? "expires" : "runs out";
    const when =
      from === to || to === null ? `at ${minute(from ?? "")}` : `between ${minute(from ?? "")} and ${minute(to)}`;
    return `${neutral(entity, 100)}: ${resource} ${verb} ${when} (now ${share(one.share)}${neutral(one.bound, 120)})`;
  });

/** The section of a report about what runs out within a day. A first look names one resource. */
export const runningOut = (report: Report, layout: TextLayout, isFull: boolean): string[] =>
  section(
    layout,
    "Runs out soon",
    runningOutLines(report)
      .slice(0, isFull ? undefined : 1)
      .flatMap((line) => bullet(layout, line)),
  );

/** Lists what runs out, the first first: entity, resource, share in use, limit, when, and the query behind it. */
export function renderForecast(
  { incident_id: incident, now, confidence, resources, gaps }: ForecastListing,
  options: { color: boolean; width: number },
): string {
  const layout = textLayout(options);
  const dated = resources.filter(({ verdict }) => verdict !== "no_trend" && verdict !== "too_few");
  const steady = resources.filter(({ verdict }) => verdict === "no_trend");
  const few = resources.filter(({ verdict }) => verdict === "too_few");
  const shown = dated.slice(0, MAX_SHOWN);
  const title = `What runs out, incident ${neutral(incident, 100)}${now === null ? "" : `, as of ${minute(now)}`}`;
  return `${[
    ...hang(layout, "", layout.paint("bold", title)),
    ...(resources.length === 0 ? ["No resource with a known limit was recorded."] : []),
    ...shown.flatMap((resource) => resourceLines(layout, resource, now)),
    ...(dated.length > MAX_SHOWN ? [`  and ${dated.length - MAX_SHOWN} more; --json prints all`] : []),
    ...(steady.length === 0
      ? []
      : ["", ...hang(layout, "", `No trend: ${plural(steady.length, "resource")}${highestOf(steady)}.`)]),
    ...(few.length === 0 ? [] : hang(layout, "", `Too few samples for a trend: ${plural(few.length, "resource")}.`)),
    ...(shown.some(({ verdict, resource }) => verdict === "between" && resource !== "certificate")
      ? ["", ...hang(layout, "", `An interval shall hold the true time in ${Math.round(confidence * 100)} % of cases.`)]
      : []),
    ...gaps.flatMap((gap) => hang(layout, "Not read: ", neutral(gap, 300))),
  ].join("\n")}\n`;
}

const share = (value: number | null): string => (value === null ? "" : `${Math.round(value * 100)} % of `);

function highestOf(steady: readonly ResourceForecast[]): string {
  const [most] = steady.toSorted((a, b) => (b.share ?? 0) - (a.share ?? 0));
  return most === undefined
    ? ""
    : `; the fullest is ${most.resource} of ${neutral(most.entity, 100)}, ${share(most.share)}${neutral(most.bound, 120)}`;
}

function resourceLines(layout: TextLayout, resource: ResourceForecast, now: string | null): string[] {
  const { entity, metric, bound, note } = resource;
  const [first = "", ...rest] = hang(
    layout,
    "",
    `${neutral(entity, 100)}: ${resource.resource} ${whenOf(resource, now)}`,
  );
  return [
    "",
    layout.paint(styleOf(resource, now), first),
    ...rest,
    ...hang(layout, "  now    ", `${share(resource.share)}${neutral(bound, 160)} (${neutral(metric, 160)})`),
    ...(note === null ? [] : hang(layout, "  note   ", note)),
    ...hang(layout, "  query  ", queryText(resource.query)),
  ];
}

function whenOf({ verdict, at, from, to, resource }: ResourceForecast, now: string | null): string {
  const ends = resource === "certificate" ? "expires" : "runs out";
  if (verdict === "full") return resource === "certificate" ? "has expired" : "has run out";
  const left = at === null || now === null ? "" : `, in about ${span(Date.parse(at) - Date.parse(now))}`;
  if (from !== null && from === to) return `${ends} at ${minute(from)}${left}`;
  if (verdict === "between" && from !== null && to !== null)
    return `${ends} between ${minute(from)} and ${minute(to)}${left}`;
  return `grows; it does not run out before ${from === null ? "the end of what can be foreseen" : minute(from)}${left}`;
}

function styleOf({ verdict, at }: ResourceForecast, now: string | null): Style {
  if (verdict === "full") return "red";
  const leftMs = at === null || now === null ? Number.POSITIVE_INFINITY : Date.parse(at) - Date.parse(now);
  return leftMs < URGENT_MS ? "red" : leftMs < SOON_MS ? "yellow" : "bold";
}

const queryText = ({ entities = [], names = [], start, end }: ReportQuery): string =>
  neutral(`metric ${names.join(", ")} of ${entities.join(", ")}, ${minute(start)} to ${minute(end)}`, 500);

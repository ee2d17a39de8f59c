import { span } from "../domain/phrasing.ts";
import type { TriagedAlert, TriagedIncident, TriageReport } from "../domain/triage.ts";
import { hang, type TextLayout, textLayout, type Style } from "./layout.ts";
import { neutral } from "./neutral.ts";
import { plural, utc } from "./labels.ts";

const STYLE: Readonly<Record<TriagedIncident["severity"], Style>> = {
  critical: "red",
  high: "red",
  warning: "yellow",
  info: "cyan",
  low: "dim",
};
/** Entities shown by name. The rest are counted. */
const MAX_ENTITIES = 8;
const MAX_NOT_READ = 5;

/**
 * Lists the incidents that alerts form: severity, affected entities, team to call, alerts, and which alerts are
 * suppressed.
 */
export function renderTriage(
  { incidents, not_read: notRead }: TriageReport,
  options: { color: boolean; width: number } = { color: false, width: 80 },
): string {
  const layout = textLayout(options);
  const count = incidents.reduce((sum, { alerts }) => sum + alerts.length, 0);
  const lines = [
    incidents.length === 0
      ? "There are no alerts."
      : `${plural(count, "alert")} in ${plural(incidents.length, "incident")}.`,
    ...incidents.flatMap((incident) => ["", ...incidentLines(layout, incident)]),
    ...(notRead.length === 0 ? [] : ["", layout.paint("bold", "Not read")]),
    ...notRead.slice(0, MAX_NOT_READ).flatMap((what) => hang(layout, "  ", neutral(what))),
    ...(notRead.length > MAX_NOT_READ ? [`  and ${notRead.length - MAX_NOT_READ} more`] : []),
  ];
  return `${lines.join("\n")}\n`;
}

function incidentLines(layout: TextLayout, incident: TriagedIncident): string[] {
  const { severity, title, status, started_at: from, ended_at: until, alerts } = incident;
  const lasted = until === null ? status : `${status} after ${span(Date.parse(until) - Date.parse(from))}`;
  const shown = alerts.filter(({ suppressed }) => suppressed === null);
  return [
    ...hang(
      layout,
      `${layout.paint(STYLE[severity], severity.toUpperCase())}  `,
      `${layout.paint("bold", neutral(title, 160))} · ${lasted} · since ${utc(from)}`,
    ),
    ...hang(layout, "  severity  ", `${severity}: ${neutral(incident.severity_why)}`),
    ...hang(layout, "  affected  ", named(incident.blast_radius)),
    ...hang(
      layout,
      "  call      ",
      `${incident.team === null ? "no team known" : neutral(incident.team, 80)}: ${neutral(incident.team_why)}`,
    ),
    ...shown.flatMap((alert) => alertLines(layout, alert, alerts)),
    ...alerts.filter(({ suppressed }) => suppressed !== null).flatMap((alert) => alertLines(layout, alert, alerts)),
  ];
}

function alertLines(layout: TextLayout, alert: TriagedAlert, all: readonly TriagedAlert[]): string[] {
  const { name, entity, status, summary, started_at: from, firings, why, suppressed, flapping } = alert;
  const facts = [status, utc(from), firings > 1 ? `${firings} times` : "", flapping ? "flapping" : ""]
    .filter((fact) => fact !== "")
    .join(", ");
  const parent = all.find(({ fingerprint }) => fingerprint === suppressed?.parent);
  const reasons = [
    why ?? "",
    suppressed === null
      ? ""
      : `suppressed: ${suppressed.why}${parent ? ` (under ${parent.name} on ${parent.entity})` : ""}`,
  ];
  return [
    ...hang(
      layout,
      suppressed === null ? "  • " : "  ◦ ",
      `${neutral(name, 120)} on ${neutral(entity, 120)} (${facts}): ${neutral(summary, 200)}`,
    ),
    ...reasons
      .filter((reason) => reason !== "")
      .flatMap((reason) => hang(layout, "      ", layout.paint("dim", neutral(reason)))),
  ];
}

const named = (entities: readonly string[]): string =>
  `${entities
    .slice(0, MAX_ENTITIES)
    .map((entity) => neutral(entity, 80))
    .join(", ")}${entities.length > MAX_ENTITIES ? ` and ${entities.length - MAX_ENTITIES} more` : ""}`;

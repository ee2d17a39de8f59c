import { html } from "hono/html";
import { span } from "../../domain/phrasing.ts";
import { VERDICT_LABEL } from "../../render/headline.ts";
import { causeLabel, capitalized, utc } from "../../render/labels.ts";
import { type Markup, NOTHING, shown } from "../html.ts";
import type { PageContent } from "../layout.ts";
import type { IncidentRow } from "./rows.ts";

export type ListView = { rows: readonly IncidentRow[]; nowMs: number; next: string | null };

/** The incidents, those that are open first. */
export const incidentListPage = ({ rows, nowMs, next }: ListView): PageContent => ({
  title: "Incidents",
  section: "incidents",
  main: html`<h1>Incidents</h1>
    ${rows.length === 0 ? html`<p>There are no incidents.</p>` : listTable(rows, nowMs)}
    ${next === null ? NOTHING : html`<p class="pager"><a rel="next" href="${next}">More incidents</a></p>`}`,
});

const listTable = (rows: readonly IncidentRow[], nowMs: number): Markup =>
  html`<table class="incidents" data-keys>
    <thead>
      <tr>
        <th scope="col">Incident</th>
        <th scope="col">Severity</th>
        <th scope="col">Verdict</th>
        <th scope="col">Age</th>
        <th scope="col">Owner</th>
      </tr>
    </thead>
    <tbody>
      ${rows.map((row) => rowHtml(row, nowMs))}
    </tbody>
  </table>`;

function rowHtml({ incident, conclusion, owner }: IncidentRow, nowMs: number): Markup {
  const { id, title, status, severity } = incident;
  const sinceMs = incident.alarmAtMs ?? incident.openedAtMs;
  return html`<tr class="${status}">
    <th scope="row">
      <a data-key-stop href="/incidents/${encodeURIComponent(id)}">${shown(id, 120)}</a>
      <span class="title">${shown(title, 160)}</span>
    </th>
    <td>${severity === null ? "" : html`<span class="sev sev-${severity}">${capitalized(severity)}</span>`}</td>
    <td>${conclusion === null ? "" : verdictHtml(conclusion)}</td>
    <td>
      ${
        sinceMs === null
          ? ""
          : html`<time datetime="${new Date(sinceMs).toISOString()}" title="${utc(sinceMs)}"
              >${span(Math.max(0, nowMs - sinceMs))}</time
            >`
      }
    </td>
    <td>${owner === null ? "" : shown(owner, 80)}</td>
  </tr>`;
}

const verdictHtml = ({ verdict, entity, cause }: NonNullable<IncidentRow["conclusion"]>): Markup =>
  html`<span class="verdict verdict-${verdict}">${VERDICT_LABEL[verdict]}</span> ${
      entity === null ? "" : shown(entity, 80)
    }${cause === null ? "" : `, ${causeLabel(cause)}`}`;

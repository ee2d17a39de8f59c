import { html } from "hono/html";
import type { FoundIncident, IncidentGroup } from "../../domain/incident-search.ts";
import { span } from "../../domain/phrasing.ts";
import { VERDICT_LABEL } from "../../render/headline.ts";
import { causeLabel, capitalized, utc } from "../../render/labels.ts";
import { type Markup, NOTHING, shown } from "../html.ts";
import { incidentAddress } from "../incident/addresses.ts";
import type { PageContent } from "../layout.ts";
import { lastPage, listAddress, type IncidentListView, rangeText } from "./list-view.ts";

const GROUP_LABELS: readonly (readonly [IncidentGroup | null, string])[] = [
  [null, "All, open first"],
  ["open", "Open"],
  ["closed", "Closed"],
  ["recorded", "Recorded"],
];

/** The id of the part that a search replaces. */
export const LIST_PART = "incident-list";

/** The incidents, those that are open first, with a search. */
export const incidentListPage = (view: IncidentListView): PageContent => ({
  title: "Incidents",
  section: "incidents",
  hasKeys: true,
  needs: ["htmx.js"],
  main: html`<h1>Incidents</h1>
    <form class="filter" method="get" action="/" role="search">
      <label
        >Search
        <input
          type="search"
          name="q"
          value="${view.search}"
          maxlength="200"
          placeholder="id, title, cause, service"
          autocomplete="off"
          data-hx-get="/"
          data-hx-trigger="input changed delay:250ms, search"
          data-hx-include="closest form"
          data-hx-target="#${LIST_PART}"
          data-hx-select="#${LIST_PART}"
          data-hx-swap="outerHTML"
      /></label>
      <label
        >Show
        <select name="show">
          ${GROUP_LABELS.map(
            ([group, label]) =>
              html`<option value="${group ?? ""}" ${view.group === group ? html`selected` : NOTHING}>${label}</option>`,
          )}
        </select></label
      >
      <button>Search</button>
    </form>
    ${listPart(view)}`,
});

/** What a search while typing replaces. */
export const listPart = (view: IncidentListView): Markup =>
  html`<section id="${LIST_PART}" aria-label="Found incidents">
    <p class="dim" role="status">
      ${view.count === 0 ? nothingFound(view) : `${rangeText(view)} ${view.count === 1 ? "incident" : "incidents"}`}
    </p>
    ${view.items.length === 0 ? NOTHING : listTable(view)} ${pager(view)}
  </section>`;

const nothingFound = ({ search, group }: IncidentListView): Markup =>
  search === "" && group === null
    ? html`There are no incidents. Send an alert, <a href="/try">paste your own data</a>, or start
        <code>causeway serve --demo</code>.`
    : html`No incident matches. <a href="/">Show all</a>`;

const pager = (view: IncidentListView): Markup =>
  lastPage(view) === 1
    ? NOTHING
    : html`<nav class="pager" aria-label="Pages of the list">
        ${view.page > 1 ? html`<a rel="prev" href="${listAddress({ ...view, page: view.page - 1 })}">Previous</a>` : NOTHING}
        <span>Page ${view.page} of ${lastPage(view)}</span>
        ${view.page < lastPage(view) ? html`<a rel="next" href="${listAddress({ ...view, page: view.page + 1 })}">Next</a>` : NOTHING}
      </nav>`;

/** A team that configures no owners has no column for them. */
function listTable({ items, nowMs }: IncidentListView): Markup {
  const hasOwners = items.some(({ head }) => head !== null && head.owner !== null);
  return html`<table class="incidents" data-keys>
    <thead>
      <tr>
        <th scope="col">Incident</th>
        <th scope="col">Severity</th>
        <th scope="col">Verdict</th>
        <th scope="col">Age</th>
        ${hasOwners ? html`<th scope="col">Owner</th>` : NOTHING}
      </tr>
    </thead>
    <tbody>
      ${items.map((found) => rowHtml(found, nowMs, hasOwners))}
    </tbody>
  </table>`;
}

/** A cell; one without content is empty to the byte, so that a phone leaves it out with its label. */
const cell = (label: string, content: Markup | string): Markup => html`<td data-label="${label}">${content}</td>`;

function rowHtml({ incident, head, analysis }: FoundIncident, nowMs: number, hasOwners: boolean): Markup {
  const { id, title, status, origin } = incident;
  const severity = head?.severity ?? incident.severity;
  const state = origin === "recorded" ? "recorded" : status;
  return html`<tr class="is-${state}">
    <th scope="row">
      <a data-key-stop href="${incidentAddress(id)}">${shown(id, 120)}</a>
      <span class="state">${state}</span>
      <span class="title">${shown(title, 160)}</span>
    </th>
    ${cell("Severity", severity === null ? "" : html`<span class="sev sev-${severity}">${capitalized(severity)}</span>`)}
    <td data-label="Verdict">${verdictHtml({ head, analysis })}</td>
    <td data-label="Age" class="age">${ageHtml(incident, nowMs)}</td>
    ${hasOwners ? cell("Owner", head === null || head.owner === null ? "" : shown(head.owner, 80)) : NOTHING}
  </tr>`;
}

/** Since the alarm. The exact time is in the title. */
function ageHtml({ alarmAtMs, openedAtMs }: FoundIncident["incident"], nowMs: number): Markup {
  const sinceMs = alarmAtMs ?? openedAtMs;
  return sinceMs === null
    ? NOTHING
    : html`<time datetime="${new Date(sinceMs).toISOString()}" title="${utc(sinceMs)}"
        >${span(Math.max(0, nowMs - sinceMs))}</time
      >`;
}

/** What is on record about the incident's newest analysis. */
function verdictHtml({ head, analysis }: Pick<FoundIncident, "head" | "analysis">): Markup {
  const isUnderWay = analysis !== null && (analysis.status === "queued" || analysis.status === "running");
  const underWay = isUnderWay
    ? html`<span class="verdict">${analysis.status === "queued" ? "QUEUED" : "ANALYSING"}</span>`
    : NOTHING;
  if (head === null)
    return analysis?.status === "failed" ? html`<span class="verdict verdict-failed">FAILED</span>` : underWay;
  const { verdict, entity } = head;
  const cause = head.what ?? (head.cause === null ? null : causeLabel(head.cause));
  const what = [entity === null ? null : shown(entity, 80), cause === null ? null : shown(cause, 160)]
    .filter((word) => word !== null)
    .join(": ");
  return html`${underWay} <span class="verdict verdict-${verdict}">${VERDICT_LABEL[verdict]}</span> ${what}`;
}

import { html } from "hono/html";
import { webAddress } from "../../domain/web-address.ts";
import type { EvidenceListing, ListedEvidence } from "../../domain/evidence-listing.ts";
import type { Report } from "../../domain/report.ts";
import type { IncidentDetail } from "../../domain/service.ts";
import { rerunResult } from "../../render/evidence.ts";
import { capitalized, utc } from "../../render/labels.ts";
import { type Markup, NOTHING, shown } from "../html.ts";
import type { PageContent } from "../layout.ts";
import { allEvidence, analysisAddress, oneEvidence } from "./addresses.ts";
import { evidenceBody, evidenceHead, evidenceList } from "./evidence-part.ts";

export const FINDINGS_A_PAGE = 50;
export const ALERTS_A_PAGE = 100;

const crumbs = ({ analysis_id: id, incident_id: incident }: Pick<Report, "analysis_id" | "incident_id">): Markup =>
  html`<p class="crumbs">
    <a href="/">Incidents</a> › <a href="${analysisAddress(id)}">${shown(incident, 120)}</a> › Evidence
  </p>`;

/** One finding with its numbers, queries and raw lines: the same as `causeway evidence`. */
export const oneEvidencePage = (listing: EvidenceListing, item: ListedEvidence): PageContent => ({
  title: `${item.id} of ${shown(listing.incident_id, 80)}`,
  section: "incidents",
  main: html`${crumbs(listing)}
    <h1 class="small">${evidenceHead(item)}</h1>
    ${listing.note === null ? NOTHING : html`<p>${listing.note}</p>`} ${evidenceBody(item, listing.rerun)}
    ${
      listing.rerun
        ? html`<p role="status"><b>${rerunResult(listing.evidence)}</b></p>`
        : html`<p>
            <a href="${oneEvidence(listing.analysis_id, item.id)}?rerun=1">Run its queries again</a>, and compare
          </p>`
    }
    <p class="dim">
      On the command line: <code>causeway evidence ${shown(listing.analysis_id, 100)} ${shown(item.id, 20)}</code>
    </p>`,
});

/** Which findings to show. `page`: from 1. */
export type EvidenceFilter = { entity: string | null; signal: string | null; page: number };

/** All findings of a report, page by page. */
export function allEvidencePage(report: Report, { entity, signal, page }: EvidenceFilter): PageContent {
  const wanted = report.evidence.filter(
    (one) => (entity === null || one.entity === entity) && (signal === null || one.signal === signal),
  );
  const pages = Math.max(1, Math.ceil(wanted.length / FINDINGS_A_PAGE));
  const from = (Math.min(page, pages) - 1) * FINDINGS_A_PAGE;
  const signals = [...new Set(report.evidence.map((one) => one.signal))];
  const address = (next: Partial<EvidenceFilter>): string => {
    const { entity: e, signal: s, page: p } = { entity, signal, page: 1, ...next };
    const query = new URLSearchParams({
      ...(e === null ? {} : { entity: e }),
      ...(s === null ? {} : { signal: s }),
      ...(p === 1 ? {} : { page: String(p) }),
    }).toString();
    return `${allEvidence(report.analysis_id)}${query === "" ? "" : `?${query}`}`;
  };
  const tab = (label: string, value: string | null): Markup =>
    html`<a href="${address({ signal: value })}" ${value === signal ? html`aria-current="true"` : NOTHING}
      >${label}</a
    >`;
  return {
    title: `Evidence of ${shown(report.incident_id, 80)}`,
    section: "incidents",
    needs: ["htmx.js"],
    main: html`${crumbs(report)}
      <h1>Evidence${entity === null ? "" : ` of ${shown(entity, 120)}`}</h1>
      <nav class="jumps" aria-label="Signals">
        ${tab("all", null)} ${signals.map((one) => tab(one, one))}
        ${entity === null ? NOTHING : html`<a href="${address({ entity: null })}">every entity</a>`}
      </nav>
      <p class="dim" role="status">${wanted.length} of ${report.evidence.length} findings</p>
      <div data-keys>${evidenceList(report.analysis_id, wanted.slice(from, from + FINDINGS_A_PAGE))}</div>
      ${pager(Math.min(page, pages), pages, (to) => address({ page: to }))}`,
  };
}

/** The alerts of an incident, newest first, and whether the cause explains them. */
export function alertsPage(report: Report, incident: IncidentDetail, page: number): PageContent {
  const explained = new Map(report.alerts_explained.map((one) => [`${one.alert}\u0000${one.entity}`, one]));
  const rows =
    incident.alerts.length > 0
      ? incident.alerts.map(({ name, entity, severity, status, startsAtMs, summary, links = {} }) => ({
          name,
          entity,
          level: severity,
          status,
          at: utc(startsAtMs),
          summary,
          links,
        }))
      : report.alerts_explained.map(({ alert, entity }) => ({
          name: alert,
          entity,
          level: null,
          status: "",
          at: "",
          summary: "",
          links: {},
        }));
  const pages = Math.max(1, Math.ceil(rows.length / ALERTS_A_PAGE));
  const at = Math.min(page, pages);
  return {
    title: `Alerts of ${shown(report.incident_id, 80)}`,
    section: "incidents",
    main: html`${crumbs(report)}
      <h1>Alerts</h1>
      <p class="dim" role="status">
        ${incident.alertCount > rows.length ? `The newest ${rows.length} of ${incident.alertCount}` : rows.length}
      </p>
      <table class="alerts">
        <thead>
          <tr>
            <th scope="col">Alert</th>
            <th scope="col">Since</th>
            <th scope="col">State</th>
            <th scope="col">Explained</th>
          </tr>
        </thead>
        <tbody>
          ${rows.slice((at - 1) * ALERTS_A_PAGE, at * ALERTS_A_PAGE).map((row) => {
            const why = explained.get(`${row.name}\u0000${row.entity}`);
            return html`<tr>
              <th scope="row">
                ${shown(row.name, 120)} on ${shown(row.entity, 120)}
                <span class="title">${shown(row.summary, 240)} ${alertLinks(row.links)}</span>
              </th>
              <td data-label="Since">${row.at}</td>
              <td data-label="State">
                ${row.level === null ? NOTHING : html`<span class="sev sev-${row.level}">${capitalized(row.level)}</span>`}
                ${row.status}
              </td>
              <td data-label="Explained">
                ${why === undefined ? "" : html`${why.explained ? "yes" : "no"}: ${shown(why.why, 240)}`}
              </td>
            </tr>`;
          })}
        </tbody>
      </table>
      ${pager(at, pages, (to) => `?page=${to}`)}`,
  };
}

const alertLinks = (links: Readonly<Record<string, string>>): Markup =>
  html`${Object.entries(links).map(([what, url]) => {
    const safe = webAddress(url);
    return safe === null ? NOTHING : html`<a href="${safe}" rel="noopener noreferrer nofollow">${shown(what, 40)}</a> `;
  })}`;

const pager = (page: number, pages: number, address: (page: number) => string): Markup =>
  pages === 1
    ? NOTHING
    : html`<nav class="pager" aria-label="Pages of the list">
        ${page > 1 ? html`<a rel="prev" href="${address(page - 1)}">Previous</a>` : NOTHING}
        <span>Page ${page} of ${pages}</span>
        ${page < pages ? html`<a rel="next" href="${address(page + 1)}">Next</a>` : NOTHING}
      </nav>`;

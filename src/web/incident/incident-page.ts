import { html } from "hono/html";
import type { Report } from "../../domain/report.ts";
import { capitalized, minute, plural } from "../../render/labels.ts";
import { causeMark, pathStops } from "../../render/path-stops.ts";
import { beforeOnset, changesHeading, recentChanges } from "../../render/recent-changes.ts";
import { signalResult, signalRows } from "../../render/signal-rows.ts";
import { digest } from "../../render/digest.ts";
import { type Markup, NOTHING, shown } from "../html.ts";
import type { PageContent } from "../layout.ts";
import type { WebVisit } from "../page-door.ts";
import { allAlerts, allEvidence, analysisAddress, incidentAddress, postMortem } from "./addresses.ts";
import { cite } from "./cite.ts";
import { evidenceList } from "./evidence-part.ts";
import { graphSvgs } from "./graph-part.ts";
import { graphView } from "./graph-view.ts";
import { hypothesesPart } from "./hypotheses-part.ts";
import type { IncidentData, ReportedIncident } from "./incident-data.ts";
import { limitsPart } from "./limits-part.ts";
import { peoplePart } from "./people-part.ts";
import { planPart } from "./plan-part.ts";
import { failedPart, isUnderWay, progressPart } from "./progress-part.ts";
import { similarPart } from "./similar-part.ts";
import { timelineSvgs } from "./timeline-part.ts";
import { timelineView } from "./timeline-view.ts";
import { verdictPart } from "./verdict-part.ts";

/** The page of one incident, with its newest report or the one that the address names. */
export function incidentPage(data: IncidentData, visit: WebVisit, nowMs: number): PageContent {
  const { incident, analysis } = data;
  const isRunning = analysis !== null && analysis.report === null && isUnderWay(analysis);
  return {
    title: shown(`${incident.id}: ${incident.title}`, 120),
    section: "incidents",
    needs: ["htmx.js", "uplot.css", "uplot.js", "timeline.js"],
    ...(isRunning ? { refreshSeconds: 5 } : {}),
    main: html`${head(data)} ${underWayPart(data)} ${reportParts(data, visit, nowMs)} ${peoplePart(data, visit)}
    ${analysesPart(data)}`,
  };
}

function reportParts(data: IncidentData, visit: WebVisit, nowMs: number): Markup {
  const { analysis } = data;
  if (analysis === null) return html`<p class="lead">This incident was not analysed yet.</p>`;
  const { report } = analysis;
  if (report === null) return analysis.status === "failed" ? failedPart(analysis) : NOTHING;
  const reported: ReportedIncident = { ...data, analysis, report };
  return html`${verdictPart(report)} ${jumps(report)} ${checkedPart(report)} ${timelinePart(reported)}
  ${graphPart(reported)} ${strongestPart(report)} ${hypothesesPart(report)} ${planPart(reported, visit, nowMs)}
  ${similarPart(report)} ${limitsPart(report)}`;
}

function head({ incident, analysis }: IncidentData): Markup {
  const { id, title, status, origin, severity, system, mergedInto, alertCount } = incident;
  const level = analysis?.report?.triage?.severity ?? severity;
  return html`<p class="crumbs"><a href="/">Incidents</a> › ${shown(id, 120)}</p>
    <h1>${shown(title, 200)}</h1>
    <p class="facts">
      <span class="state">${origin === "recorded" ? "recorded" : status}</span>
      ${level === null ? NOTHING : html`<span class="sev sev-${level}">${capitalized(level)}</span>`}
      ${system === null ? NOTHING : html`<span>System ${shown(system, 80)}</span>`}
      ${
        alertCount === 0 || analysis === null
          ? NOTHING
          : html`<a href="${allAlerts(analysis.id)}">${plural(alertCount, "alert")}</a>`
      }
      ${
        analysis?.report == null
          ? NOTHING
          : html`<a href="${analysisAddress(analysis.id)}">Link to this report</a>
              <a href="${postMortem(analysis.id)}">Post-mortem draft</a>`
      }
      ${
        mergedInto === null
          ? NOTHING
          : html`<span>Now part of <a href="${incidentAddress(mergedInto)}">${shown(mergedInto, 120)}</a></span>`
      }
    </p>`;
}

/** What runs now: the shown analysis itself, or a newer one. */
function underWayPart({ incident, analysis }: IncidentData): Markup {
  if (analysis !== null && analysis.report === null && isUnderWay(analysis)) return progressPart(analysis);
  const running = incident.analyses.find(isUnderWay);
  return running === undefined
    ? NOTHING
    : html`<p class="box">A new analysis runs: <a href="${analysisAddress(running.id)}">follow it</a>.</p>`;
}

const JUMPS = [
  ["timeline", "Timeline"],
  ["graph", "Graph"],
  ["evidence", "Evidence"],
  ["hypotheses", "Hypotheses"],
  ["plan", "Plan"],
  ["notes", "Notes"],
] as const;

const jumps = ({ runbook, actions }: Report): Markup =>
  html`<nav class="jumps" aria-label="Parts of this page">
    ${JUMPS.filter(([id]) => id !== "plan" || runbook !== null || actions.length > 0).map(
      ([id, label]) => html`<a href="#${id}">${label}</a>`,
    )}
  </nav>`;

/** Which signals a quiet analysis checked, so that "nothing found" can be believed. */
const checkedPart = (report: Report): Markup =>
  report.verdict !== "no_incident"
    ? NOTHING
    : html`<section aria-labelledby="checked-title">
        <h2 id="checked-title">Checked</h2>
        <ul>
          ${signalRows(report).map((row) => html`<li>${row.label}: ${signalResult(row)} ${cite(report.analysis_id, row.found)}</li>`)}
        </ul>
      </section>`;

function timelinePart({ report, series, incident }: ReportedIncident): Markup {
  const view = timelineView(report, series, incident.alerts);
  const changes = recentChanges(report, []);
  return html`<section id="timeline" aria-labelledby="timeline-title">
    <h2 id="timeline-title">Timeline</h2>
    ${view === null ? html`<p class="dim">No record of this incident has a time.</p>` : timelineSvgs(view, report.analysis_id)}
    ${
      changes.length === 0
        ? NOTHING
        : html`<h3>${changesHeading(report)}</h3>
            <ul>
              ${changes.map(
                (one) =>
                  html`<li>
                    ${shown(one.what, 220)}
                    <span class="dim">(${beforeOnset(one)})</span> ${cite(report.analysis_id, [one.id])}
                  </li>`,
              )}
            </ul>`
    }
  </section>`;
}

function graphPart({ report, topology }: ReportedIncident): Markup {
  const view = graphView(report, topology);
  const stops = pathStops(report);
  if (view.nodes.length === 0 && stops.length === 0) return NOTHING;
  const mark = report.verdict === "inconclusive" ? "main suspect" : causeMark(report);
  return html`<section id="graph" aria-labelledby="graph-title">
    <h2 id="graph-title">${stops.length > 0 ? "Path from symptom to cause" : "Service graph"}</h2>
    ${
      stops.length < 2
        ? NOTHING
        : html`<ol class="path">
            ${stops.map(
              ({ entity, role, what, evidenceIds }) =>
                html`<li>
                  <b>${shown(entity, 120)}</b>
                  ${role === "between" ? NOTHING : html`<span class="role-${role}">${role === "cause" ? mark : role}</span>`}
                  ${what === null || role === "cause" ? "" : shown(what, 240)} ${cite(report.analysis_id, evidenceIds)}
                </li>`,
            )}
          </ol>`
    }
    ${graphSvgs(view, { analysisId: report.analysis_id, causeMark: mark })}
  </section>`;
}

function strongestPart(report: Report): Markup {
  const { analysis_id: id, evidence } = report;
  const { keyEvidence, supporting, against, claims } = digest(report);
  const shownFirst = [keyEvidence, ...supporting].filter((found) => found !== null);
  return html`<section id="evidence" aria-labelledby="evidence-title">
    <h2 id="evidence-title">Strongest evidence</h2>
    ${evidenceList(id, shownFirst)}
    ${
      against.length === 0
        ? NOTHING
        : html`<h3>Evidence against</h3>
            ${evidenceList(id, against)}`
    }
    ${
      claims.length === 0
        ? NOTHING
        : html`<details>
            <summary>What happened</summary>
            <ul>
              ${claims.slice(0, 8).map(({ text, evidence_ids: ids }) => html`<li>${shown(text, 600)} ${cite(id, ids)}</li>`)}
            </ul>
          </details>`
    }
    ${evidence.length === 0 ? NOTHING : html`<p><a href="${allEvidence(id)}">All ${evidence.length} findings</a>, with queries and raw lines</p>`}
  </section>`;
}

/** Other analyses of the same incident. */
const analysesPart = ({ incident, analysis }: IncidentData): Markup =>
  incident.analyses.length < 2
    ? NOTHING
    : html`<details class="analyses">
        <summary>${incident.analyses.length} analyses of this incident</summary>
        <ul>
          ${incident.analyses.map(
            ({ id, status, requestedBy, requestedAtMs }) =>
              html`<li>
                ${id === analysis?.id ? html`<b>${shown(id, 60)}</b>` : html`<a href="${analysisAddress(id)}">${shown(id, 60)}</a>`}
                ${status.replaceAll("_", " ")}, ${minute(requestedAtMs)}, by ${shown(requestedBy, 80)}
              </li>`,
          )}
        </ul>
      </details>`;

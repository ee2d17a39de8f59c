import { html } from "hono/html";
import { times } from "../../domain/phrasing.ts";
import type { Report, ReportEvidence } from "../../domain/report.ts";
import { actionLabel } from "../../render/action-status.ts";
import { beforeOnset, recentChanges } from "../../render/recent-changes.ts";
import { digest } from "../../render/digest.ts";
import { clearestLine, numbersOf, summaryOf } from "../../render/finding-words.ts";
import { affectedLine, confidenceLine, severityLine, VERDICT_LABEL, verdictLines } from "../../render/headline.ts";
import { clock, onsetLine, plural } from "../../render/labels.ts";
import { type Markup, NOTHING, shown } from "../html.ts";
import { cite } from "./cite.ts";

const field = (label: string, text: string | null): Markup =>
  text === null || text.trim() === ""
    ? NOTHING
    : html`<div>
        <dt>${label}</dt>
        <dd>${shown(text, 800)}</dd>
      </div>`;

/** The verdict in one sentence, how sure it is, since when, and the record that shows the fault best. */
export function verdictPart(report: Report): Markup {
  const [first = "", ...others] = verdictLines(report);
  const isQuiet = report.verdict === "no_incident" && report.onset === null;
  const { keyEvidence } = digest(report);
  return html`<section id="verdict" class="box verdict-box is-${report.verdict}" aria-labelledby="verdict-text">
    <p class="verdict-line" id="verdict-text">
      <span class="verdict verdict-${report.verdict}">${VERDICT_LABEL[report.verdict]}</span> <strong>${first}</strong>
    </p>
    ${others.map((other) => html`<p class="verdict-line">and <strong>${other}</strong></p>`)}
    <dl class="fields">
      ${field("Confidence", confidenceLine(report))} ${field("Began", isQuiet ? null : onsetLine(report))}
      ${keyEvidence === null ? NOTHING : keyRecord(keyEvidence, report.analysis_id)} ${blamedChange(report)}
      ${field("Affected", affectedLine(report))} ${field("Severity", severityLine(report))}
      ${field("Because", report.why)} ${firstAction(report)}
    </dl>
  </section>`;
}

/** The recorded change that the report blames. */
function blamedChange(report: Report): Markup {
  const blamed = recentChanges(report, []).find(({ isBlamed }) => isBlamed);
  return blamed === undefined
    ? NOTHING
    : html`<div>
        <dt>Change</dt>
        <dd>
          ${shown(blamed.what, 220)}
          <span class="dim">(${beforeOnset(blamed)})</span> ${cite(report.analysis_id, [blamed.id])}
        </dd>
      </div>`;
}

/** The first action of the plan, as a link to its commands. */
function firstAction({ actions: [first, ...others] }: Report): Markup {
  if (first === undefined) return NOTHING;
  const { title, target } = actionLabel(first);
  const more = others.length === 0 ? "" : `, and ${plural(others.length, "more action", "more actions")}`;
  return html`<div>
    <dt>Plan</dt>
    <dd><a href="#plan">${shown(title, 160)}${target === null ? "" : ` on ${shown(target, 120)}`}</a>${more}</dd>
  </div>`;
}

/** The raw log line, or the metric, that shows the fault best. */
function keyRecord(found: ReportEvidence, analysisId: string): Markup {
  const { entity, exemplar, facts, signal } = found;
  if (signal !== "log" || exemplar === null)
    return html`<div>
      <dt>Metric</dt>
      <dd>${shown(summaryOf(found), 200)}${numbersOf(found)} ${cite(analysisId, [found.id])}</dd>
    </div>`;
  const count = typeof facts.countAfter === "number" ? `${times(facts.countAfter)} in ` : "in ";
  const since = found.onset === null ? "" : ` since ${clock(found.onset)}`;
  return html`<div>
    <dt>Log line</dt>
    <dd>
      <code class="line">${shown(clearestLine(exemplar), 400)}</code>
      <span class="dim">(${count}${shown(entity, 80)}${since})</span> ${cite(analysisId, [found.id])}
    </dd>
  </div>`;
}

import { html } from "hono/html";
import type { Report, ReportEvidence } from "../../domain/report.ts";
import { reasonOf, reasonsInWords } from "../../render/hypotheses.ts";
import { capitalized, hypothesisLabel, likelihood, percent, plural, sentence } from "../../render/labels.ts";
import { type Markup, NOTHING, shown } from "../html.ts";
import { cite } from "./cite.ts";
import { evidenceList } from "./evidence-part.ts";

type Hypothesis = Report["hypotheses"][number];

/** Findings that one hypothesis lists in full; the rest are links. */
const MAX_LISTED = 12;

const STATUS: Readonly<Record<Hypothesis["status"], string>> = {
  supported: "supported",
  ruled_out: "ruled out",
  untested: "untested",
};

/** The hypotheses in their order, each with what speaks for and against it, and why the first one is ahead. */
export const hypothesesPart = (report: Report): Markup =>
  report.hypotheses.length === 0
    ? NOTHING
    : html`<section id="hypotheses" aria-labelledby="hypotheses-title">
        <h2 id="hypotheses-title">Hypotheses</h2>
        <ol class="hypotheses">
          ${report.hypotheses.map((one, at) => hypothesisItem(one, at, report))}
        </ol>
      </section>`;

function hypothesisItem(one: Hypothesis, at: number, report: Report): Markup {
  const { entity, entity_kind: kind, confidence, status, would_refute: refute, evidence_ids: ids } = one;
  const isOpen = at === 0 && report.verdict !== "no_incident";
  const why = reasonsInWords(one);
  return html`<li>
    <details class="hypothesis" ${isOpen ? html`open` : NOTHING}>
      <summary>
        <span class="what"
          >${at + 1}. <b>${shown(entity, 120)}</b> <span class="dim">(${shown(kind, 40)})</span>:
          ${shown(hypothesisLabel(one), 160)}</span
        >
        <span class="share"
          ><meter min="0" max="1" value="${confidence.toFixed(3)}" title="${percent(confidence)}"></meter>
          ${percent(confidence)} <span class="dim">${likelihood(confidence)}, ${STATUS[status]}</span></span
        >
      </summary>
      ${at === 0 ? NOTHING : html`<p>${whyNot(one, report)}</p>`}
      ${
        why.length === 0
          ? html`<p>${shown(reasonOf(one, report), 400)}</p>`
          : html`<ul>
              ${why.slice(0, 6).map((reason) => html`<li>${shown(reason, 400)}</li>`)}
            </ul>`
      }
      ${findings("Evidence for", ids, report)} ${findings("Evidence against", one.against_ids, report)}
      ${one.path.length < 2 ? NOTHING : html`<p><b>Path</b> ${one.path.map((stop) => shown(stop, 80)).join(" → ")}</p>`}
      ${refute.trim() === "" ? NOTHING : html`<p><b>Wrong if</b> ${shown(sentence(refute), 600)}</p>`}
    </details>
  </li>`;
}

/** Why this candidate is not the first: what the ranking says, and what speaks against it. */
function whyNot({ why, against_ids: against, status }: Hypothesis, { hypotheses: [first] }: Report): Markup {
  const reason = why.trim() === "" ? "" : sentence(shown(capitalized(why), 400));
  const contrary =
    against.length === 0 ? "" : ` ${plural(against.length, "finding speaks", "findings speak")} against it.`;
  const ahead = first === undefined || status === "ruled_out" ? "" : ` ${shown(first.entity, 120)} explains more.`;
  return html`<b>Why not</b> ${reason}${contrary}${reason === "" && contrary === "" ? ahead : ""}`;
}

function findings(title: string, ids: readonly string[], { evidence, analysis_id: analysisId }: Report): Markup {
  const found = [...new Set(ids)].flatMap((id): ReportEvidence[] => evidence.filter((one) => one.id === id));
  if (found.length === 0) return NOTHING;
  const rest = found.slice(MAX_LISTED);
  return html`<h3>${title} (${found.length})</h3>
    ${evidenceList(analysisId, found.slice(0, MAX_LISTED))}
    ${
      rest.length === 0
        ? NOTHING
        : html`<p>
            And ${rest.length} more:
            ${cite(
              analysisId,
              rest.map(({ id }) => id),
            )}
          </p>`
    }`;
}

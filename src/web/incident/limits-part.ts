import { html } from "hono/html";
import { webAddress } from "../../domain/web-address.ts";
import type { Report } from "../../domain/report.ts";
import { callGraphText } from "../../render/call-graph.ts";
import { openQuestions, uncheckedOf } from "../../render/digest.ts";
import { writerLine } from "../../render/headline.ts";
import { pageLabel, pagePlace, pointerLabel, sentence } from "../../render/labels.ts";
import { INVESTIGATION_TITLE, investigationLines } from "../../render/model-investigation.ts";
import { type Markup, NOTHING, shown } from "../html.ts";
import { cite } from "./cite.ts";

const MAX_LISTED = 20;

const listed = (items: readonly Markup[]): Markup =>
  html`<ul>
    ${items.map((item) => html`<li>${item}</li>`)}
  </ul>`;
const titled = (id: string, title: string, items: readonly Markup[]): Markup =>
  items.length === 0
    ? NOTHING
    : html`<section id="${id}" aria-labelledby="${id}-title">
        <h2 id="${id}-title">${title}</h2>
        ${listed(items)}
      </section>`;

/** The next checks, what would disprove the verdict, what was not checked, and pages to read. */
export function limitsPart(report: Report): Markup {
  const { queries, refute } = openQuestions(report);
  const graph = callGraphText(report);
  return html`${titled("next", report.verdict === "inconclusive" ? "Check this next" : "Next checks", [
      ...queries.slice(0, MAX_LISTED).map((query) => html`${shown(query, 800)}`),
      ...(refute === null ? [] : [html`The verdict is wrong if ${shown(sentence(refute), 600)}`]),
    ])}
    ${titled(
      "investigation",
      INVESTIGATION_TITLE,
      investigationLines(report, true).map(
        ({ text, evidenceIds }) => html`${shown(text)} ${cite(report.analysis_id, evidenceIds)}`,
      ),
    )}
    ${titled(
      "pages",
      "Your runbook pages",
      (report.runbook_pages ?? [])
        .slice(0, MAX_LISTED)
        .map(
          (page) =>
            html`${shown(pageLabel(page), 160)}: <code>${shown(pagePlace(page), 400)}</code> (${page.certainty})`,
        ),
    )}
    ${titled(
      "runbooks",
      "Runbooks that alerts link to",
      (report.alert_runbooks ?? []).slice(0, MAX_LISTED).map((one) => {
        const safe = webAddress(one.url);
        const label = shown(pointerLabel(one), 240);
        return safe === null
          ? html`<code>${shown(one.url, 400)}</code> (${label})`
          : html`<a href="${safe}" rel="noopener noreferrer nofollow">${shown(one.url, 200)}</a> (${label})`;
      }),
    )}
    ${titled(
      "unchecked",
      "Not checked",
      uncheckedOf(report)
        .slice(0, MAX_LISTED)
        .map(({ sources, why }) => html`<b>${shown(sources.join(", "), 200)}</b>: ${shown(why, 300)}`),
    )}
    <p class="dim">
      ${graph === null ? "" : `Call graph: ${shown(graph, 300)}. `}Analysis ${shown(report.analysis_id, 120)},
      ${writerLine(report)}.
    </p>`;
}

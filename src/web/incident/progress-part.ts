import { html } from "hono/html";
import type { AnalysisDetail, AnalysisSummary } from "../../domain/service.ts";
import { type Markup, NOTHING, shown } from "../html.ts";
import { analysisAddress, progressEvents } from "./addresses.ts";

export const isUnderWay = ({ status }: Pick<AnalysisSummary, "status">): boolean =>
  status === "queued" || status === "running";

/** An analysis that still runs: a script adds its steps as they happen, and loads the page again at the end. */
export const progressPart = ({ id, status, attempts, why }: AnalysisDetail): Markup =>
  html`<section id="progress" class="box" aria-labelledby="progress-title" data-events="${progressEvents(id)}">
    <h2 id="progress-title">${status === "queued" ? "Waiting for a worker" : "Analysing"}</h2>
    ${attempts > 1 ? html`<p>Attempt ${attempts}${why === null ? "" : `: ${shown(why, 300)}`}</p>` : NOTHING}
    <ol class="steps" aria-live="polite"></ol>
    <p class="dim">The report appears here when it is done. <a href="${analysisAddress(id)}">Load again</a></p>
  </section>`;

/** An analysis that failed. */
export const failedPart = ({ why }: AnalysisDetail): Markup =>
  html`<section class="box verdict-box is-inconclusive">
    <p><span class="verdict verdict-failed">FAILED</span> ${why === null ? "The analysis failed." : shown(why, 800)}</p>
  </section>`;

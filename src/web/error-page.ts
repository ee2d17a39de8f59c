import { html } from "hono/html";
import { shown } from "./html.ts";
import type { PageContent } from "./layout.ts";
import type { ProblemDetails } from "../http/problem.ts";

/** What failed and what to do, in the words of the API. */
export const errorPage = ({ title, detail, hint, trace_id: traceId }: ProblemDetails): PageContent => ({
  title,
  section: null,
  main: html`<h1>${shown(title)}</h1>
    <p class="lead">${shown(detail, 1_000)}</p>
    ${hint === undefined ? "" : html`<p>${shown(hint, 1_000)}</p>`}
    <p class="dim">Trace <code>${traceId}</code>, also in the log of the server.</p>
    <p><a href="/">All incidents</a></p>`,
});

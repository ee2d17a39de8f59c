import { html } from "hono/html";
import { shown } from "./html.ts";
import type { PageContent } from "./layout.ts";
import type { ProblemDetails } from "../http/problem.ts";

/** Statuses after which the same request may succeed. */
const MAY_HELP_AGAIN: ReadonlySet<number> = new Set([408, 429, 500, 502, 503]);

/** What to do where the error itself does not say it. */
const NEXT: Readonly<Record<number, string>> = {
  404: "The address is wrong, or what it showed was deleted. Search the list of incidents.",
  408: "Send the form again.",
  409: "Open the page again: somebody else may have acted meanwhile.",
  429: "Wait a few seconds, then try again.",
  500: "Look up the trace in the log of the server, and report it.",
  503: "Try again in a minute. The page of sources shows what is down.",
};

/** `backTo`: the page that led here, if it is one of ours; `here`: this page, if a person can open it again. */
export type WaysOut = { backTo: string | null; here: string | null; isSignedIn: boolean };

/** What failed, why, what to do, and where to go from here: links only, so that it works without a script. */
export const errorPage = (
  { title, detail, hint, status, trace_id: traceId }: ProblemDetails,
  { backTo, here, isSignedIn }: WaysOut,
): PageContent => ({
  title,
  section: null,
  main: html`<h1>${shown(title)}</h1>
    <p class="lead">${shown(detail, 1_000)}</p>
    ${(hint ?? NEXT[status]) === undefined ? "" : html`<p>${shown(hint ?? NEXT[status] ?? "", 1_000)}</p>`}
    <ul>
      ${backTo === null || backTo === "/" ? "" : html`<li><a href="${backTo}">Back to the page before</a></li>`}
      ${here !== null && MAY_HELP_AGAIN.has(status) ? html`<li><a href="${here}">Try again</a></li>` : ""}
      ${
        status === 401 || status === 403
          ? html`<li>
              <a href="/sign-in?to=${encodeURIComponent(backTo ?? here ?? "/")}"
                >${isSignedIn ? "Sign in as somebody else" : "Sign in"}</a
              >
            </li>`
          : ""
      }
      ${status >= 500 ? html`<li><a href="/sources">What works and what is down</a></li>` : ""}
      <li><a href="/">All incidents</a></li>
    </ul>
    <p class="dim">Trace <code>${traceId}</code>, also in the log of the server.</p>`,
});

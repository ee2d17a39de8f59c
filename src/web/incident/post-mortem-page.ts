import { html } from "hono/html";
import type { PostMortemDraft } from "../../render/post-mortem.ts";
import { NOTHING, shown } from "../html.ts";
import type { PageContent } from "../layout.ts";
import { analysisAddress, postMortem } from "./addresses.ts";
import { cite } from "./cite.ts";

/** The draft of a post-mortem, to print or to copy as Markdown. */
export const postMortemPage = ({ title, facts, sections }: PostMortemDraft, analysisId: string): PageContent => ({
  title: shown(title, 120),
  section: "incidents",
  main: html`<p class="crumbs no-print">
      <a href="${analysisAddress(analysisId)}">The report</a> ·
      <a href="${postMortem(analysisId)}.md" download>Download as Markdown</a>
    </p>
    <article class="draft">
      <h1>${shown(title, 200)}</h1>
      <dl class="fields">
        ${facts.map(
          ([label, text]) =>
            html`<div>
              <dt>${label}</dt>
              <dd>${shown(text, 800)}</dd>
            </div>`,
        )}
      </dl>
      ${sections
        .filter(({ items, ask }) => items.length > 0 || ask !== null)
        .map(
          ({ heading, items, ask }) =>
            html`<section>
              <h2>${heading}</h2>
              ${
                items.length === 0
                  ? NOTHING
                  : html`<ul>
                      ${items.map(
                        ({ text, evidenceIds, code }) =>
                          html`<li>
                            ${shown(text, 800)} ${cite(analysisId, evidenceIds)}
                            ${code === undefined ? NOTHING : html`<code class="hash">${shown(code, 120)}</code>`}
                          </li>`,
                      )}
                    </ul>`
              }
              ${ask === null ? NOTHING : html`<p class="ask">To fill in: ${ask}</p>`}
            </section>`,
        )}
    </article>`,
});

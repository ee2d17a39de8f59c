import { html } from "hono/html";
import { webAddress } from "../../domain/web-address.ts";
import type { EvidenceQuery, ListedEvidence } from "../../domain/evidence-listing.ts";
import type { ReportEvidence } from "../../domain/report.ts";
import { basisText, factsOf, precise, queryText, UNITS } from "../../render/evidence.ts";
import { numbersOf, summaryOf } from "../../render/finding-words.ts";
import { clock, kindLabel } from "../../render/labels.ts";
import { type Markup, NOTHING, shown } from "../html.ts";
import { oneEvidence } from "./addresses.ts";

/** The fragment that a script loads when a person opens a finding. */
export const PART_QUERY = "?part=1";

/** "E40 inventory: errors rose from 0 to 8 (since 08:41:02)". */
export function evidenceHead(found: ReportEvidence | ListedEvidence): Markup {
  const { id, onset, summary, signal } = found;
  const since =
    onset === null || /\bsince\b/.test(summary) ? NOTHING : html` <span class="dim">since ${clock(onset)}</span>`;
  return html`<span class="eid">${shown(id, 20)}</span>
    <span class="signal">${shown(signal, 20)}</span>
    ${shown(summaryOf({ ...found, reads: [] }), 300)}${numbersOf({ ...found, reads: [] })}${since}`;
}

/** One finding that opens: a script then loads its numbers, its queries and its raw lines; a link does without. */
export const evidenceItem = (analysisId: string, found: ReportEvidence): Markup => {
  const address = oneEvidence(analysisId, found.id);
  return html`<details class="evidence">
    <summary>${evidenceHead(found)}</summary>
    <div
      data-hx-get="${address}${PART_QUERY}"
      data-hx-trigger="toggle once from:'closest details'"
      data-hx-swap="innerHTML"
    >
      <a href="${address}">Numbers, query and raw lines</a>
    </div>
  </details>`;
};

export const evidenceList = (analysisId: string, found: readonly ReportEvidence[]): Markup =>
  html`<div class="evidence-list">${found.map((one) => evidenceItem(analysisId, one))}</div>`;

/** A link to another server, or its text where the address is none. */
function outsideLink(address: string, label: string): Markup {
  const safe = webAddress(address);
  return safe === null
    ? html`<code>${shown(address, 400)}</code>`
    : html`<a href="${safe}" rel="noopener noreferrer nofollow" target="_blank">${shown(label, 120)}</a>`;
}

const row = (label: string, value: Markup | string): Markup =>
  html`<div>
    <dt>${label}</dt>
    <dd>${value}</dd>
  </div>`;

/** Everything about one finding: its source, its numbers, an example, and each query with what it selects. */
export function evidenceBody(item: ListedEvidence, rerun: boolean): Markup {
  const traces = item.trace_ids ?? [];
  const facts = factsOf(item);
  return html`<dl class="fields">
      ${row("Kind", shown(kindLabel(item.kind), 60))} ${row("Source", shown(`${item.connector}: ${item.query}`, 500))}
      ${
        facts.length === 0
          ? NOTHING
          : row(
              "Numbers",
              html`${facts.map(([name, value]) => html`<span class="fact">${name} <b>${value}</b></span> `)}`,
            )
      }
      ${item.exemplar === null ? NOTHING : row("Example", html`<code class="line">${shown(item.exemplar, 800)}</code>`)}
      ${
        traces.length === 0
          ? NOTHING
          : row(
              "Traces",
              html`${traces.map((id) => {
                const page = item.trace_links?.[id];
                return page === undefined ? html`<code>${shown(id, 64)}</code> ` : html`${outsideLink(page, id)} `;
              })}`,
            )
      }
      ${Object.entries(item.links ?? {}).map(([what, url]) => row("Link", outsideLink(url, what)))}
    </dl>
    ${item.reads.map((read) => readPart(read, rerun))}`;
}

function readPart({ query, native, basis, now, same, samples, gaps, error }: EvidenceQuery, rerun: boolean): Markup {
  const unit = UNITS[query.signal];
  return html`<div class="read">
    <dl class="fields">
      ${row("Query", queryText(query))}
      ${native.map(({ language, text, link }) =>
        row(
          shown(language, 40),
          html`<code class="line">${shown(text, 4_000)}</code> ${link === null ? NOTHING : outsideLink(link, "open")}`,
        ),
      )}
      ${basis === null ? NOTHING : row(rerun ? "Then" : "Returned", basisText(basis, unit))}
      ${now === null ? NOTHING : row("Now", `${basisText(now, unit)}${same === false ? " (differs)" : ""}`)}
      ${gaps.map((gap) => row("Gap", shown(gap, 300)))} ${error === null ? NOTHING : row("Not read", shown(error, 400))}
    </dl>
    ${
      samples.length === 0
        ? NOTHING
        : html`<ol class="samples">
            ${samples.map(
              ({ at, where, text }) =>
                html`<li>
                  <span class="dim">${at === null ? "" : precise(at)} ${shown(where, 160)}</span>
                  <code class="line">${shown(text, 400)}</code>
                </li>`,
            )}
          </ol>`
    }
  </div>`;
}

import { html } from "hono/html";
import type { Check } from "../../app/doctor/check.ts";
import { utc } from "../../render/labels.ts";
import { shown } from "../html.ts";
import type { PageContent } from "../layout.ts";

/** The checks of `causeway doctor`, and when they were made, Unix milliseconds. */
export type CheckedSources = { checks: readonly Check[]; atMs: number };

const WORDS = { ok: "ok", warning: "note", broken: "broken", off: "off" } as const;
const OFF = /^not configured; */;

/** What is not configured is neither ok nor broken. */
const shownState = ({ state, detail }: Check): keyof typeof WORDS =>
  state === "ok" && OFF.test(detail) ? "off" : state;

/** What Causeway can read, and what is broken: those first. */
export function sourcesPage({ checks, atMs }: CheckedSources): PageContent {
  const order = ["broken", "warning", "ok", "off"] as const;
  const rows = checks.map((one) => ({ ...one, state: shownState(one) }));
  const sorted = rows.toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
  const broken = checks.filter(({ state }) => state === "broken").length;
  return {
    title: "Sources",
    section: "sources",
    main: html`<h1>Sources</h1>
      <p role="status">
        ${broken === 0 ? "Everything that is configured works." : `${broken} of ${checks.length} checks failed.`}
        <span class="dim">Checked ${utc(atMs)}. <code>causeway doctor</code> checks the same.</span>
      </p>
      <table class="checks">
        <thead>
          <tr>
            <th scope="col">Check</th>
            <th scope="col">State</th>
            <th scope="col">Detail</th>
          </tr>
        </thead>
        <tbody>
          ${sorted.map(
            ({ name, state, detail }) =>
              html`<tr>
                <th scope="row">${shown(name, 120)}</th>
                <td><span class="verdict check-${state}">${WORDS[state]}</span></td>
                <td>${shown(detail, 800)}</td>
              </tr>`,
          )}
        </tbody>
      </table>`,
  };
}

import { html } from "hono/html";
import { type Markup, NOTHING, shown } from "../html.ts";
import { oneEvidence } from "./addresses.ts";

const MAX_CITED = 8;

/** Links to evidence: "E1 E4". */
export const cite = (analysisId: string, ids: readonly string[]): Markup =>
  ids.length === 0
    ? NOTHING
    : html`<span class="cites"
        >${ids.slice(0, MAX_CITED).map((id) => html`<a href="${oneEvidence(analysisId, id)}">${shown(id, 20)}</a> `)}${
          ids.length > MAX_CITED ? "…" : ""
        }</span
      >`;

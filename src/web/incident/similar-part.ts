import { html } from "hono/html";
import type { Report } from "../../domain/report.ts";
import { causeLabel, outcomeLabel, pastCauseLabel, sentence } from "../../render/labels.ts";
import { type Markup, NOTHING, shown } from "../html.ts";
import { incidentAddress } from "./addresses.ts";

/** Past incidents that the analysis recalled, with how they ended. */
export const similarPart = ({ similar }: Report): Markup =>
  similar.length === 0
    ? NOTHING
    : html`<section id="similar" aria-labelledby="similar-title">
        <h2 id="similar-title">Similar incidents</h2>
        <ul>
          ${similar.map(
            ({ incident_id: id, outcome, score, entity, category, why }) =>
              html`<li>
                <a href="${incidentAddress(id)}">${shown(id, 100)}</a>
                (${shown(outcomeLabel(outcome), 30)}, ${pastCauseLabel(category, score)}):
                ${[entity, category === null ? null : causeLabel(category)]
                  .filter((word) => word !== null)
                  .map((word) => shown(word, 100))
                  .join(", ")}.
                ${sentence(shown(why, 300))}
              </li>`,
          )}
        </ul>
      </section>`;

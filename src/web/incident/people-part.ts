import { html } from "hono/html";
import type { HumanNote } from "../../domain/chat-thread.ts";
import type { Feedback } from "../../domain/service.ts";
import { minute } from "../../render/labels.ts";
import { type Markup, NOTHING, shown } from "../html.ts";
import type { WebVisit } from "../page-door.ts";
import { analysisAddress, incidentAddress } from "./addresses.ts";
import type { IncidentData } from "./incident-data.ts";

const OUTCOMES = [
  ["confirmed", "The diagnosis is right"],
  ["corrected", "Something else was the cause"],
  ["wrong", "The diagnosis is wrong"],
] as const;

/** What people wrote, and the forms to write more: notes, a judgement of the diagnosis, and a new analysis. */
export function peoplePart(
  { incident, analysis, notes, feedback }: IncidentData,
  { user, csrfField }: WebVisit,
): Markup {
  const mayWrite = user.scopes.includes("analyse");
  const hasReport = analysis !== null && analysis.report !== null;
  const rerun = mayWrite
    ? html`<form method="post" action="${incidentAddress(incident.id)}/analyses" class="rerun">
        ${csrfField}<input type="hidden" name="force" value="${hasReport ? "yes" : "no"}" />
        <button class="${analysis === null ? "main" : ""}">${hasReport ? "Analyze again" : "Analyze"}</button>
        <span class="dim">with the alerts, uploads and notes that are there now</span>
      </form>`
    : NOTHING;
  return html`${analysis === null ? rerun : NOTHING}
    <section id="notes" aria-labelledby="notes-title">
      <h2 id="notes-title">Notes</h2>
      ${
        notes.length === 0
          ? html`<p class="dim">Nobody has written a note.</p>`
          : html`<ol class="notes">
              ${notes.map(noteItem)}
            </ol>`
      }
      ${
        mayWrite
          ? html`<form method="post" action="${incidentAddress(incident.id)}/notes" class="stack">
              ${csrfField}
              <label
                >New note, which the next analysis reads
                <textarea name="text" rows="3" maxlength="4000" required></textarea></label
              ><button>Save the note</button>
            </form>`
          : NOTHING
      }
    </section>
    ${
      hasReport
        ? html`<section id="feedback" aria-labelledby="feedback-title">
            <h2 id="feedback-title">Was it right?</h2>
            ${feedback.map(feedbackItem)} ${mayWrite ? feedbackForm(analysis.id, csrfField) : NOTHING}
          </section>`
        : NOTHING
    }
    ${analysis === null ? NOTHING : rerun}`;
}

const noteItem = ({ by, text, atMs }: HumanNote): Markup =>
  html`<li>
    <p class="dim">${shown(by, 80)}, ${minute(atMs)}</p>
    <p>${shown(text, 4_000)}</p>
  </li>`;

const feedbackItem = ({ outcome, entity, cause, note, by, atMs }: Feedback): Markup =>
  html`<p>
    <b>${outcome}</b> by ${shown(by, 80)} on
    ${minute(atMs)}${
      entity === null ? "" : `: ${shown(entity, 120)}${cause === null ? "" : `, ${shown(cause, 80)}`}`
    }${note === null ? "" : `: ${shown(note, 400)}`}
  </p>`;

const feedbackForm = (analysisId: string, csrfField: Markup): Markup =>
  html`<form method="post" action="${analysisAddress(analysisId)}/feedback" class="stack">
    ${csrfField}
    <fieldset>
      <legend>Your judgement teaches the memory</legend>
      ${OUTCOMES.map(
        ([outcome, label]) =>
          html`<label class="check"><input type="radio" name="outcome" value="${outcome}" required /> ${label}</label>`,
      )}
    </fieldset>
    <label
      >The service that was the cause, if something else was
      <input name="entity" maxlength="500" placeholder="checkout"
    /></label>
    <label>Note <input name="note" maxlength="4000" /></label>
    <button>Send</button>
  </form>`;

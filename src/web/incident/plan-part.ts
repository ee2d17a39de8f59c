import { html } from "hono/html";
import { REJECTION_REASONS } from "../../domain/action.ts";
import type { Execution, ExecutionState } from "../../domain/execution.ts";
import type { Report } from "../../domain/report.ts";
import { actionLabel, actionStatusOf, actionTerms, requirementOf } from "../../render/action-status.ts";
import { faithfulLines } from "../../render/faithful.ts";
import { minute, plural, reasonLabel, runbookSentence } from "../../render/labels.ts";
import { neutral } from "../../render/neutral.ts";
import { changeCommands } from "../../render/script-commands.ts";
import { type Markup, NOTHING, shown } from "../html.ts";
import type { WebVisit } from "../page-door.ts";
import { actionAddress, analysisAddress } from "./addresses.ts";
import { cite } from "./cite.ts";
import type { EarlierRejection, LiveRequirement, ReportedIncident } from "./incident-data.ts";

type Action = Report["actions"][number];

const EXECUTION_WORDS: Readonly<Record<ExecutionState, string>> = {
  claimed: "a worker has it; nothing has run yet",
  running: "the script runs",
  verifying: "it ran; the symptom is watched",
  rolling_back: "it did not work, and is being undone",
  succeeded: "succeeded",
  failed: "failed",
  rolled_back: "did not work, and was undone",
  rollback_failed: "did not work, and could not be undone",
  unknown: "nobody knows how far it came",
};

/** The plan: for each action the commands, the terms, what the policy demands, and the decision or a form for it. */
export function planPart(data: ReportedIncident, visit: WebVisit, nowMs: number): Markup {
  const { runbook, actions } = data.report;
  const [first] = actions;
  if (runbook === null && first === undefined) return NOTHING;
  const name = shown(runbook?.name ?? first?.runbook ?? "", 80);
  return html`<section id="plan" aria-labelledby="plan-title">
    <h2 id="plan-title">Plan</h2>
    <p>${runbookSentence(name, shown(runbook?.why ?? "", 480), runbook?.drafted === true)}</p>
    <ol class="actions">
      ${actions.map((action) => html`<li>${actionBox(action, data, visit, nowMs)}</li>`)}
    </ol>
    ${
      runbook?.drafted === true && runbook.text !== null
        ? html`<details>
            <summary>The drafted runbook</summary>
            ${script(runbook.text)}
          </details>`
        : NOTHING
    }
  </section>`;
}

/** A script as it is: what cannot be seen shows as its code point. */
const script = (text: string): Markup => html`<pre tabindex="0"><code>${faithfulLines(text).join("\n")}</code></pre>`;

function actionBox(action: Action, data: ReportedIncident, visit: WebVisit, nowMs: number): Markup {
  const { analysis, executions, requirements } = data;
  const { title, target } = actionLabel(action);
  const decisions = analysis.actions.flatMap(({ decision }) => (decision === null ? [] : [decision]));
  const status = actionStatusOf(action, { decisions, nowMs });
  const [risk, undo, blast] = actionTerms(action);
  const commands = changeCommands(action.script);
  const requirement = requirements.get(action.id);
  const execution = executions.find(({ actionId }) => actionId === action.id);
  const isApproved = decisions.some(({ actionId, decision }) => actionId === action.id && decision === "approved");
  return html`<div class="box action">
    <h3>${shown(title, 160)}${target === null ? "" : ` on ${shown(target, 120)}`}</h3>
    ${
      commands.length === 0
        ? NOTHING
        : html`<p class="dim">would run</p>
            <pre tabindex="0"><code>${commands.map((one) => neutral(one, 4_000)).join("\n")}</code></pre>
            ${
              commands.some((one) => /<[A-Z][A-Z0-9_]*>/.test(one))
                ? html`<p class="dim">The script reads what stands in &lt;…&gt; from the cluster when it runs.</p>`
                : NOTHING
            }`
    }
    <p class="terms">
      <span class="risk risk-${action.risk}">${risk}</span> · ${action.reversible ? undo : html`<b>${undo}</b>`} ·
      ${blast} ${cite(analysis.id, action.evidence_ids)}
    </p>
    <p>Blast radius: ${shown(action.blast_radius.why, 300)}</p>
    ${policyText(action, requirement)} ${preconditions(action)}
    <details>
      <summary>The whole script, and how to verify${action.rollback.trim() === "" ? "" : " and undo"} it</summary>
      ${script(action.script)}
      ${
        action.verify.trim() === ""
          ? NOTHING
          : html`<h4>Verify</h4>
              ${script(action.verify)}`
      }
      ${
        action.rollback.trim() === ""
          ? NOTHING
          : html`<h4>Roll back</h4>
              ${script(action.rollback)}`
      }
    </details>
    <p class="dim hash">SHA-256 <code>${action.script_sha256}</code></p>
    ${rejectedBefore(data.earlierRejections.get(action.id))}
    ${
      status.isOpen
        ? decisionForms(action, { until: status.until, requirement, visit })
        : html`<p class="decided"><b>${status.what}</b></p>`
    }
    ${isApproved && execution === undefined ? exportedText(action) : NOTHING}
    ${execution === undefined ? NOTHING : executionText(execution)}
  </div>`;
}

function policyText(action: Action, live: LiveRequirement | undefined): Markup {
  const given =
    live === undefined || live.given.length === 0
      ? NOTHING
      : html`<p>Approved so far by ${live.given.map((name) => shown(name, 80)).join(", ")}.</p>`;
  const words = live === undefined ? requirementOf(action) : [shown(live.sentence, 400)];
  return html`${words.map((sentence) => html`<p class="policy">Policy: ${sentence}.</p>`)}${given}`;
}

const preconditions = ({ preconditions: all = [] }: Action): Markup =>
  all.length === 0
    ? NOTHING
    : html`<details>
        <summary>${plural(all.length, "precondition")}, checked before the change</summary>
        <ul>
          ${all.map(
            ({ name, command, expected }) =>
              html`<li>
                ${shown(name, 80)}: <code>${shown(command, 400)}</code>
                ${expected === null ? NOTHING : html`shows <code>${shown(expected, 200)}</code>`}
              </li>`,
          )}
        </ul>
      </details>`;

/** That a person rejected the same proposal of an earlier analysis: who, when and why. */
function rejectedBefore(earlier: EarlierRejection | undefined): Markup {
  if (earlier === undefined) return NOTHING;
  const { by, atMs, reason, note } = earlier.decision;
  const why = [...(reason === undefined ? [] : [reasonLabel(reason)]), ...(note === null ? [] : [note])]
    .filter((words) => words.trim() !== "")
    .join("; ");
  return html`<p class="rejected-before">
    <b>Rejected before</b> by ${shown(by, 80)} on ${minute(atMs)}${why === "" ? "" : `: ${shown(why, 600)}`}.
    <a href="${analysisAddress(earlier.analysisId)}#plan">The earlier plan</a>
  </p>`;
}

type FormParts = { until: string; requirement: LiveRequirement | undefined; visit: WebVisit };

function decisionForms(action: Action, { until, requirement, visit }: FormParts): Markup {
  const { user, csrfField } = visit;
  if (!user.scopes.includes("approve"))
    return html`<p class="dim">It ${until}. To decide, sign in with a key that has the scope approve.</p>`;
  const path = actionAddress(action.id);
  const isForbidden = requirement?.mode === "forbidden";
  return html`<div class="decide">
    ${
      isForbidden
        ? NOTHING
        : html`<form method="post" action="${path}/approve" class="approve">
            ${csrfField}<input type="hidden" name="script_sha256" value="${action.script_sha256}" />
            <label class="check"
              ><input type="checkbox" name="read" value="yes" required /> I read the script. I approve exactly these
              bytes.</label
            >
            <label>Note <input name="note" maxlength="4000" autocomplete="off" /></label>
            <button class="main">Approve</button>
            <p class="dim">Approving exports the script. It ${until}.</p>
          </form>`
    }
    <form method="post" action="${path}/reject" class="reject">
      ${csrfField}<input type="hidden" name="script_sha256" value="${action.script_sha256}" />
      <label
        >Reason
        <select name="reason" required>
          <option value="">choose</option>
          ${REJECTION_REASONS.map((reason) => html`<option value="${reason}">${reasonLabel(reason)}</option>`)}
        </select></label
      >
      <label>Note <input name="note" maxlength="4000" autocomplete="off" /></label>
      <button>Reject</button>
    </form>
  </div>`;
}

/** Where an approved script is, and how a person runs it. */
const exportedText = ({ id }: Action): Markup =>
  html`<p>
    Nothing has run. The script is on the server, in the folder <code>approved</code> of the Causeway home; its name
    begins with <code>${id}</code>. There, <code>bash &lt;file&gt; --check</code> tests it and
    <code>bash &lt;file&gt; --apply</code> makes the change.
  </p>`;

/** What became of an approved action. */
function executionText({ state, by, startedAtMs, endedAtMs, why, symptom, runs }: Execution): Markup {
  const after = symptom.afterRollback ?? symptom.after;
  return html`<div class="execution">
    <p>
      <b>Execution: ${EXECUTION_WORDS[state]}.</b>
      Started by ${shown(by.name, 80)} on
      ${minute(startedAtMs)}${endedAtMs === null ? "" : `, ended ${minute(endedAtMs)}`}.
    </p>
    ${why === null ? NOTHING : html`<p>${shown(why, 600)}</p>`}
    ${after === null ? NOTHING : html`<p>Symptom: ${shown(after.why, 400)}</p>`}
    ${runs.map(
      ({ part, ended, exitCode, output }) =>
        html`<details>
          <summary>${part}: ${exitCode === null ? ended.replaceAll("_", " ") : `exit status ${exitCode}`}</summary>
          ${script(output)}
        </details>`,
    )}
  </div>`;
}

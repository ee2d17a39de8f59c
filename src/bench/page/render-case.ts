import type { CaseDetail, ShownFinding } from "../predict/case-detail.ts";
import { html, type Html, NOTHING } from "./html.ts";
import { findingsAbout, type CaseOutcome, type ShownCase } from "./shown-cases.ts";

const LABEL: Readonly<Record<CaseOutcome, string>> = {
  missed: "Missed",
  "false-alarm": "False alarm",
  cause: "Other cause",
  right: "Right",
};

const percent = (confidence: number): string => `${Math.round(confidence * 100)} %`;

function findingItem({ id, signal, names: [name = ""], strength, summary }: ShownFinding): Html {
  return html`<li>
    ${summary} <span class="soft">(${signal} of ${name}, strength ${strength.toFixed(2)}, ${id})</span>
  </li>`;
}

function findingList(findings: readonly ShownFinding[], none: string): Html {
  return findings.length === 0
    ? html`<p class="soft">${none}</p>`
    : html`<ul>
        ${findings.map(findingItem)}
      </ul>`;
}

function reasonsOf(detail: CaseDetail | undefined, name: string): Html {
  const hypothesis = detail?.hypotheses.find(({ names }) => names.includes(name));
  return hypothesis === undefined || hypothesis.reasons.length === 0
    ? NOTHING
    : html`<p class="soft">${hypothesis.title}. Why it ranks there: ${hypothesis.reasons.join("; ")}</p>`;
}

/** What Causeway named, how sure, and the findings about it. */
function namedSide({ prediction, detail }: ShownCase): Html {
  if (prediction === undefined)
    return html`<div>
      <h4>Said</h4>
      <p>There is no prediction.</p>
    </div>`;
  const [first] = prediction.ranking;
  const verdict = html`<p class="soft">Verdict ${prediction.verdict}. ${detail?.why ?? ""}</p>`;
  if (first === undefined)
    return html`<div>
      <h4>Said</h4>
      <p>No entity.</p>
      ${verdict}
    </div>`;
  const sure = first.confidence == null ? "" : `, confidence ${percent(first.confidence)}`;
  return html`<div>
    <h4>Said</h4>
    <p><b>${first.entity}</b>${first.cause == null ? "" : `: ${first.cause}`}${sure}</p>
    ${verdict} ${reasonsOf(detail, first.entity)}
    <h4>Evidence about ${first.entity}</h4>
    ${findingList(findingsAbout(detail, [first.entity]), noneWords(detail))}
  </div>`;
}

const noneWords = (detail: CaseDetail | undefined): string => {
  if (detail === undefined) return "What the analysis saw was not kept, because the case failed.";
  const more = detail.notListed > 0 ? ` (${detail.notListed} weaker ones of all entities are not listed)` : "";
  return `The analysis has no finding about it${more}.`;
};

/** What the answer says, where it was ranked, and the findings about it. */
function trueSide({ oracle, detail, rank }: ShownCase): Html {
  if (!oracle.faulty)
    return html`<div>
      <h4>True</h4>
      <p>Nothing is wrong.</p>
    </div>`;
  const cause = oracle.cause == null ? "" : `: ${oracle.cause}`;
  const place = rank === null ? "It was not ranked." : `It was ranked at place ${rank}.`;
  const roots = oracle.entities.map(
    (accepted) =>
      html`<h4>Evidence about ${accepted[0] ?? ""}</h4>
        ${findingList(findingsAbout(detail, accepted), noneWords(detail))}`,
  );
  const names = oracle.entities.map((accepted) => accepted.join(" or ")).join(" and ");
  return html`<div>
    <h4>True</h4>
    <p><b>${names}</b>${cause}</p>
    <p class="soft">${place}</p>
    ${roots}
  </div>`;
}

/** A case that was right is folded; its first line says enough. */
export function caseArticle(shown: ShownCase, className: string, id: string): Html {
  const { outcome, oracle, prediction, detail } = shown;
  const title = html`<span class="label">${LABEL[outcome]}</span> ${oracle.id}`;
  const sides = html`<p class="soft">${detail?.title ?? ""}</p>
    <div class="sides">${namedSide(shown)}${trueSide(shown)}</div>`;
  const named = prediction?.ranking[0]?.entity ?? prediction?.verdict ?? "";
  return outcome === "right"
    ? html`<article class="${className}" id="${id}">
        <details>
          <summary>${title}: ${named}</summary>
          ${sides}
        </details>
      </article> `
    : html`<article class="${className}" id="${id}">
        <h3>${title}</h3>
        ${sides}
      </article> `;
}

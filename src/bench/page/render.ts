import { type Baseline, BASELINES } from "../baselines.ts";
import { type ScoredRun, variationWords } from "../measure.ts";
import { figureWords } from "../print-runs.ts";
import { html, type Html, NOTHING } from "./html.ts";
import { caseArticle } from "./render-case.ts";
import { OUTCOMES, type CaseOutcome, type ShownCase, shownCases } from "./shown-cases.ts";
import { STYLE } from "./style.ts";

const FIGURES = ["AC@1", "AC@3", "A@1", "cause@1", "coverage", "answered"] as const;
const HEADINGS: Readonly<Record<CaseOutcome, string>> = {
  missed: "Missed",
  "false-alarm": "False alarms",
  cause: "Right entity, other cause",
  right: "Right",
};

const titleOf = ({ suite, variation }: ScoredRun): string => {
  const words = variationWords(variation);
  return words === "" ? suite : `${suite}, ${words}`;
};

function figuresTable(run: ScoredRun): Html {
  const others = BASELINES.filter((name) => run.baselineScores.has(name));
  const ofBaseline = (name: Baseline, figure: (typeof FIGURES)[number]): string => {
    const scores = run.baselineScores.get(name);
    return scores && figure.startsWith("AC") ? figureWords(scores.overall, figure) : "";
  };
  const rows = FIGURES.map(
    (name) =>
      html`<tr>
        <th scope="row">${name}</th>
        <td>${figureWords(run.scores.overall, name)}</td>
        ${others.map((other) => html`<td>${ofBaseline(other, name)}</td>`)}
      </tr>`,
  );
  return html`<div class="wide">
    <table>
      <tr>
        <th></th>
        <th scope="col">Causeway</th>
        ${others.map((name) => html`<th scope="col">${name}</th>`)}
      </tr>
      ${rows}
    </table>
  </div>`;
}

/** A filter is an anchor at the top: if it is the target, the style hides the other cases. */
type Filter = { anchor: string; className: string; words: string; count: number };

function filtersOf(cases: readonly ShownCase[]): Filter[] {
  const count = (is: (one: ShownCase) => boolean): number => cases.filter(is).length;
  const byOutcome = OUTCOMES.map((outcome) => ({
    anchor: `only-${outcome}`,
    className: outcome,
    words: HEADINGS[outcome],
    count: count((one) => one.outcome === outcome),
  }));
  const byCause = causesOf(cases).map((key, at) => ({
    anchor: `only-cause-${at}`,
    className: `cause-${at}`,
    words: key,
    count: count((one) => one.key === key),
  }));
  return [...byOutcome, ...byCause].filter(({ count: of }) => of > 0);
}

const causesOf = (cases: readonly ShownCase[]): string[] => [...new Set(cases.map(({ key }) => key))].toSorted();

const ruleOf = ({ anchor, className }: Filter): string =>
  `#${anchor}:target ~ main article:not(.${className}) { display: none; }
#${anchor}:target ~ main .group:not(:has(.${className})) { display: none; }
#${anchor}:target ~ nav a[href="#${anchor}"] { font-weight: 700; }`;

function runSection(run: ScoredRun, cases: readonly ShownCase[], causes: readonly string[], at: number): Html {
  const { scores } = run;
  const groups = OUTCOMES.flatMap((outcome) => {
    const of = cases.filter((one) => one.outcome === outcome);
    if (of.length === 0) return [];
    const articles = of.map((one, index) =>
      caseArticle(one, `${outcome} cause-${causes.indexOf(one.key)}`, `case-${at}-${outcome}-${index}`),
    );
    return [
      html`<div class="group">
        <h3>${HEADINGS[outcome]}: ${of.length}</h3>
        ${articles}
      </div>`,
    ];
  });
  const healthy =
    scores.faultFreeLeftOut === 0
      ? NOTHING
      : html`<p class="soft">${scores.faultFreeLeftOut} more cases without a fault.</p>`;
  return html`<section>
    <h2>${titleOf(run)}</h2>
    <p>${scores.cases} cases with a fault, ${scores.missed.length} missed at rank 1.</p>
    ${healthy} ${figuresTable(run)} ${groups}
  </section>`;
}

/**
 * One page of all cases, misses first: what was said, what was true, and the findings about both. It needs no script
 * and nothing from elsewhere. All text of cases is escaped, because recordings hold text of anybody.
 */
export function renderRunPage(runs: readonly ScoredRun[]): string {
  const shown = runs.map((run) => ({ run, cases: shownCases(run) }));
  const all = shown.flatMap(({ cases }) => cases);
  const causes = causesOf(all);
  const filters = filtersOf(all);
  const title = `Benchmark of ${[...new Set(runs.map(({ suite }) => suite))].join(", ")}`;
  const rules: Html = { html: `${STYLE}${filters.map(ruleOf).join("\n")}` }; // anchors and classes are made here
  const links = filters.map(({ anchor, words, count }) => html`<a href="#${anchor}">${words} (${count})</a> `);
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <title>${title}</title>
        <style>
          ${rules}
        </style>
      </head>
      <body>
        ${filters.map(({ anchor }) => html`<span id="${anchor}"></span>`)}
        <h1>${title}</h1>
        <nav aria-label="Show only"><a href="#">All (${all.length})</a> ${links}</nav>
        <main>${shown.map(({ run, cases }, at) => runSection(run, cases, causes, at))}</main>
      </body>
    </html> `.html;
}

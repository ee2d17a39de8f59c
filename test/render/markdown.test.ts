import fc from "fast-check";
import markdownIt from "markdown-it";
import { describe, expect, it } from "vitest";
import { renderMarkdown } from "../../src/render/markdown.ts";
import { ATTACKS, hostile, hostileReport } from "./hostile-report.ts";
import { anApproval, openReport, provenReport, quietReport } from "./sample-reports.ts";

/** As gullible as renderers come: HTML passes, and whatever looks like an address becomes a link. */
const gullible = markdownIt({ html: true, linkify: true, breaks: true });
gullible.linkify.set({ fuzzyLink: true, fuzzyEmail: true, fuzzyIP: true });

/** Elements that a report is made of, and no others. */
const OWN_TAG = /<\/?(?:h1|h2|h3|p|ul|ol|li|strong|code|pre)>|<code class="language-(?:bash|markdown)">|<br>/g;
/** The text that a reader, or a bot that looks for names and issues, sees outside of code. */
const proseOf = (html: string): string =>
  html.replaceAll(/<(code|pre)[^>]*>[^]*?<\/\1>/g, " ").replaceAll(OWN_TAG, " ");

/** Active Markdown or HTML in a report. */
function alive(markdown: string): string[] {
  const html = gullible.render(markdown);
  const tags = html.replaceAll(OWN_TAG, "").match(/<[^>]*>/g) ?? [];
  const mentions = proseOf(html).match(/@\w+|(?:#|\bGH-)\d+|https?:\/\/|www\.\w|<!/g) ?? [];
  return [...tags, ...mentions];
}

describe("a report in markdown", () => {
  const markdown = renderMarkdown(provenReport());
  it("has verdict, confidence, path, evidence, plan and the rest in order", () => {
    const headings = markdown.split("\n").filter((line) => line.startsWith("#") && !line.startsWith("#!"));
    expect(headings).toEqual([
      "# ROOT CAUSE: store (service): Connection pool exhausted",
      "## Path from symptom to cause",
      "## Strongest evidence",
      "## What happened",
      "## Similar incidents",
      "## Plan",
      "### 1. Set the pool size back on `store`",
      "## Next checks",
      "## Not checked",
    ]);
    expect(markdown).toContain("- Confidence: Very likely, 91 % (calibrated). Next candidate: orders, 5 %.");
    expect(markdown).toContain("- Began: 2026-11-23 08:41:02 UTC, 2 min before the alarm");
    expect(markdown).toContain("2. `orders`: waits for store: `p95` from 40 ms to 900 ms (`E4`)");
    expect(markdown).toContain("- Metric: store: Wait for a connection rose to 812 ms from 3 ms. (`E1`)");
  });
  it("gives the script in full, its hash, and the commands", () => {
    expect(markdown).toContain('```bash\n#!/usr/bin/env bash\nset -euo pipefail\necho "restore `pool`"\n```');
    expect(markdown).toContain(`sha256 \`${"a".repeat(64)}\``);
    expect(markdown).toContain("`causeway approve shop-17-1-a1` or `causeway reject shop-17-1-a1`");
  });
  it("gives what verifies and undoes it, and a drafted runbook, as they are", () => {
    expect(markdown).toContain("Verify:\n\n```bash\necho verify\n```\n\nRoll back:\n\n```bash\necho undo\n```");
    const drafted = provenReport({
      actions: [],
      runbook: { name: "draft-x", why: "no runbook treats x", drafted: true, text: "# Draft\n\n  - look" },
    });
    expect(renderMarkdown(drafted)).toContain(
      "Causeway drafted the runbook `draft-x` from the findings, because no runbook treats x. Review it before",
    );
    expect(renderMarkdown(drafted)).toContain("```markdown\n# Draft\n\n  - look\n```");
  });
  it("gives the day on which a proposal expires", () => {
    expect(markdown).toContain("small blast radius, expires 2026-11-24 08:43 UTC");
  });
  it("says who decided what and when, and does not offer it again", () => {
    const decided = renderMarkdown(provenReport(), {
      decisions: [{ ...anApproval, note: "ask @all first" }],
      nowMs: 0,
    });
    expect(decided).toContain("- approved by ada on 2026-11-23 09:00 UTC: ask `@all` first");
    expect(decided).not.toContain("causeway approve");
  });
  it("reads like the source once rendered", () => {
    expect(gullible.render(markdown)).toContain(
      "<li><code>E3</code> New: &quot;pool exhausted, waiting <code>&lt;*&gt;</code> ms&quot; 418 times.",
    );
  });
  it("ranks the candidates when nothing is proven", () => {
    expect(renderMarkdown(openReport())).toContain(
      "1. `store` 41 %, connection pool exhausted: failed first, 40 s before any caller",
    );
  });
  it("lists which signals were checked when nothing was found", () => {
    expect(renderMarkdown(quietReport())).toContain(
      "- logs: quiet\n- metrics: 1 minor finding (`E1`)\n- traces: not checked",
    );
  });
});

describe("hostile text in markdown", () => {
  it("is detected when it comes alive", () => {
    expect(alive("hi @all <b>x</b> [a](https://evil.example) evil.com #12")).not.toEqual([]);
  });
  it.each(ATTACKS)("becomes no link, mention or tag: %j", (attack) => {
    const verdicts = ["root_cause", "inconclusive", "no_incident"] as const;
    expect(verdicts.flatMap((verdict) => alive(renderMarkdown(hostile(attack, attack, attack, verdict))))).toEqual([]);
  });
  it("becomes no link, mention or tag, whatever it is", () => {
    fc.assert(
      fc.property(hostileReport, (report) => void expect(alive(renderMarkdown(report))).toEqual([])),
      { numRuns: 200 },
    );
  });
  it("makes no headings, lists or blocks of its own", () => {
    const shape = (markdown: string): string[] =>
      (gullible.render(markdown).match(/<(?:h\d|ul|ol|pre|blockquote|hr|table)/g) ?? []).map(String);
    const calm = shape(renderMarkdown(hostile("a", "a", "a", "root_cause")));
    expect(ATTACKS.map((attack) => shape(renderMarkdown(hostile(attack, attack, attack, "root_cause"))))).toEqual(
      ATTACKS.map(() => calm),
    );
  });
});

describe("runbooks that alerts link to, in markdown", () => {
  it("is code to be copied, because whoever wrote the alert may have written the address", () => {
    const markdown = renderMarkdown(
      provenReport({
        alert_runbooks: [
          { url: "https://evil.example/`x`", alerts: ["@all"], runbook: null, title: "[a](https://evil.example)" },
        ],
      }),
    );
    expect(markdown).toContain("## Runbooks that alerts link to\n\n- `` https://evil.example/`x` `` (");
    expect(alive(markdown)).toEqual([]);
  });
});

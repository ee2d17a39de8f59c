import fc from "fast-check";
import type { Report } from "../../src/domain/report.ts";
import { provenReport } from "./sample-reports.ts";

/** Attacks that log lines can carry to a terminal or a ticket. */
export const ATTACKS = [
  "\u001b[2J\u001b[31mred",
  "\u001b]8;;https://evil.example\u0007click\u001b]8;;\u0007",
  "\u009b31m",
  "a\rb",
  "line\nbreak\n\n# heading",
  "\u202egnirts",
  "pay\u3164ments\u115f\ufe0f\u{e0041}",
  "z\u0335\u0335\u0335\u0335\u0335\u0335algo",
  "\u0000\u0007\u0008",
  "\ud800 lone",
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "[click](https://evil.example)",
  "![x](https://evil.example/x.png)",
  "https://evil.example/a?b=c",
  "www.evil.example",
  "evil.example",
  "<https://evil.example>",
  "me@evil.example",
  "@all look",
  "hi @channel, and #123 or GH-123, org/repo#4",
  "`code` ``two``",
  "```",
  "&lt;b&gt; &#64;all",
  "a | b | c",
  "- [ ] task",
  "1. one",
  "# h",
  "> quote",
  "***bold*** __x__ ~~y~~",
  "$x^2$",
  "\\`x\\`",
  "[^1]: note",
  "[ref]: https://evil.example",
  "漢字".repeat(80),
  "👩‍👩‍👧‍👦".repeat(20),
  "x".repeat(900),
  "'; rm -rf / #",
  "$(reboot)",
] as const;

export const hostileText = fc.oneof(
  fc.constantFrom(...ATTACKS),
  fc.string({ unit: "binary", maxLength: 80 }),
  fc.string({ unit: "grapheme", maxLength: 80 }),
  fc.array(fc.constantFrom(...ATTACKS), { maxLength: 4 }).map((parts) => parts.join(" ")),
);

const verdict = fc.constantFrom<Report["verdict"][]>("root_cause", "inconclusive", "no_incident", "recovered");

/** A sound report of any verdict, every text of which is somebody else's. */
export const hostileReport: fc.Arbitrary<Report> = fc
  .tuple(hostileText, hostileText, hostileText, verdict)
  .map(([a, b, c, verdict]) => hostile(a, b, c, verdict));

export function hostile(a: string, b: string, c: string, verdict: Report["verdict"]): Report {
  const safe = provenReport();
  const named = (name: string): string => (name === "store" ? a : name === "orders" ? b : c);
  return provenReport({
    verdict,
    analysis_id: `${a}-1`,
    incident_id: a,
    title: b,
    system: c,
    why: a,
    next_evidence: [b, c],
    model: a,
    mode: "llm",
    dropped_claims: 1,
    root_causes: safe.root_causes.map((cause) => ({ ...cause, entity: a, entity_kind: c, title: b, category: c })),
    hypotheses: safe.hypotheses.map((one) => ({
      ...one,
      entity: named(one.entity),
      category: c,
      why: a,
      reasons: [b],
      path: one.path.map(named),
      would_refute: c,
    })),
    claims: [
      { text: a, evidence_ids: ["E1"] },
      { text: c, evidence_ids: [b] },
    ],
    propagation: safe.propagation.map((hop) => ({
      ...hop,
      source: named(hop.source),
      target: named(hop.target),
      effect: b,
    })),
    evidence: safe.evidence.map((found) => ({
      ...found,
      entity: named(found.entity),
      summary: c,
      connector: a,
      facts: { [b]: 1 },
      template: b,
      exemplar: c,
      reads: [
        {
          query: { signal: "log", start: "2026-01-05T10:00:00.000Z", end: "2026-01-05T11:00:00.000Z" },
          basis: null,
          // links come from templates of the configuration only
          native: [{ language: a, text: b, link: null }],
        },
      ],
      trace_ids: [a],
    })),
    similar: safe.similar.map((one) => ({ ...one, incident_id: a, outcome: b, entity: c, category: a, why: b })),
    not_checked: [
      { source: a, why: b },
      { source: c, why: a },
    ],
    runbook: { name: b, why: c, drafted: true, text: a },
    runbook_pages: [{ page: `wiki/${a}`, section: b, title: c, alerts: [a, b], certainty: "likely" }],
    alert_runbooks: [
      { url: a, alerts: [b, c], runbook: c, title: b },
      { url: b, alerts: [a], runbook: null, title: null },
    ],
    actions: safe.actions.map((action) => ({
      ...action,
      id: `${a}-1-a1`,
      title: b,
      target: c,
      script: `echo ${a}\n${b}\n\`\`\`\n<b>`,
    })),
  });
}

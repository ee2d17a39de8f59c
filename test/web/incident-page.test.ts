import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDocument } from "htmlparser2";
import type { ChildNode, Element } from "domhandler";
import type { Report } from "../../src/domain/report.ts";
import type { AnalysisDetail, IncidentDetail } from "../../src/domain/service.ts";
import type { Topology } from "../../src/domain/telemetry.ts";
import { NOTHING } from "../../src/web/html.ts";
import { placeGraph } from "../../src/web/incident/graph-layout.ts";
import { graphView } from "../../src/web/incident/graph-view.ts";
import type { IncidentData } from "../../src/web/incident/incident-data.ts";
import { incidentPage } from "../../src/web/incident/incident-page.ts";
import { marksOf, timelineView } from "../../src/web/incident/timeline-view.ts";
import { postMortemDraft, postMortemMarkdown } from "../../src/render/post-mortem.ts";
import { hostileReport } from "../render/hostile-report.ts";
import { openReport, provenReport, quietReport } from "../render/sample-reports.ts";

const NOW_MS = Date.parse("2026-11-23T09:00:00Z");
const visit = {
  user: { id: "key-1", name: "kim", scopes: ["read", "analyse", "approve"], sessionId: "s" },
  csrfField: NOTHING,
  csrfToken: "",
} as const;
const calls: Topology = {
  nodes: [],
  edges: [
    { from: "web", to: "orders", kind: "calls" },
    { from: "orders", to: "store", kind: "calls" },
    { from: "store-1", to: "node-3", kind: "runs_on" },
  ],
};

const summary = {
  id: "an-1",
  incidentId: "inc-1",
  status: "done",
  why: null,
  requestedBy: "kim",
  requestedAtMs: NOW_MS,
  startedAtMs: NOW_MS,
  finishedAtMs: NOW_MS,
  attempts: 1,
} as const;
const incident: IncidentDetail = {
  id: "inc-1",
  title: "Checkout is slow",
  system: "shop",
  origin: "alerts",
  status: "open",
  severity: "high",
  alarmAtMs: NOW_MS,
  openedAtMs: NOW_MS,
  closedAtMs: null,
  mergedInto: null,
  notInvestigated: null,
  alerts: [],
  alertCount: 0,
  uploads: [],
  analyses: [summary],
};
const dataOf = (report: Report | null, analysis: Partial<AnalysisDetail> = {}): IncidentData => ({
  incident,
  analysis: { ...summary, report, actions: [], ...analysis },
  series: [],
  topology: calls,
  notes: [],
  feedback: [],
  executions: [],
  requirements: new Map(),
  earlierRejections: new Map(),
});
const pageOf = (data: IncidentData): string => String(incidentPage(data, visit, NOW_MS).main);

const elements = (nodes: readonly ChildNode[]): Element[] =>
  nodes.flatMap((node) => ("children" in node ? [node as Element, ...elements(node.children)] : []));
/** Elements and attributes that text of others must never make. */
const dangers = (markup: string): string[] =>
  elements(parseDocument(markup).children).flatMap(({ name, attribs }) => [
    ...(["script", "iframe", "img", "object", "style", "b-evil"].includes(name) ? [name] : []),
    ...Object.entries(attribs ?? {}).flatMap(([attribute, value]) =>
      /^on|^style$|^srcdoc$/.test(attribute) ||
      (["href", "action", "src"].includes(attribute) && !/^(?:[/#?]|https?:)/.test(value))
        ? [`${name} ${attribute}=${value}`]
        : [],
    ),
  ]);

describe("the page of an incident", () => {
  it("says the verdict in the words of the command line, with its evidence as links", () => {
    const page = pageOf(dataOf(provenReport()));
    expect(page).toContain("ROOT CAUSE");
    expect(page).toContain("store (service): Connection pool exhausted");
    expect(page).toContain('href="/analyses/shop-17-1/evidence/E1"');
    expect(page).toContain("Path from symptom to cause");
  });

  it("shows the suspect of an open verdict, what a quiet one checked, and an analysis that runs or failed", () => {
    expect(pageOf(dataOf(openReport()))).toContain("INCONCLUSIVE");
    expect(pageOf(dataOf(quietReport()))).toMatch(/NO INCIDENT[^]*Checked/);
    expect(pageOf(dataOf(null, { status: "running" }))).toContain('data-events="/analyses/an-1/events"');
    expect(pageOf(dataOf(null, { status: "failed", why: "the disk is full" }))).toContain("the disk is full");
  });

  it("offers a decision only to those who may decide", () => {
    const data = dataOf(
      provenReport({ actions: provenReport().actions.map((one) => ({ ...one, expires_at: "2027-01-01T00:00:00Z" })) }),
    );
    expect(pageOf(data)).toContain("/approve");
    const reader = { ...visit, user: { ...visit.user, scopes: ["read"] as const } };
    const page = String(incidentPage(data, reader, NOW_MS).main);
    expect(page).not.toMatch(/<form/);
    expect(page).toContain("scope approve");
  });

  it("names the blamed change and the first action beside the verdict", () => {
    const report = provenReport();
    const [first] = report.actions;
    const verdict = pageOf(dataOf(report)).split("</section>")[0] ?? "";
    expect(verdict).toMatch(/<dt>Plan<\/dt>\s*<dd>\s*<a href="#plan">/);
    expect(verdict).toContain(first?.title);
    const change = { ...report.evidence[0], signal: "change", facts: { id: "r12" } } as Report["evidence"][number];
    const blaming = { ...report, onset: change.onset, change: "r12", evidence: [change] };
    expect(pageOf(dataOf(blaming))).toContain("<dt>Change</dt>");
    expect(pageOf(dataOf({ ...blaming, change: null }))).not.toContain("<dt>Change</dt>");
  });

  it("says where an approved script is, and nothing of the kind of a rejected one", () => {
    const report = provenReport();
    const [action] = report.actions;
    if (action === undefined) throw new Error("the sample has no action");
    const pageAfter = (decision: "approved" | "rejected"): string => {
      const made = { actionId: action.id, decision, by: "kim", atMs: NOW_MS, note: null };
      return pageOf(dataOf(report, { actions: [{ decision: made }] as unknown as AnalysisDetail["actions"] }));
    };
    expect(pageAfter("approved")).toContain("Nothing has run.");
    expect(pageAfter("rejected")).not.toContain("Nothing has run.");
  });

  it("offers the analysis first where there is none, and last where there is a report", () => {
    const isFirst = (page: string): boolean => page.indexOf('class="rerun"') < page.indexOf('id="notes"');
    expect(isFirst(pageOf({ ...dataOf(null), analysis: null }))).toBe(true);
    expect(isFirst(pageOf(dataOf(provenReport())))).toBe(false);
  });

  it("makes no markup, no script and no foreign address of anything that telemetry says", () => {
    fc.assert(
      fc.property(hostileReport, (report) => {
        expect(dangers(pageOf(dataOf(report)))).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });
});

describe("the service graph", () => {
  it("draws the path and calls between services, and leaves out pods and nodes", () => {
    const view = graphView(provenReport(), calls);
    expect(view.nodes.find(({ id }) => id === "store")?.role).toBe("cause");
    expect(view.nodes.map(({ id }) => id)).not.toContain("node-3");
    expect(view.edges.filter(({ isPath }) => isPath).length).toBeGreaterThan(0);
  });

  it("places names that are keys of every object, and never one box on another", () => {
    const names = ["constructor", "__proto__", "toString", "hasOwnProperty"];
    const nodes = names.map((id) => ({ id, role: "other" as const, findings: 0, strongest: null }));
    const edges = names.slice(1).map((to, i) => ({ from: names[i] ?? "", to, isPath: false }));
    for (const direction of ["right", "down"] as const) {
      const placed = placeGraph({ nodes, edges, hidden: 0 }, direction).nodes;
      for (const [i, one] of placed.entries())
        for (const other of placed.slice(i + 1))
          expect(
            Math.abs(one.x - other.x) >= one.width || Math.abs(one.y - other.y) >= one.height,
            `${one.id} lies on ${other.id}`,
          ).toBe(true);
    }
  });

  it("draws few of many entities, and counts the rest", () => {
    const edges = Array.from({ length: 300 }, (_, i) => ({ from: "web", to: `service-${i}`, kind: "calls" }));
    const { nodes, hidden } = graphView(provenReport(), { nodes: [], edges });
    expect([nodes.length, hidden > 250]).toEqual([18, true]);
  });
});

it("joins 2,000 alerts of a timeline to few marks that lose none", () => {
  const startMs = Date.parse("2026-11-23T08:41:00Z");
  const alerts = Array.from({ length: 2_000 }, (_, n) => ({
    startsAtMs: startMs + n * 50,
    name: `A${n}`,
    entity: "web",
  }));
  const view = timelineView({ ...provenReport(), evidence: [] }, [], alerts);
  const lane = view?.lanes[0];
  if (view == null || lane === undefined) throw new Error("there is no lane");
  const marks = marksOf(lane, view, 48);
  expect(marks.length).toBeLessThanOrEqual(49);
  expect(marks.reduce((sum, { count }) => sum + count, 0)).toBe(2_000);
});

it("draws no mark of a timeline on another, however the events lie", () => {
  const [startMs, endMs] = [0, 48_000];
  const events = [0, 499, 500, 501, 1_499, 1_500, 2_600, 47_900, 60_000].map((atMs) => ({
    atMs,
    what: `at ${atMs}`,
    evidenceId: null,
  }));
  const marks = marksOf({ label: "Findings", events }, { startMs, endMs }, 48);
  const places = marks.map(({ atMs }) => Math.min(atMs, endMs));
  expect(places).toEqual([0, 1_499, 2_600, 47_900]);
  expect(places.slice(1).every((place, at) => place - (places[at] ?? 0) >= 1_000)).toBe(true);
  expect(marks.map(({ count }) => count)).toEqual([4, 2, 1, 2]);
});

it("drafts a post-mortem with what people fill in, and inert text", () => {
  const notes = [{ id: "n", incidentId: "inc-1", by: "kim", text: "<script>x</script> @all", atMs: NOW_MS }];
  const text = postMortemMarkdown(postMortemDraft(provenReport(), { decisions: [], nowMs: NOW_MS }, notes));
  expect(text).toMatch(/^# Post-mortem: /);
  expect(text).toContain("_To fill in:");
  expect(text).toContain("`<script>x</script>`");
});

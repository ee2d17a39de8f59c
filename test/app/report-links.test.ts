import { expect, it } from "vitest";
import { analyse } from "../../src/agent/analyse.ts";
import { listEvidence } from "../../src/app/evidence.ts";
import { IncidentError } from "../../src/domain/errors.ts";
import type { NativeQuery } from "../../src/domain/ports.ts";
import { renderEvidence } from "../../src/render/evidence.ts";
import { renderMarkdown } from "../../src/render/markdown.ts";
import { card } from "../../src/render/slack/card.ts";
import { evidenceModal } from "../../src/render/slack/modals.ts";
import { renderText } from "../../src/render/text.ts";
import { agentOver, incidentsHolding, spiking, topology } from "../agent/fakes.ts";
import { sourceOf } from "../fakes.ts";

const PAGE = "https://grafana.example/explore?panes=%7B%22a%22%7D";
/** What a hostile label value does to a query: the server's quotes hold it, and so must ours. */
const TEXT = 'rate({service="a`) [x](https://evil.example) <!channel>"}[5m])';

const plain = { color: false, width: 100 };

async function analysed(native?: () => Promise<NativeQuery[]>) {
  const metrics = sourceOf("metric", spiking);
  const incidents = incidentsHolding({
    metrics: native === undefined ? metrics : { ...metrics, native },
    topology: sourceOf("topology", topology),
  });
  const agent = await agentOver({}, { incidents, review: false });
  const { report } = await analyse(agent, "inc-1", { analysisId: "an-1" });
  return { report, parts: { store: agent.deps.store, incidents } };
}
const opening = async (): Promise<NativeQuery[]> => [{ language: "PromQL", text: TEXT, link: PAGE }];

it("writes the native query and its page into the report's JSON, Markdown and Slack card, and nowhere else", async () => {
  const [{ report }, { report: without }] = [await analysed(opening), await analysed()];
  const [first] = report.hypotheses[0]?.evidence_ids ?? [];
  const shown = report.evidence.find(({ id }) => id === first);
  expect(shown?.reads?.[0]?.native).toEqual([{ language: "PromQL", text: TEXT, link: PAGE }]);
  expect(without.evidence.flatMap(({ reads = [] }) => reads.flatMap(({ native = [] }) => native))).toEqual([]);
  expect(renderText(report, plain)).toBe(renderText(without, plain).replace(without.analysis_id, report.analysis_id));
  expect(report.bundle_sha256).toBe(without.bundle_sha256);

  const markdown = renderMarkdown(report);
  expect(markdown).toContain(`  - PromQL \`\`${TEXT}\`\`, [open](${PAGE})`);
  expect(renderMarkdown(without)).not.toContain("[open]");
  for (const blocks of [card(report).blocks, evidenceModal(report, 0).blocks])
    expect(JSON.stringify(blocks)).toContain(JSON.stringify({ type: "link", url: PAGE, text: "open" }));
  expect(JSON.stringify(card(without).blocks)).not.toContain('"type":"link"');
});

it("shows the same in the list of evidence", async () => {
  const { report, parts } = await analysed(opening);
  const listing = await listEvidence(parts, "an-1", { ids: report.hypotheses[0]?.evidence_ids ?? [] });
  expect(renderEvidence(listing, { color: false, width: 1_000 })).toContain(`  open     ${PAGE}`);
});

it("writes the report without links where the server does not answer", async () => {
  const { report } = await analysed(() => Promise.reject(new IncidentError("UNAVAILABLE", "down", { hint: "Wait." })));
  expect(report.verdict).toBe("root_cause");
  expect(JSON.stringify(report)).not.toContain('"native"');
});

it("masks secrets in a native query", async () => {
  const { report } = await analysed(async () => [
    { language: "LogQL", text: '{app="x"} |= "password=hunter2hunter2"', link: null },
  ]);
  expect(JSON.stringify(report)).toContain("LogQL");
  expect(JSON.stringify(report)).not.toContain("hunter2");
});

import { join } from "node:path";
import { expect, it } from "vitest";
import { Report } from "../../src/domain/report.ts";
import { FIXTURES_DIR } from "../../src/host.ts";
import { tempDir } from "../compose/recorded-suite.ts";
import { causeway } from "./run-cli.ts";

const citationsOf = (report: Report): string[] => [
  ...[...report.root_causes, ...report.claims, ...report.propagation, ...report.actions].flatMap(
    ({ evidence_ids: ids }) => ids,
  ),
  ...report.hypotheses.flatMap(({ evidence_ids: supporting, against_ids: against }) => [...supporting, ...against]),
  ...[...report.timeline, ...report.anomalies].map(({ evidence_id: id }) => id),
];

it.each(["shop-001", "shop-003", "shop-005"])(
  "cites only evidence that %s lists, and links to nothing else",
  async (id) => {
    const env = { CAUSEWAY_HOME: join(await tempDir(), "home"), CAUSEWAY_DATA: FIXTURES_DIR };
    const report = Report.parse(JSON.parse((await causeway(["analyze", id, "--json"], { env })).stdout));
    const known = new Set(report.evidence.map((one) => one.id));
    expect(citationsOf(report).length).toBeGreaterThan(0);
    expect(citationsOf(report).filter((cited) => !known.has(cited))).toEqual([]);
    for (const format of ["text", "markdown"]) {
      const { stdout } = await causeway(
        ["show", report.analysis_id, ...(format === "markdown" ? ["--format", "md"] : [])],
        { env },
      );
      expect(stdout.length).toBeGreaterThan(200);
      const cited = [...stdout.matchAll(/\[(E\d+(?:, ?E\d+)*)\]/g)].flatMap(([, ids = ""]) => ids.split(/, ?/));
      expect(cited.filter((one) => !known.has(one))).toEqual([]);
      const anchors = new Set([...stdout.matchAll(/<a id="([^"]+)"/g)].map(([, anchor]) => anchor));
      const links = [...stdout.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor);
      expect(links.filter((anchor) => !anchors.has(anchor))).toEqual([]);
    }
    const listed = await causeway(["evidence", report.analysis_id, "--json"], { env });
    const shown: { evidence: { id: string }[] } = JSON.parse(listed.stdout);
    expect(shown.evidence.map((one) => one.id).toSorted()).toEqual([...known].toSorted());
  },
);

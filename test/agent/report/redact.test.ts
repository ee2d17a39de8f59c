import { expect, it } from "vitest";
import { analyse } from "../../../src/agent/analyse.ts";
import { redactReport } from "../../../src/agent/report/redact.ts";
import { Report } from "../../../src/domain/report.ts";
import { Alert, Change } from "../../../src/domain/telemetry.ts";
import { logsAnswering, sourceOf } from "../../fakes.ts";
import { provenReport } from "../../render/sample-reports.ts";
import { ALARM_MS, agentOver, metricsAnswering, spiking, declaredTopology, writing } from "../fakes.ts";

const TOKEN = `ghp_${"a1B2".repeat(9)}`; // put together here, so that no scanner takes this file for a leak
const COMMIT = "9fceb02d0ae598e95dc970b74767f19372d61af8";

/** Untrusted text in every place where it can enter. */
const leaky = () => ({
  metrics: metricsAnswering(spiking),
  topology: declaredTopology,
  logs: logsAnswering(
    Array.from({ length: 400 }, (_, at) =>
      JSON.stringify({
        timeUnixMs: ALARM_MS - 200_000 + at * 1000,
        service: "stock",
        severity: "error",
        body: at < 200 ? `served ${at}` : `cannot log in as app with password=hunter2log, try ${at}`,
      }),
    ),
  ),
  alerts: sourceOf("alert", [
    Alert.parse({
      timeUnixMs: ALARM_MS,
      entity: "stock",
      name: `StockDown token=${TOKEN}`,
      message: `stock is down, token=${TOKEN}`,
    }),
  ]),
  changes: sourceOf("change", [
    Change.parse({
      timeUnixMs: ALARM_MS - 30_000,
      entity: "stock",
      kind: "config",
      id: COMMIT,
      summary: "set password=hunter2chg",
      author: "kim@mail.example.com",
      password: "hunter2fact",
    }),
  ]),
});

it("contains no secret from logs, alerts or changes, with or without a model", async () => {
  const claims = [{ text: "stock was changed with password=hunter2chg.", evidenceIds: ["E1"] }];
  const machines = [await agentOver(leaky()), await agentOver(leaky(), { writer: writing(claims) })];
  for (const agent of machines) {
    const { report } = await analyse(agent, "inc-1", { analysisId: "an-1" });
    const text = JSON.stringify(report);
    expect(report.evidence.map(({ signal }) => signal)).toEqual(expect.arrayContaining(["alert", "change", "metric"]));
    expect(text).not.toMatch(/hunter2|ghp_|kim@/);
    expect(text).toContain("password=⟨secret⟩");
    expect(text).toContain(COMMIT);
    expect(report.root_causes[0]?.entity).toBe("stock");
  }
});

it("masks facts by name, and evidence by content", () => {
  const [one, ...rest] = provenReport().evidence;
  const overrides = provenReport({
    evidence: [
      {
        ...one,
        exemplar: "Cookie: sid=abcdef",
        template: "redis://:hunter2@cache <*>",
        query: "x?api_key=hunter2",
        facts: { token: "opensesame", count: 4, commit: COMMIT, none: null },
      },
      ...rest,
    ] as Report["evidence"],
  });
  expect(redactReport(overrides).evidence[0]).toMatchObject({
    exemplar: "Cookie: ⟨secret⟩",
    template: "redis://⟨credentials⟩@cache <*>",
    query: "x?api_key=⟨secret⟩",
    facts: { token: "⟨secret⟩", count: 4, commit: COMMIT, none: null },
  });
});

it("does not change scripts, hashes, or a report without secrets", () => {
  const script = "echo 'password=$(read)'\n";
  const report = provenReport({ actions: provenReport().actions.map((action) => ({ ...action, script })) });
  expect(redactReport(report)).toEqual(report);
});

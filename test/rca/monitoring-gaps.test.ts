import { describe, expect, it } from "vitest";
import type { CitedFinding, Finding } from "../../src/domain/finding.ts";
import { rankCauses } from "../../src/rca/rank.ts";
import { aFinding, anIncident } from "../fakes.ts";

const T0 = Date.parse("2026-05-01T12:00:00Z");
let count = 0;
type Facts = Finding["evidence"]["facts"];
const about = (
  entity: Finding["entity"],
  kind: Finding["kind"],
  facts: Facts,
  { strength = 10, minute = 0 }: { strength?: number; minute?: number } = {},
): CitedFinding => ({
  ...aFinding({
    signal: kind.split(".")[0] as Finding["signal"],
    kind,
    strength,
    entity,
    onsetMs: T0 + minute * 60_000,
    summary: `${entity.id} ${kind}`,
    evidence: {
      connector: "fake",
      query: "q",
      window: null,
      facts: { onset: new Date(T0 + minute * 60_000).toISOString(), ...facts },
    },
  }),
  id: `E${(count += 1)}`,
});
const service = (id: string) => ({ id, kind: "service" });
const silence = (entity: Finding["entity"], facts: Facts = {}, minute = 0) =>
  about(entity, "metric.silence", { family: "other", ...facts }, { minute });
const down = (id: string, facts: Facts = {}) =>
  about(
    service(id),
    "metric.shift",
    { family: "instance", metric: "up", direction: "down", before: 1, after: 0, ...facts },
    { strength: 99 },
  );
const slow = (id: string) =>
  about(
    service(id),
    "metric.shift",
    { family: "latency", direction: "up", before: 9, after: 900 },
    { strength: 60, minute: 1 },
  );

const topology = {
  nodes: [
    ...["gate", "quotes", "rates"].map(service),
    { id: "host-1", kind: "node" },
    { id: "quotes-6f9c8d7b5-x2x4z", kind: "pod" },
  ],
  edges: [
    { from: "gate", to: "quotes", kind: "calls" },
    { from: "quotes", to: "rates", kind: "calls" },
    { from: "quotes-6f9c8d7b5-x2x4z", to: "host-1", kind: "runs_on" },
  ],
};
const ranked = (findings: CitedFinding[], observed: string[] = ["gate", "quotes"]) =>
  rankCauses({
    incident: anIncident({ entry: "gate", alarmAtMs: T0 + 300_000 }),
    topology,
    similar: [],
    findings,
    baselineCoverage: new Map(observed.map((id) => [id, ["latency", "errors"]])),
  });

describe("a monitoring gap", () => {
  it.each([
    ["logs show it at work", silence(service("rates"), { alive_by: "80 log lines" })],
    ["it says 0 for up, and its spans go on", down("rates", { alive_by: "300 spans" })],
    [
      "it reports again, without a restart",
      silence(service("rates"), { next_sample: new Date(T0 + 200_000).toISOString() }),
    ],
  ])("is a note, and blames nobody: %s", (_, finding) => {
    const { hypotheses, monitoringGaps, verdict } = ranked([finding], ["gate"]);
    expect(monitoringGaps).toEqual([
      expect.stringMatching(/^monitoring gap: rates was not measured since 12:00:00 UTC, but /),
    ]);
    expect(hypotheses).toEqual([]);
    expect(verdict).not.toBe("root_cause");
  });

  it("is known by callers that are as fast and as successful as before", () => {
    expect(ranked([silence(service("rates"))]).monitoringGaps?.[0]).toContain("quotes, which calls it");
    expect(ranked([silence(service("rates"))], ["gate"]).monitoringGaps).toBe(undefined);
  });

  it("takes in all that fall silent together, if one of them is at work", () => {
    const host = { id: "host-1", kind: "node" };
    const together = [silence(host), silence(service("quotes"), { alive_by: "12 spans" }), silence(service("rates"))];
    expect(ranked(together, []).monitoringGaps).toEqual([expect.stringContaining("host-1, quotes, rates were not")]);
    const [apart] =
      ranked([silence(host, {}, 9), silence(service("quotes"), { alive_by: "12 spans" })], []).monitoringGaps ?? [];
    expect(apart).not.toContain("host-1");
  });

  it("of a host is known by what runs on it and is measured all the while", () => {
    const host = { id: "host-1", kind: "node" };
    expect(ranked([silence(host)], ["quotes-6f9c8d7b5-x2x4z"]).monitoringGaps?.[0]).toContain("which runs on it");
  });
});

describe("no monitoring gap", () => {
  it("is the silence of who is in trouble, although it writes lines", () => {
    const alive = silence(service("rates"), { alive_by: "80 log lines" });
    const fatal = about(service("rates"), "log.new-template", { severity: "fatal" });
    expect(ranked([alive, fatal]).monitoringGaps).toBe(undefined);
    const restart = about(service("rates"), "metric.restart", { family: "restart" });
    expect(ranked([alive, restart]).monitoringGaps).toBe(undefined);
  });

  it("is the silence of a store whose callers wait: it is down, and is blamed", () => {
    const { hypotheses, monitoringGaps } = ranked([silence(service("rates")), slow("quotes"), slow("gate")]);
    expect(monitoringGaps).toBe(undefined);
    expect(hypotheses[0]).toMatchObject({ entity: { id: "rates" } });
  });

  it("is the silence of nobody knows who, which is no all-clear either", () => {
    expect(ranked([silence(service("rates"))], ["gate"]).verdict).toBe("inconclusive");
  });
});

it("says of a store that fell silent while its callers wait that it cannot be reached", () => {
  expect(ranked([silence(service("rates")), slow("quotes"), slow("gate")]).hypotheses[0]?.cause).toBe(
    "dependency_outage",
  );
});

it("does not blame a silent worker that nobody in trouble calls, nor one that fell silent long after the trouble began", () => {
  const worker = silence(service("mailer"));
  expect(ranked([worker, slow("quotes"), slow("gate")]).hypotheses[0]?.entity.id).not.toBe("mailer");
  const late = silence(service("rates"), {}, 9);
  expect(ranked([late, slow("quotes"), slow("gate")]).hypotheses[0]?.entity.id).not.toBe("rates");
});

describe("a host that falls silent with what runs on it", () => {
  const host = { id: "host-1", kind: "node" };
  const lost = (others: number, minute = 0) => silence(host, { silent_together: others }, minute);

  it("is down, if something got slow at the same time", () => {
    const { hypotheses } = ranked([lost(4), silence(service("rates")), slow("quotes"), slow("gate")]);
    expect(hypotheses[0]).toMatchObject({ entity: { id: "host-1" }, cause: "node_failure" });
  });

  it.each([
    ["alone", [silence({ id: "host-9", kind: "node" }, { silent_together: 0 }), slow("quotes"), slow("gate")]],
    ["while all else is as before", [lost(4)]],
    ["with other hosts", [lost(4), silence({ id: "host-2", kind: "node" }, { silent_together: 4 }), slow("quotes")]],
  ])("is not blamed %s", (_, findings) => {
    const { hypotheses, verdict } = ranked(findings, []);
    expect([verdict, hypotheses[0]?.entity.id]).not.toEqual(["root_cause", "host-1"]);
  });
});

import { describe, expect, it } from "vitest";
import type { CitedFinding, Finding } from "../../src/domain/finding.ts";
import { isoTime } from "../../src/domain/time.ts";
import { rankCauses } from "../../src/rca/rank.ts";
import { aFinding, anIncident } from "../fakes.ts";

const START_MS = Date.parse("2026-05-01T12:00:00Z");
const at = (minute: number): number => START_MS + minute * 60_000;

type Facts = Finding["evidence"]["facts"];
let count = 0;
const about = (id: string, kind: Finding["kind"], minute: number, facts: Facts, strength = 40): CitedFinding => ({
  ...aFinding({
    signal: kind.split(".")[0] as Finding["signal"],
    kind,
    strength,
    entity: { id, kind: "service" },
    onsetMs: at(minute),
    evidence: { connector: "fake", query: "q", window: null, facts },
  }),
  id: `E${(count += 1)}`,
});
const demand = (times: number, minute: number): Facts => ({ traffic_times: times, traffic_since: isoTime(at(minute)) });
const traffic = (id: string, minute: number, times: number): CitedFinding =>
  about(id, "metric.shift", minute, { family: "traffic", direction: "up", ...demand(times, minute) });
const slow = (id: string, minute: number, facts: Facts = {}): CitedFinding =>
  about(id, "metric.shift", minute, { family: "latency", direction: "up", before: 40, after: 900, ...facts });
const failing = (id: string, minute: number, share: number, facts: Facts = {}): CitedFinding =>
  about(id, "metric.shift", minute, {
    family: "error",
    direction: "up",
    before: 0,
    after: 9,
    share_after: share,
    ...facts,
  });
const busy = (id: string, minute: number, facts: Facts = {}): CitedFinding =>
  about(id, "metric.saturation", minute, { family: "cpu", direction: "up", before: 30, after: 99, ...facts });

const topology = {
  nodes: ["gate", "quotes", "rates"].map((id) => ({ id, kind: "service" })),
  edges: [
    { from: "gate", to: "quotes" },
    { from: "quotes", to: "rates" },
  ].map((edge) => ({ ...edge, kind: "calls" })),
};
const rank = (findings: CitedFinding[], observed: string[] = []) =>
  rankCauses({
    incident: anIncident({ entry: "gate", alarmAtMs: at(20) }),
    topology,
    similar: [],
    findings,
    baselineCoverage: new Map(observed.map((id) => [id, ["latency", "errors"]])),
  }).hypotheses;
const causes = (findings: CitedFinding[], observed?: string[]) => rank(findings, observed).map(({ cause }) => cause);

describe("a surge of demand", () => {
  it("is the cause of a busy component on its way", () => {
    const surging = [
      traffic("gate", 0, 2.4),
      traffic("quotes", 0, 2.3),
      slow("gate", 2, demand(2.4, 0)),
      slow("quotes", 2, demand(2.3, 0)),
      busy("quotes", 2, demand(2.3, 0)),
    ];
    const [first] = rank(surging);
    expect(first).toMatchObject({ entity: { id: "quotes" }, cause: "traffic_surge" });
    expect(first?.reasons[0]).toContain("requests at gate rose to 2.4 times");
  });

  it("reaches a store whose own requests nobody counts", () => {
    expect(
      rank([traffic("gate", 0, 3), traffic("quotes", 0, 3), slow("gate", 2, demand(3, 0)), busy("rates", 2)]).find(
        ({ entity }) => entity.id === "rates",
      )?.cause,
    ).toBe("traffic_surge");
  });

  it("in the same minute as the trouble counts if more requests succeed than ever", () => {
    const at0 = demand(2.4, 0);
    expect(causes([traffic("gate", 0, 2.4), failing("gate", 0, 0.1, at0), busy("gate", 0, at0)])[0]).toBe(
      "traffic_surge",
    );
    expect(causes([traffic("gate", 0, 2.4), failing("gate", 0, 0.7, at0), busy("gate", 0, at0)])[0]).not.toBe(
      "traffic_surge",
    );
  });

  it("acquits a change made right before it", () => {
    const deploy = about("rates", "change.deploy", -1, {}, 1);
    const load = [
      traffic("gate", 0, 3),
      traffic("quotes", 0, 3),
      slow("gate", 2, demand(3, 0)),
      busy("quotes", 2, demand(3, 0)),
    ];
    expect(causes([...load, deploy])).not.toContain("bad_deploy");
  });

  it("is named where it comes in, if it strains many components at once", () => {
    const names = ["gate", "quotes", "rates"];
    const load = names.flatMap((id) => [traffic(id, 0, 3), slow(id, 2, demand(3, 0)), busy(id, 2, demand(3, 0))]);
    const more = ["mail", "stock"].map((id) => busy(id, 2, demand(3, 0)));
    expect(rank([...load, ...more])[0]).toMatchObject({ entity: { id: "gate" }, cause: "traffic_surge" });
  });
});

describe("more requests that no user makes", () => {
  it("are retries if the trouble came first", () => {
    expect(
      causes([
        slow("quotes", 0, demand(2.5, 3)),
        traffic("gate", 3, 2.5),
        traffic("quotes", 3, 2.5),
        busy("quotes", 0, demand(2.5, 3)),
      ]),
    ).not.toContain("traffic_surge");
  });

  it("are a caller's own if the entry serves as many as before", () => {
    expect(
      causes([slow("gate", 2, demand(1.02, 0)), traffic("rates", 0, 4), busy("rates", 2, demand(4, 0))]),
    ).not.toContain("traffic_surge");
    // the entry was compared, and nothing of it moved
    expect(causes([traffic("rates", 0, 4), busy("rates", 2, demand(4, 0))], ["gate", "quotes"])).not.toContain(
      "traffic_surge",
    );
  });
});

it("never calls trouble with steady traffic a surge, whatever alerts and messages say", () => {
  const steady = demand(0.98, 0);
  const alert = about(
    "quotes",
    "alert.firing",
    1,
    { name: "HighRequestRate", means: "traffic_surge", family: "traffic" },
    9,
  );
  const overload = { ...about("quotes", "log.new-template", 1, { severity: "error" }, 50), summary: "overloaded" };
  expect(
    causes([slow("gate", 2, steady), slow("quotes", 2, steady), busy("quotes", 2, steady), alert, overload]),
  ).not.toContain("traffic_surge");
});

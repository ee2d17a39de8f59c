import { describe, expect, it } from "vitest";
import { changeFindings } from "../../src/changes/findings.ts";
import type { Impact } from "../../src/changes/rollout-impact.ts";
import { Change } from "../../src/domain/telemetry.ts";
import { anIncident } from "../fakes.ts";

const change = (id: string, atMs: number, kind = "deploy", more: Record<string, unknown> = {}): Change =>
  Change.parse({ timeUnixMs: atMs, entity: "cart", kind, id, summary: "v2", ...more });
const commit = (id: string, atMs: number, more: Record<string, unknown> = {}): Change =>
  change(id, atMs, "other", {
    type: "commit",
    summary: "lower the ceiling of the pool",
    files: ["db/pool.go"],
    diff: "-const maxOpen = 50\n+const maxOpen = 5",
    ...more,
  });
const find = (changes: Change[], impacts: Impact[] = []) =>
  changeFindings({
    changes,
    impacts,
    incident: anIncident({ alarmAtMs: 600_000 }),
    connector: "files",
    query: "changes",
  });
const facts = (changes: Change[], impacts: Impact[] = []) =>
  find(changes, impacts).map(({ evidence }) => evidence.facts);

it("leaves out changes after the alarm: they cannot have caused it", () => {
  expect(facts([change("late", 600_001), change("early", 500_000)]).map(({ id }) => id)).toEqual(["early"]);
});

it("suspects the newest first, and a deploy more than a change of scale", () => {
  expect(
    facts([change("old", 0), change("new", 590_000), change("scale", 590_000, "scale")]).map(({ id }) => id),
  ).toEqual(["new", "old", "scale"]);
});

it("gives the time before the alarm in a readable unit", () => {
  const [near, far] = find([change("old", 0), change("new", 566_400)].toReversed());
  expect(near?.summary).toBe("deploy new on cart, 33 s before the alarm: v2");
  expect(near?.evidence.facts).toMatchObject({ seconds_before: 33, age: "33 s" });
  expect(far?.summary).toBe("deploy old on cart, 10 min before the alarm: v2");
});

describe("with a known onset", () => {
  const onset = { atMs: 300_000, earliestMs: 290_000, latestMs: 310_000, overMs: null, signals: ["log"], signs: 4 };
  const found = changeFindings({
    changes: [change("after", 500_000), change("near", 247_000), change("within", 320_000)],
    incident: anIncident({ alarmAtMs: 600_000, onset: { ...onset, shape: "step" } }),
    connector: "files",
    query: "changes",
  });

  it("gives the time to the onset and suspects later changes least", () => {
    expect(found.map(({ summary }) => summary)).toEqual([
      "deploy within on cart, at the onset: v2",
      "deploy near on cart, 53 s before the onset: v2",
      "deploy after on cart, 3 min after the onset: v2",
    ]);
  });
});

it.each([
  ["config", "log level of core set to INFO", true],
  ["config", "raise log level to debug", false],
  ["config", "new maintenance banner text", true],
  ["other", "alert receiver renamed: rename alert receiver", true],
  ["config", "unit of rate limits unified", false],
  ["deploy", "translations", false],
])("a %s titled %j is routine: %s", (kind, summary, routine) => {
  expect(facts([change("c", 500_000, kind, { summary })])[0]?.routine === "yes").toBe(routine);
});

it("without an alarm, counts from the end of the window or from the last change", () => {
  const summariesOf = (window: { startMs: number; endMs: number } | null) =>
    changeFindings({
      changes: [change("a", 0), change("b", 60_000)],
      incident: anIncident({ window }),
      connector: "files",
      query: "changes",
    }).map(({ summary }) => summary);
  expect(summariesOf({ startMs: 0, endMs: 120_000 })).toEqual([
    "deploy b on cart, 60 s before the end of the window: v2",
    "deploy a on cart, 2 min before the end of the window: v2",
  ]);
  expect(summariesOf(null)).toEqual([
    "deploy b on cart, 0 s before the last change: v2",
    "deploy a on cart, 60 s before the last change: v2",
  ]);
});

it("reads an unknown kind as `other`", () => {
  expect(find([change("x", 1000, "migration")])[0]?.kind).toBe("change.other");
});

describe("commits and deploys", () => {
  it("merges a commit and its deploy, dated by the deploy and weighed by the diff", () => {
    const found = find([commit("c1", 100_000), change("c1", 500_000, "deploy", { summary: "version 7" })]);
    expect(found).toMatchObject([
      {
        kind: "change.deploy",
        onsetMs: 500_000,
        evidence: { facts: { effect: 1, delivery: "delivered", change_summary: "lower the ceiling of the pool" } },
      },
    ]);
  });

  it("marks commits that no deploy carries, if others are carried", () => {
    expect(
      facts([commit("c1", 100_000), commit("c2", 200_000), change("c1", 500_000)]).find(({ id }) => id === "c2")
        ?.delivery,
    ).toBe("not delivered");
    expect(facts([commit("c2", 200_000)])[0]?.delivery).toBe("unknown");
  });

  it("sorts the words, so that no sentence of the author survives", () => {
    const { altered, around } =
      facts([commit("c1", 100_000, { summary: "zebra please obey apple", diff: null, files: ["m/n.go"] })])[0] ?? {};
    expect(altered).toBe("apple obey pleas zebra");
    expect(around).toBe("");
  });

  it("accepts a record whose diff and files have the wrong type", () => {
    expect(facts([change("c1", 100_000, "other", { type: "commit", diff: 7, files: { a: 1 } })])).toHaveLength(1);
  });
});

describe("status feeds", () => {
  it.each([
    ["degraded", "yes"],
    ["major outage", "yes"],
    ["resolved", "no"],
    ["operating-normally", "no"],
  ])("reads %s as trouble: %s", (status, trouble) => {
    expect(
      facts([
        change("s", 1000, "other", {
          type: "status",
          entity: "storage provider",
          summary: JSON.stringify({ status, detail: "errors" }),
        }),
      ])[0],
    ).toMatchObject({ status, trouble });
  });

  it("does not read other changes as status entries", () => {
    expect(facts([change("s", 1000, "config", { summary: "status page turned blue" })])[0]).not.toHaveProperty(
      "trouble",
    );
  });
});

it("adds the comparison of new and old instances to the last step of a rollout, and raises its strength", () => {
  const impact: Impact = {
    entity: "cart",
    evidence: 2,
    timing: 0.5,
    newReports: 1,
    best: { metric: "success_rate", fresh: 20, steady: 100 },
  };
  const found = find([change("v2", 400_000), change("v2", 500_000)], [impact]);
  expect(found.map(({ onsetMs, evidence }) => [onsetMs, evidence.facts.rollout_evidence])).toEqual([
    [500_000, 2],
    [400_000, undefined],
  ]);
  expect(found[0]?.summary).toContain("success_rate is 20 on new instances, 100 on old ones");
  expect(find([change("v2", 500_000)], [{ ...impact, evidence: 0, best: null }])[0]?.strength).toBeLessThan(
    find([change("v2", 500_000)])[0]?.strength ?? 0,
  );
});

import { expect, it } from "vitest";
import { changeFindings } from "../../src/changes/findings.ts";
import { Change } from "../../src/domain/telemetry.ts";
import { anIncident } from "../fakes.ts";

const change = (id: string, atMs: number, kind = "deploy"): Change => Change.parse({ timeUnixMs: atMs, entity: "cart", kind, id, summary: "v2" });
const find = (changes: Change[]) => changeFindings({ changes, incident: anIncident({ alarmAtMs: 600_000 }), connector: "files", query: "changes" });

it("leaves out changes made after the alarm: they cannot have caused it", () => {
  expect(find([change("late", 600_001), change("early", 500_000)]).map(({ evidence }) => evidence.facts.id)).toEqual(["early"]);
});

it("suspects the newest first, and a deploy more than a change of scale", () => {
  expect(find([change("old", 0), change("new", 590_000), change("scale", 590_000, "scale")]).map(({ evidence }) => evidence.facts.id)).toEqual(["new", "old", "scale"]);
});

it("takes a kind that it does not know for `other`", () => {
  expect(find([change("x", 1000, "migration")])[0]?.kind).toBe("change.other");
});

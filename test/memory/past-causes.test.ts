import { describe, expect, it } from "vitest";
import type { IncidentDocument } from "../../src/domain/memory.ts";
import { pastCauses } from "../../src/memory/past-causes.ts";
import { incident } from "../connectors/memory-documents.ts";

const past = (id: string, given: Partial<IncidentDocument> = {}): IncidentDocument =>
  incident(id, id, { outcome: "confirmed", cause: "cpu_contention", entity: "stock", ...given });
const NOW_MS = 1000;
const sharesOf = (documents: IncidentDocument[], likeness: number[], nowMs: number | null = NOW_MS) =>
  Object.fromEntries(pastCauses("orders", documents, likeness, nowMs).causes.map(({ cause, share }) => [cause, share]));

describe("the share of a cause among past incidents", () => {
  it("is missing if no incident is similar", () => {
    expect(pastCauses("orders", [past("a")], [0], NOW_MS)).toEqual({ entity: "orders", causes: [] });
    expect(pastCauses("orders", [], [], NOW_MS).causes).toEqual([]);
  });

  it("grows with similarity and number, and never reaches 1", () => {
    const one = sharesOf([past("a")], [0.5]).cpu_contention ?? 0;
    const nearer = sharesOf([past("a")], [0.9]).cpu_contention ?? 0;
    const many = sharesOf([past("a"), past("b"), past("c")], [0.9, 0.9, 0.9]).cpu_contention ?? 0;
    expect([one, nearer, many]).toEqual([one, nearer, many].toSorted((a, b) => a - b));
    expect(one).toBeCloseTo(0.25 / 0.75, 3); // likeness² / (likeness² + ½)
    expect(many).toBeLessThan(1);
  });

  it("does not favour a frequent cause", () => {
    const frequent = Array.from({ length: 15 }, (_, at) => past(`f${at}`));
    const shares = sharesOf([...frequent, past("rare", { cause: "disk_full" })], [...frequent.map(() => 0.5), 0.5]);
    expect(shares.disk_full).toBeGreaterThan(4 * (1 / 16));
  });

  it("counts confirmed incidents most, unjudged ones less, and wrong ones not at all", () => {
    const shareWith = (outcome: IncidentDocument["outcome"]): number | undefined =>
      sharesOf([past("a", { outcome, cause: "disk_full" }), past("b")], [0.8, 0.8]).disk_full;
    expect(shareWith("corrected")).toBe(shareWith("confirmed"));
    expect(shareWith("unknown")).toBeLessThan(shareWith("confirmed") ?? 0);
    expect(shareWith("unknown")).toBeGreaterThan(0.2);
    expect(shareWith("wrong")).toBeUndefined();
  });

  it("counts old incidents less, down to a limit", () => {
    const DAY_MS = 86_400_000;
    const shareAfter = (days: number): number =>
      sharesOf(
        [past("a", { cause: "disk_full", atMs: 0 }), past("b", { atMs: days * DAY_MS })],
        [0.8, 0.8],
        days * DAY_MS,
      ).disk_full ?? 0;
    expect(shareAfter(180)).toBeLessThan(shareAfter(1));
    expect(shareAfter(10_000)).toBe(shareAfter(3650));
  });

  it("names the incidents, and the part in which the same entity had the cause", () => {
    const { causes } = pastCauses("stock", [past("a"), past("b", { entity: "mail" })], [0.9, 0.9], NOW_MS);
    expect(causes).toEqual([expect.objectContaining({ cause: "cpu_contention", incidentIds: ["a", "b"] })]);
    expect(causes[0]?.here).toBeCloseTo((causes[0]?.share ?? 0) / 2, 3);
  });

  it("leaves out incidents with an unknown cause", () => {
    expect(sharesOf([past("a", { cause: null }), past("b", { cause: "unknown" })], [0.9, 0.9])).toEqual({});
  });
});

import { describe, expect, it } from "vitest";
import type { IncidentDocument } from "../../src/domain/memory.ts";
import { pastCauses } from "../../src/memory/past-causes.ts";
import { incident } from "../connectors/memory-documents.ts";

const past = (id: string, told: Partial<IncidentDocument> = {}): IncidentDocument =>
  incident(id, id, { outcome: "confirmed", cause: "cpu_contention", entity: "stock", ...told });
const NOW_MS = 1000;
const sharesOf = (documents: IncidentDocument[], likeness: number[], nowMs: number | null = NOW_MS) =>
  Object.fromEntries(pastCauses("orders", documents, likeness, nowMs).causes.map(({ cause, share }) => [cause, share]));

describe("what past incidents say of a cause", () => {
  it("is nothing where none is alike", () => {
    expect(pastCauses("orders", [past("a")], [0], NOW_MS)).toEqual({ entity: "orders", causes: [] });
    expect(pastCauses("orders", [], [], NOW_MS).causes).toEqual([]);
  });

  it("is more, the more alike and the more there are, and never all of it", () => {
    const one = sharesOf([past("a")], [0.5]).cpu_contention ?? 0;
    const nearer = sharesOf([past("a")], [0.9]).cpu_contention ?? 0;
    const many = sharesOf([past("a"), past("b"), past("c")], [0.9, 0.9, 0.9]).cpu_contention ?? 0;
    expect([one, nearer, many]).toEqual([one, nearer, many].toSorted((a, b) => a - b));
    expect(one).toBeCloseTo(0.25 / 0.75, 3); // likeness² / (likeness² + ½)
    expect(many).toBeLessThan(1);
  });

  it("does not favour a cause for being frequent", () => {
    const frequent = Array.from({ length: 15 }, (_, at) => past(`f${at}`));
    const shares = sharesOf([...frequent, past("rare", { cause: "disk_full" })], [...frequent.map(() => 0.5), 0.5]);
    expect(shares.disk_full).toBeGreaterThan(4 * (1 / 16));
  });

  it("asks a person's word first, silence less, and never what was called wrong", () => {
    const shareWith = (outcome: IncidentDocument["outcome"]): number | undefined =>
      sharesOf([past("a", { outcome, cause: "disk_full" }), past("b")], [0.8, 0.8]).disk_full;
    expect(shareWith("corrected")).toBe(shareWith("confirmed"));
    expect(shareWith("unknown")).toBeLessThan(shareWith("confirmed") ?? 0);
    expect(shareWith("unknown")).toBeGreaterThan(0.2);
    expect(shareWith("wrong")).toBeUndefined();
  });

  it("believes what is old less, and not less and less for ever", () => {
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

  it("says in which incidents, and in what part of them this very entity had it", () => {
    const { causes } = pastCauses("stock", [past("a"), past("b", { entity: "mail" })], [0.9, 0.9], NOW_MS);
    expect(causes).toEqual([expect.objectContaining({ cause: "cpu_contention", incidentIds: ["a", "b"] })]);
    expect(causes[0]?.here).toBeCloseTo((causes[0]?.share ?? 0) / 2, 3);
  });

  it("leaves out what nobody knows the cause of", () => {
    expect(sharesOf([past("a", { cause: null }), past("b", { cause: "unknown" })], [0.9, 0.9])).toEqual({});
  });
});

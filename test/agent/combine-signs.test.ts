import { expect, it } from "vitest";
import { combineSigns } from "../../src/agent/combine-signs.ts";
import type { OnsetSign } from "../../src/domain/onset.ts";

const ALARM_MS = 3_600_000;
const sign = (atMs: number, entity: string, fields: Partial<OnsetSign> = {}): OnsetSign => ({
  signal: "log",
  entity,
  atMs,
  stepMs: 0,
  endMs: null,
  shape: "step",
  weight: 1,
  felt: true,
  ...fields,
});
const incident = { alarmAtMs: ALARM_MS, entry: "shop", target: null };

it("dates the fault by the signals that agree, however late the alarm", () => {
  const onset = combineSigns(
    [sign(600_000, "store"), sign(610_000, "shop", { signal: "metric", stepMs: 20_000 }), sign(900_000, "mail")],
    incident,
  );
  expect(onset).toEqual({
    atMs: 600_000,
    earliestMs: 590_000,
    latestMs: 600_000,
    shape: "step",
    overMs: null,
    signals: ["log", "metric"],
    signs: 2,
  });
});

it("prefers what lasts until the alarm to a burst that healed long before", () => {
  const healed = { endMs: 700_000, shape: "burst" } as const;
  const early = [sign(600_000, "a", healed), sign(600_000, "b", healed), sign(600_000, "c", healed)];
  expect(combineSigns([...early, sign(3_000_000, "a"), sign(3_001_000, "b")], incident)?.atMs).toBe(3_000_250);
});

it("dates a fault that was over before the alarm, if nothing else happened", () => {
  const healed = { endMs: 1_000_000, shape: "burst" } as const;
  const onset = combineSigns(
    ["a", "b", "c", "d", "e"].map((entity) => sign(600_000, entity, healed)),
    incident,
  );
  expect(onset).toMatchObject({ atMs: 600_000, shape: "burst", overMs: 1_000_000 });
});

it("lets what users feel at the entry decide alone, and nothing else", () => {
  expect(combineSigns([sign(600_000, "shop")], incident)?.atMs).toBe(600_000);
  expect(combineSigns([sign(600_000, "store")], incident)).toBeNull();
  expect(combineSigns([], incident)).toBeNull();
});

it("dates by busy resources only if users feel nothing", () => {
  const busy = ["a", "b", "c"].map((entity) => sign(600_000, entity, { felt: false }));
  expect(combineSigns(busy, incident)?.atMs).toBe(600_000);
  expect(combineSigns([...busy, sign(900_000, "shop")], incident)?.atMs).toBe(900_000);
});

it("dates a lone burst at the entry before a late alarm, not one of another service or of hours before", () => {
  const healed = { endMs: 3_000_000, shape: "burst" } as const;
  expect(combineSigns([sign(2_700_000, "shop", healed)], incident)).toMatchObject({
    atMs: 2_700_000,
    overMs: 3_000_000,
  });
  expect(combineSigns([sign(2_700_000, "store", healed)], incident)).toBeNull();
  const late = { ...incident, alarmAtMs: 12 * ALARM_MS };
  expect(combineSigns([sign(2_700_000, "shop", healed)], late)).toBeNull();
});

it("is not moved by faint signs at the same time", () => {
  const faint = [60, 70, 80, 90].map((s) => sign(600_000 - s * 1000, "shop", { weight: 0.1 }));
  expect(combineSigns([...faint, sign(600_000, "store", { weight: 1.5 })], incident)).toMatchObject({
    atMs: 600_000,
    signs: 5,
  });
});

it("is not over while something that began with it lasts", () => {
  const short = ["a", "b", "c"].map((entity) => sign(600_000, entity, { endMs: 700_000, shape: "burst" }));
  expect(combineSigns([...short, sign(610_000, "shop")], incident)).toMatchObject({ atMs: 600_000, overMs: null });
});

it("is over with the earlier of two ends, because single errors come later as well", () => {
  const ends = [2_600_000, 3_000_000].map((endMs, at) =>
    sign(2_000_000, at === 0 ? "shop" : "store", { endMs, shape: "burst" }),
  );
  expect(combineSigns(ends, incident)).toMatchObject({ shape: "burst", overMs: 2_600_000 });
});

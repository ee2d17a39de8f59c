import { describe, expect, it } from "vitest";
import { datedByFault } from "../../src/changes/dated-by-fault.ts";
import { distinctChanges } from "../../src/domain/distinct-changes.ts";
import type { Change } from "../../src/domain/telemetry.ts";

const MINUTE = 60_000;
const SHA = "4e1f0c2a9b7d6e5f4a3b2c1d0e9f8a7b6c5d4e3f";
const deploy = (id: string, minute: number, more: Partial<Change> = {}): Change => ({
  timeUnixMs: minute * MINUTE,
  entity: "cart",
  kind: "deploy",
  id,
  summary: null,
  ...more,
});

describe("changes that several sources report", () => {
  it("are one change if service, kind and commit are the same, with what each source knows", () => {
    const pulled = deploy(SHA, 10, { url: "https://forge/1", beganUnixMs: 8 * MINUTE });
    const reported = deploy(SHA.slice(0, 8), 12, { summary: "deployed main", diff: "+x" });
    const joined = { ...pulled, summary: "deployed main", diff: "+x" };
    expect(distinctChanges([[pulled], [reported]])).toEqual([joined]);
    expect(distinctChanges([[reported], [pulled]])).toEqual([joined]);
  });

  it.each<[string, Change]>([
    ["of another service", deploy(SHA, 10, { entity: "shop" })],
    ["of another kind", deploy(SHA, 10, { kind: "other" })],
    ["of another commit", deploy(`5${SHA.slice(1)}`, 10)],
    ["with a shorter name that is no commit", deploy("4e1f0", 10)],
    ["hours later", deploy(SHA, 300)],
  ])("are two if the second is %s", (_, other) => {
    expect(distinctChanges([[deploy(SHA, 10)], [other]])).toHaveLength(2);
  });

  it("stay apart if one source reports both: a commit may be deployed twice", () => {
    const [first, again] = [deploy(SHA, 10), deploy(SHA, 30)];
    expect(distinctChanges([[first, again]])).toEqual([first, again]);
    expect(
      distinctChanges([
        [first, again],
        [deploy(SHA, 29), deploy(SHA, 11)],
      ]),
    ).toEqual([first, { ...again, timeUnixMs: 29 * MINUTE }]);
  });

  it("are none where no source reports any", () => expect(distinctChanges([])).toEqual([]));
});

describe("a change that took a while", () => {
  const long = deploy(SHA, 20, { beganUnixMs: 10 * MINUTE });
  it.each([
    ["its end, if the fault began later", 25, 20],
    ["the fault, if that began in between", 14, 14],
    ["its start, if the fault began before it", 5, 10],
  ])("is dated by %s", (_, faultMinute, minute) => {
    expect(datedByFault([long], faultMinute * MINUTE)[0]?.timeUnixMs).toBe(minute * MINUTE);
  });

  it("keeps its time if no fault or no start is known", () => {
    expect(datedByFault([long], null)).toEqual([long]);
    expect(datedByFault([deploy(SHA, 20)], 0)).toEqual([deploy(SHA, 20)]);
  });
});

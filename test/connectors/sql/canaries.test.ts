import { describe, expect, it, onTestFinished } from "vitest";
import { promoteCanary, startCanary, stopCanary } from "../../../src/app/canaries.ts";
import { sqlCanaryStore } from "../../../src/connectors/sql/canaries.ts";
import { afterComparison } from "../../../src/llm/canary-rule.ts";
import { aCanary, aComparison } from "../../llm/canary-fixtures.ts";
import { DATABASES } from "./databases.ts";

const START = {
  task: "explain",
  candidate: { model: "small" },
  perStage: 5,
  alpha: 0.05,
  margins: aCanary().margins,
} as const;
const act = { by: "ann", why: "cheaper", nowMs: 5 };

describe.each(DATABASES)("canaries in $dialect", ({ newPlace, openSql }) => {
  const open = async (at: string) => {
    const sql = await openSql(at);
    onTestFinished(() => sql.close());
    return sqlCanaryStore(sql);
  };

  it("runs one canary for each task, and keeps every step of it", async () => {
    const store = await open(await newPlace());
    const { id } = await startCanary(store, START, act);
    await expect(startCanary(store, START, act)).rejects.toThrow(`canary ${id} of the task explain runs already`);
    await startCanary(store, { ...START, task: "ask" }, act);
    await expect(promoteCanary(store, id, act)).rejects.toThrow("cannot be promoted");
    await stopCanary(store, id, { ...act, why: "enough" });
    await expect(stopCanary(store, id, act)).rejects.toThrow("it is stopped");
    await expect(stopCanary(store, "canary-none", act)).rejects.toThrow("no canary canary-none");
    expect(await store.runningCanary("explain")).toBeNull();
    expect((await store.canarySteps(id)).map(({ step, why }) => [step, why])).toEqual([
      ["started", "cheaper"],
      ["stopped", "enough"],
    ]);
    expect(await store.listCanaries()).toHaveLength(2);
  });

  it("loses no comparison of several workers", async () => {
    const place = await newPlace();
    const workers = [await open(place), await open(place)];
    const [first] = workers;
    const started = { canaryId: "canary-1", atMs: 0, step: "started", by: "ann", why: "test" } as const;
    await first?.startCanary(aCanary({ stage: 0 }), started);
    await Promise.all(
      Array.from({ length: 20 }, (_, at) => {
        const comparison = aComparison({}, {}, `x-${at}`);
        return workers[at % 2]?.changeCanary("canary-1", (now) => afterComparison(now, comparison), comparison);
      }),
    );
    expect(await first?.runningCanary("explain")).toMatchObject({ compared: 20, stage: 3, atStage: 5 });
    expect((await first?.canarySteps("canary-1"))?.map(({ step }) => step)).toEqual([
      "started",
      "advanced",
      "advanced",
      "advanced",
    ]);
    expect(await first?.canaryComparisons("canary-1", 100)).toHaveLength(20);
  });

  it("refuses a canary that tries nothing", async () => {
    const store = await open(await newPlace());
    await expect(startCanary(store, { ...START, candidate: {} }, act)).rejects.toThrow("tries nothing");
  });
});

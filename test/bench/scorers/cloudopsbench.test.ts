import { describe, expect, it } from "vitest";
import { hitAt, scoreProcess, stepOf, type ScoredCall } from "../../../src/bench/scorers/cloudopsbench.ts";

const TRUTH = { fault_taxonomy: "Admission_Fault", fault_object: "app/cart", root_cause: "missing_service_account" };
const OTHER = { ...TRUTH, fault_object: "app/mail" };

describe("A@k", () => {
  it.each<[string, (typeof TRUTH)[], 0 | 1, 0 | 1]>([
    ["object and cause first", [TRUTH, OTHER], 1, 1],
    ["object and cause third", [OTHER, OTHER, TRUTH], 0, 1],
    ["object and cause fourth", [OTHER, OTHER, OTHER, TRUTH], 0, 0],
    ["another cause", [{ ...TRUTH, root_cause: "oom_killed" }], 0, 0],
    ["object and cause in two places", [{ ...TRUTH, root_cause: "oom_killed" }, OTHER], 0, 0],
    ["another case and more blanks", [{ ...TRUTH, fault_object: " App/Cart " }], 1, 1],
    ["a name without its kind", [{ ...TRUTH, fault_object: "cart" }], 0, 0],
    ["no prediction", [], 0, 0],
  ])("of %s", (_, predictions, first, third) => {
    expect([hitAt(predictions, TRUTH, 1), hitAt(predictions, TRUTH, 3)]).toEqual([first, third]);
  });
  it("wants the taxonomy, too, if strict", () => {
    const wrong = { ...TRUTH, fault_taxonomy: "Runtime_Fault" };
    expect([hitAt([wrong], TRUTH, 1), hitAt([wrong], TRUTH, 1, { isStrict: true })]).toEqual([1, 0]);
    expect(hitAt([TRUTH], TRUTH, 1, { isStrict: true })).toBe(1);
  });
});

const get = (type: string): ScoredCall => ({ tool: "GetResources", args: { resource_type: type, namespace: "shop" } });
const yaml = (app: string): ScoredCall => ({ tool: "GetAppYAML", args: { app_name: app } });
const ALERTS: ScoredCall = { tool: "GetAlerts", args: {} };

describe("a call as an expert's step", () => {
  it.each<[ScoredCall, string]>([
    [ALERTS, "GetAlerts::"],
    [get("pods"), "GetResources::pods"],
    [yaml("cart"), "GetAppYAML::cart"],
    [
      { tool: "DescribeResource", args: { resource_type: "pods", name: "cart-7f9c6d5b4d-x2x4z", namespace: "shop" } },
      "DescribeResource::pods::cart",
    ],
    [
      { tool: "DescribeResource", args: { resource_type: "services", name: "cart", namespace: "shop" } },
      "DescribeResource::services::cart",
    ],
    [
      { tool: "CheckServiceConnectivity", args: { namespace: "shop", service_name: "cart", port: 7070 } },
      "CheckServiceConnectivity::cart::7070",
    ],
    [{ tool: "Nothing", args: { a: 1 } }, "Nothing::"],
  ])("%j", (call, step) => {
    expect(stepOf(call)).toBe(step);
  });
});

describe("the process", () => {
  const path = ["GetResources::pods", "GetAppYAML::cart"];
  it.each<[string, ScoredCall[], number, number, number, number, number]>([
    ["the path itself", [get("pods"), yaml("cart")], 1, 1, 1, 1, 1],
    ["the path with a step between", [get("pods"), ALERTS, yaml("cart")], 0, 1, 1, 2 / 3, 1],
    ["the path backwards", [yaml("cart"), get("pods")], 0, 0, 1, 1, 1],
    ["half of the path", [get("pods")], 0, 0, 0, 1, 1 / 2],
    ["half of the path, and more", [get("pods"), ALERTS, get("nodes")], 0, 0, 0, 1 / 3, 1 / 2],
    ["a step of the path twice", [get("pods"), get("pods"), yaml("cart")], 0, 1, 1, 1, 1],
    ["none of it", [ALERTS], 0, 0, 0, 0, 0],
    ["no call", [], 0, 0, 0, 0, 0],
  ])("of %s", (_, calls, exact, inOrder, anyOrder, relevance, coverage) => {
    const found = scoreProcess(calls, [path]);
    expect(found).toMatchObject({ exact, inOrder, anyOrder, steps: calls.length });
    expect([found.relevance, found.coverage]).toEqual([expect.closeTo(relevance, 12), expect.closeTo(coverage, 12)]);
  });
  it("takes for each measure the path that suits it best", () => {
    const found = scoreProcess([ALERTS], [["GetAlerts::", "GetResources::pods"], ["GetAlerts::"], []]);
    expect(found).toMatchObject({ exact: 1, inOrder: 1, anyOrder: 1, relevance: 1, coverage: 1 });
  });
  it("without a path has only steps, invalid and repeated calls", () => {
    const repeated = [
      get("pods"),
      { ...get("pods"), args: { namespace: "shop", resource_type: "pods" } },
      ALERTS,
      ALERTS,
    ];
    const invalid = { ...ALERTS, tool: "Nothing", isInvalid: true };
    expect(scoreProcess([...repeated, invalid], [])).toEqual({
      steps: 5,
      IAC: 1,
      RAR: 2 / 5,
      exact: null,
      inOrder: null,
      anyOrder: null,
      relevance: null,
      coverage: null,
    });
  });
  it("counts a call of other arguments as no repetition", () => {
    expect(scoreProcess([get("pods"), get("nodes")], []).RAR).toBe(0);
  });
});

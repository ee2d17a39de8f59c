import { expect, it } from "vitest";
import { Oracle, Prediction } from "../../src/bench/formats.ts";
import { processLines, processTable } from "../../src/bench/process.ts";

const PATHS = { path1: ["GetResources::pods", "GetAppYAML::cart"], path2: ["GetAlerts::"] };
const oracle = (id: string, notes: object = { paths: PATHS }) => Oracle.parse({ id, entities: [["cart"]], notes });
const call = (tool: string, args: object = {}, kind = "answer") => ({ tool, args, kind, why: "" });
const prediction = (id: string, calls?: object[]) =>
  Prediction.parse({ id, verdict: "root_cause", ranking: [], ...(calls && { calls }) });
const table = (oracles: Oracle[], predictions: Prediction[]) =>
  processTable(oracles, new Map(predictions.map((one) => [one.id, one])));

it("gives means over the cases with calls", () => {
  const found = table(
    [oracle("a"), oracle("b"), oracle("c")],
    [
      prediction("a", [call("GetResources", { resource_type: "pods" }), call("GetAppYAML", { app_name: "cart" })]),
      prediction("b", [
        call("GetResources", { resource_type: "nodes" }),
        call("X", {}, "invalid"),
        call("GetAlerts", {}, "missing"),
        call("GetAlerts"),
      ]),
      prediction("c"),
    ],
  );
  expect(found).toEqual({
    cases: 2,
    steps: 3,
    IAC: 0.5,
    RAR: 0.125,
    unrecorded: 0.5,
    exact: 0.5,
    inOrder: 1,
    anyOrder: 1,
    relevance: expect.closeTo((1 + 1 / 3) / 2, 12),
    coverage: 1,
  });
  expect(processLines(found).join("\n")).toContain("steps 3.00, invalid (IAC) 0.50, repeated (RAR) 0.13");
});
it("says nothing of paths that the answers do not have, and nothing at all without calls", () => {
  expect(table([oracle("a")], [prediction("a")])).toBeNull();
  expect(processLines(null)).toEqual([]);
  const plain = table([oracle("a", { paths: "none" })], [prediction("a", [call("GetAlerts")])]);
  expect(plain).toMatchObject({ steps: 1, coverage: null });
  expect(processLines(plain)).toHaveLength(1);
});

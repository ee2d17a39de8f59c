import { expect, it } from "vitest";
import type { Execution } from "../../src/domain/execution.ts";
import { renderExecution } from "../../src/render/execution.ts";
import { anExecution } from "../fakes.ts";

const run: Execution["runs"][number] = {
  part: "apply",
  ended: "exited",
  exitCode: 1,
  startedAtMs: 0,
  endedAtMs: 9,
  output: "",
  outputBytes: 0,
};
const verify = "kubectl get 'deployment/cart'";
const failed = (executor: Execution["executor"]) =>
  anExecution({ state: "failed", changed: true, runs: [run], executor });

it("names the cluster in the commands to copy, and where the output of a failed run is", () => {
  const inLab = renderExecution(failed({ kind: "kubectl", context: "lab" }), { verify, withOutput: false });
  expect(inLab).toContain("    kubectl --context=lab get 'deployment/cart'");
  expect(inLab).toContain("Its output: causeway executions show A1-a1");
  const onHost = renderExecution(failed({ kind: "local", context: null }), { verify, withOutput: true });
  expect(onHost).toContain("    kubectl get 'deployment/cart'");
  expect(onHost).not.toContain("Its output");
});

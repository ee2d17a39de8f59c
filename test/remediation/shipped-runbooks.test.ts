import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fileRunbooks } from "../../src/connectors/files/runbooks.ts";
import type { Problem } from "../../src/domain/ports.ts";
import { CAUSES } from "../../src/rca/catalogue.ts";
import { renderScript } from "../../src/remediation/script.ts";
import { readRunbook } from "../../src/remediation/runbook.ts";
import { APPLY, bashAccepts, CLUSTER, runBash, stepCalls } from "./samples.ts";

const problems: Problem[] = [];
const shipped = await fileRunbooks([join(import.meta.dirname, "../../runbooks")], readRunbook).listRunbooks({
  onProblem: (problem) => problems.push(problem),
});
const steps = shipped.flatMap((runbook) =>
  runbook.steps.map((step) => ({ runbook, step, name: `${runbook.slug}/${step.id}` })),
);
const VALUES: Record<string, string> = {
  "entity.workload": "deployment/orders",
  "entity.node": "node/n1",
  "change.id": "c-1",
  entity: "orders",
  "fact:port": "8080",
  "fact:target_port": "8080",
  "fact:dns_policy": "Default",
  "fact:service": "orders",
  "fact:variable": "CART_ADDR",
  "fact:host": "crat",
  "fact:meant": "cart",
  "fact:autoscaler": "orders",
  "fact:maximum": "5",
};
/** What a cluster answers that still is as the evidence shows it. */
const ANSWERS: Record<string, string> = {
  "containers[0].name": "main",
  "limits.memory": "512Mi",
  "limits.cpu": "500m",
  "spec.replicas": "3",
  "spec.paused": "true",
  'type=="Progressing"': "ProgressDeadlineExceeded",
  "httpGet.port": "8080",
  ".containerPort": "9090",
  ".targetPort": "8080",
  ".dnsPolicy": "Default",
  ".maxReplicas": "5",
  ".failureThreshold": "3",
  ".timeoutSeconds": "1",
  ".claimName": "data",
  "requests.storage": "10Gi",
  "containers[0].env[": "crat:8080",
};

it("are all valid", () => {
  expect(problems).toEqual([]);
  expect(shipped.length).toBeGreaterThanOrEqual(60);
});

it.each([
  "connection_pool_exhaustion",
  "network_delay",
  "network_loss",
  "bad_config",
  "bad_deploy",
  "memory_exhaustion",
  "cpu_contention",
  "dependency_outage",
  "image_pull_failure",
  "crash_loop",
])("treat %s", (cause) => {
  expect(shipped.filter(({ causes, steps: itsSteps }) => causes.includes(cause) && itsSteps.length > 0)).not.toEqual(
    [],
  );
});

it("are known to the cause catalogue, and know its causes", () => {
  const slugs = new Set(shipped.map(({ slug }) => slug));
  const ids = new Set(CAUSES.map(({ id }) => id));
  expect(CAUSES.flatMap(({ runbooks }) => runbooks).filter((slug) => !slugs.has(slug))).toEqual([]);
  expect(shipped.flatMap(({ causes }) => causes).filter((cause) => !ids.has(cause))).toEqual([]);
});

it("treat every cause of the catalogue", () => {
  const treated = new Set(shipped.flatMap(({ causes }) => causes));
  const named = new Set(CAUSES.filter(({ runbooks }) => runbooks.length > 0).map(({ id }) => id));
  expect(CAUSES.filter(({ id }) => !treated.has(id) && !named.has(id))).toEqual([]);
});

it.each(["authentication_failure", "data_corruption", "quorum_lost", "network_policy_denies", "rbac_forbidden"])(
  "propose no step for %s: the fix depends on an owner",
  (cause) => {
    const pages = shipped.filter(({ causes }) => causes.includes(cause));
    expect(pages).not.toEqual([]);
    expect(pages.flatMap(({ steps: itsSteps }) => itsSteps)).toEqual([]);
  },
);

describe.each(steps)("$name", ({ runbook, step }) => {
  const values = Object.fromEntries(
    Object.entries(step.parameters).map(([name, source]) => [name, VALUES[source] ?? `no sample for ${source}`]),
  );
  const rendered = renderScript({
    step,
    runbook: runbook.slug,
    incidentId: "inc-1",
    target: { id: "orders", kind: "service" },
    values,
    expiresAtMs: 4_102_444_800_000,
  });
  const script = rendered.ok ? rendered.script : "";

  it("is bash whose parts dry-run with nothing installed", () => {
    expect(bashAccepts(script)).toBe(true);
    for (const part of ["apply", "verify", "rollback"])
      expect(runBash(script, { args: [part] })).toMatchObject({ status: 0, stderr: "" });
    expect(runBash(script).stdout).toContain("would change: ");
  });

  it("applies to a cluster that answers, and touches only its target", () => {
    const kubectl = {
      ...ANSWERS,
      ...(values.NODE === undefined ? CLUSTER : { "jsonpath={.kind}": "Node" }),
    };
    // the script reads the name of the claim from its target
    const targets = [...Object.values(values), "persistentvolumeclaim/data"];
    let state: string | null = null;
    for (const args of [APPLY, ["rollback", "--apply"]]) {
      const ran = runBash(script, { args, kubectl, state });
      expect(ran).toMatchObject({ status: 0 });
      for (const call of stepCalls(ran.calls))
        expect(call.some((word) => targets.some((target) => word.includes(target))) || call[0] === "get").toBe(true);
      state = ran.state;
    }
  });
});

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, it } from "vitest";
import { fileRunbooks } from "../../../src/connectors/files/runbooks.ts";
import type { RunbookStep } from "../../../src/domain/runbook.ts";
import { ApiFailure } from "../../../src/lab/cluster/api-failure.ts";
import type { Interference } from "../../../src/lab/cluster/api/server.ts";
import { startCluster } from "../../../src/lab/cluster/start-cluster.ts";
import { FIXED_PART } from "../../../src/remediation/fixed-part.ts";
import { readRunbook } from "../../../src/remediation/runbook.ts";
import { renderScript } from "../../../src/remediation/script.ts";
import { HANG_MS } from "../../hang.ts";
import { instantRuntime } from "./instant-runtime.ts";
import { environmentOf, type ProgramResult, runProgram } from "./kubectl-run.ts";
import { revision, seedFor, undoValue } from "./seed.ts";

const shipped = await fileRunbooks([join(import.meta.dirname, "../../../runbooks")], readRunbook).listRunbooks({
  onProblem: ({ what }) => expect.unreachable(what),
});
const all = shipped.flatMap((runbook) => runbook.steps.map((step) => ({ runbook: runbook.slug, step })));
/**
 * By default a few steps, because each takes seconds. `CAUSEWAY_TEST_STEPS=kinds` runs one step for each set of changing
 * commands, `CAUSEWAY_TEST_STEPS=all` every step of every runbook.
 */
const CHANGING =
  /kubectl (scale|set \w+|patch \S+ --type=\w+|rollout (?!status|history)\w+|cordon|uncordon|drain|annotate|delete)/g;
const byCommands = Map.groupBy(all, ({ step }) => [...(step.script.match(CHANGING) ?? [])].join());
const ofEachKind = [...byCommands.values()].map(([first]) => first);
const isFew = ({ step }: (typeof all)[number]): boolean =>
  /rollout undo|kubectl scale|patch service/.test(step.script) || step.id.startsWith("put-back");
const extent = process.env.CAUSEWAY_TEST_STEPS;
const chosen = extent === "all" ? all : ofEachKind.filter((one) => extent === "kinds" || (one && isFew(one)));
const cases = chosen.flatMap((one) => one ?? []).map((one, i) => ({ ...one, name: `s${i}` }));

const folder = mkdtempSync(join(tmpdir(), "causeway-lab-steps-"));
writeFileSync(join(folder, FIXED_PART.fileName), FIXED_PART.text);
const runtime = await instantRuntime();
let interfere: Interference = () => null;
const cluster = await startCluster(
  {
    folder: join(folder, "cluster"),
    namespace: "shop",
    runtime,
    nodes: [
      { name: "spare", cpu: "500", memory: "900Gi" },
      ...[...cases, { name: "refused" }].map(({ name }) => ({ name, cpu: "500", memory: "900Gi" })),
    ],
  },
  { interfere: (call) => interfere(call) },
);
await cluster.apply({
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: { name: "fast" },
  provisioner: "lab",
  allowVolumeExpansion: true,
});
afterAll(async () => {
  await cluster.close();
  runtime.close();
  rmSync(folder, { recursive: true });
});

const valueFor = (source: string, name: string): string =>
  undoValue(cluster, source, name) ??
  {
    "entity.workload": `deployment/${name}`,
    "entity.node": `node/${name}`,
    "change.id": "c-1",
    "fact:port": "8080",
    "fact:target_port": "8080",
    "fact:dns_policy": "Default",
    "fact:variable": "CART_ADDR",
    "fact:host": "crat",
    "fact:maximum": "5",
    "fact:selected_value": "nobody",
    "fact:policy_created": cluster.list("networkpolicies").find(({ metadata }) => metadata.name === name)?.metadata
      .creationTimestamp,
  }[source] ??
  name;

/** Renders a step for the seeded objects. @returns runs its script. */
function scriptOf(step: RunbookStep, runbook: string, name: string) {
  const rendered = renderScript({
    step,
    runbook,
    incidentId: "INC-1",
    context: "lab",
    expiresAtMs: Date.now() + 3_600_000,
    target: { id: `shop/Deployment/${name}`, kind: "workload" },
    values: Object.fromEntries(Object.entries(step.parameters).map(([key, source]) => [key, valueFor(source, name)])),
    observed: { revision: revision(cluster, name) ?? "" },
  });
  if (!rendered.ok) throw new Error(rendered.why);
  const path = join(folder, `${name}.sh`);
  writeFileSync(path, rendered.script);
  return (...args: string[]): Promise<ProgramResult> =>
    runProgram("bash", [path, ...args], environmentOf(cluster.kubeconfig));
}

/** What an operator set: the specs of all objects of this name, without what the cluster itself writes. */
function intentOf(name: string, { withRestarts = true } = {}): unknown {
  const types = [
    ..."deployments services nodes networkpolicies persistentvolumeclaims".split(" "),
    ..."horizontalpodautoscalers cronjobs configmaps resourcequotas".split(" "),
  ];
  return types.map((type) => {
    const found = cluster.list(type).find(({ metadata }) => metadata.name === name);
    const { "deployment.kubernetes.io/revision": _, ...annotations } = found?.metadata.annotations ?? {};
    const spec = structuredClone(found?.spec ?? {}) as Record<string, unknown>;
    delete spec.taints;
    const template = spec.template as { metadata?: { annotations?: Record<string, string> } } | undefined;
    if (!withRestarts) delete template?.metadata?.annotations;
    return { type, spec, annotations, data: (found as { data?: object } | undefined)?.data };
  });
}

/** kubectl refuses two restarts of a workload within one second. */
async function nextSecond(): Promise<void> {
  const second = (): number => Math.floor(Date.now() / 1000);
  for (const now = second(); second() === now;) await sleep(50);
}

it.each(cases.map(({ runbook, step, name }) => ({ title: `${runbook}/${step.id}`, runbook, step, name })))(
  "applies, verifies and undoes $title",
  async ({ runbook, step, name }) => {
    await seedFor(cluster, name, step);
    const run = scriptOf(step, runbook, name);
    // who undoes a restart restarts again
    const seen = { withRestarts: !step.rollback.includes("rollout restart") };
    const before = intentOf(name, seen);

    const tested = await run("--check");
    expect(tested).toMatchObject({ code: 0 });
    expect(intentOf(name, seen)).toEqual(before);

    const applied = await run("--apply");
    expect(applied).toMatchObject({ code: 0 });
    expect(isDeepStrictEqual(intentOf(name, seen), before)).toBe((step.script.match(CHANGING) ?? []).length === 0);

    if (!seen.withRestarts) await nextSecond();
    const undone = await run("rollback", "--apply");
    expect(undone).toMatchObject({ code: 0 }); // what cannot be undone says so, and changes nothing
    const isUndone = (step.rollback.match(CHANGING) ?? []).length > 0;
    expect(isDeepStrictEqual(intentOf(name, seen), before)).toBe(isUndone);
  },
  HANG_MS,
);

const UNDO = all.find(({ step }) => /rollout undo/.test(step.script)) as (typeof all)[number];
const refusals = [
  ["a first read that fails", (verb: string) => (verb === "get" ? new ApiFailure("Forbidden", "not you") : null)],
  ["a connection that is cut", (verb: string) => (verb === "get" ? ("cut" as const) : null)],
] as const;
it.each(refusals)(
  "%s changes nothing and offers no undo",
  async (_, refuse) => {
    const { runbook, step } = UNDO;
    await seedFor(cluster, "refused", step);
    const run = scriptOf(step, runbook, "refused");
    const before = intentOf("refused");
    interfere = ({ verb, name }) => (name === "refused" ? refuse(verb) : null);
    const applied = await run("--apply");
    interfere = () => null;
    expect(applied.code).not.toBe(0);
    expect(applied.stderr).not.toContain("To undo it");
    expect(intentOf("refused")).toEqual(before);
    expect(await run("rollback", "--apply")).toMatchObject({ code: 1 });
    expect(intentOf("refused")).toEqual(before);
  },
  HANG_MS,
);

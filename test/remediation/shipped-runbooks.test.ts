import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fileRunbooks } from "../../src/connectors/files/runbooks.ts";
import type { Problem } from "../../src/domain/ports.ts";
import { CAUSES } from "../../src/rca/catalogue.ts";
import { renderScript } from "../../src/remediation/script.ts";
import { readRunbook } from "../../src/remediation/runbook.ts";
import { bashAccepts, runBash } from "./samples.ts";
import { VALUES } from "./shipped-steps.ts";

const problems: Problem[] = [];
const shipped = await fileRunbooks([join(import.meta.dirname, "../../runbooks")], readRunbook).listRunbooks({
  onProblem: (problem) => problems.push(problem),
});
const steps = shipped.flatMap((runbook) =>
  runbook.steps.map((step) => ({ runbook, step, name: `${runbook.slug}/${step.id}` })),
);
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

it.each(["authentication_failure", "data_corruption", "quorum_lost", "rbac_forbidden"])(
  "propose no step for %s: the fix depends on an owner",
  (cause) => {
    const pages = shipped.filter(({ causes }) => causes.includes(cause));
    expect(pages).not.toEqual([]);
    const offered = pages.flatMap(({ steps: all }) =>
      all.filter(({ causes }) => causes === undefined || causes.includes(cause)),
    );
    expect(offered).toEqual([]);
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
});

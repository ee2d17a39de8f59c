import { describe, expect, it } from "vitest";
import { kubectlUse } from "../../src/remediation/kubectl-verbs.ts";
import { renderScript } from "../../src/remediation/script.ts";
import { shippedRunbooks } from "../script-values/shipped.ts";
import { applyTo, CLUSTER, runBash, stepCalls } from "./samples.ts";
import { ANSWERS, VALUES } from "./shipped-steps.ts";

const shipped = await shippedRunbooks();
const steps = shipped.flatMap((runbook) =>
  runbook.steps.map((step) => ({ runbook, step, name: `${runbook.slug}/${step.id}` })),
);

/** True if a call of kubectl changes something: by its verb, unless the API server only tests it. */
function isChange(call: readonly string[]): boolean {
  if (call.includes("--dry-run=server")) return false;
  const words = call.filter((word) => !word.startsWith("--context="));
  const use = kubectlUse(["kubectl", ...words].map((text) => [{ kind: "text" as const, text }]));
  return use.ok && use.act === "change";
}
const changesOf = (calls: readonly string[][]): string[][] => calls.filter(isChange);

describe.each(steps)("$name", ({ runbook, step }) => {
  const values = Object.fromEntries(
    Object.entries(step.parameters).map(([name, source]) => [name, VALUES[source] ?? "none"]),
  );
  const rendered = renderScript({
    step,
    runbook: runbook.slug,
    incidentId: "inc-1",
    target: { id: "orders", kind: "service" },
    values,
    expiresAtMs: 4_102_444_800_000,
  });
  if (!rendered.ok) throw new Error(rendered.why);
  const { script, preconditions } = rendered;
  const kubectl = { ...ANSWERS, ...(values.NODE === undefined ? CLUSTER : { "jsonpath={.kind}": "Node" }) };
  const run = (args: readonly string[], more: Partial<Parameters<typeof runBash>[1]> = {}) =>
    runBash(script, { args, kubectl, ...more });

  it("checks without a change, then changes after the checks, verifies, and undoes; all on its target", () => {
    const checked = run(["--check", "--context", "c1"]);
    expect(checked).toMatchObject({ status: 0, state: null });
    expect(changesOf(checked.calls)).toEqual([]);

    const { status, calls, state, stdout } = run(applyTo(script));
    expect(status).toBe(0);
    const [first, last] = [calls.findIndex(isChange), calls.findLastIndex(isChange)];
    // The preconditions, and what the step itself inspects, come before the first change; the verification after it.
    expect(first).toBeGreaterThan(preconditions.length);
    expect(stepCalls(calls.slice(0, preconditions.length))).toEqual([]);
    expect(calls.length).toBeGreaterThan(last + 1);
    expect(calls.every(([context]) => context === "--context=c1")).toBe(true);
    expect(stdout).toMatch(/^changes: /m);

    const undone = run(["rollback", "--apply"], { state });
    expect(undone.status).toBe(0);
    expect(changesOf(undone.calls).length).toBeGreaterThanOrEqual(step.reversible ? 1 : 0);
    // the script of a full disk reads the name of the claim from its target
    const targets = [...Object.values(values), "persistentvolumeclaim/data"];
    for (const call of stepCalls([...calls, ...undone.calls]))
      expect(call.some((word) => targets.some((target) => word.includes(target))) || call[0] === "get").toBe(true);
    expect(undone.calls.every(([context]) => context === "--context=c1")).toBe(true);
  });

  it("changes nothing and offers no undo when the first read fails", () => {
    const { status, calls, stderr, state } = run(applyTo(script), { does: { "": "exit 1" } });
    expect(status).not.toBe(0);
    expect(calls).toHaveLength(1);
    expect(changesOf(calls)).toEqual([]);
    expect(stderr).not.toMatch(/undo|rollback/);
    expect(state ?? "").not.toContain("changed=");
    const undo = run(["rollback", "--apply"], { state });
    expect(undo).toMatchObject({ status: 1, calls: [], stderr: expect.stringContaining("nothing to undo") });
  });

  it("is not repeated after it was killed in its change, and can be undone", () => {
    const [change = []] = changesOf(run(applyTo(script)).calls);
    const killed = run(applyTo(script), { does: { [change.slice(1).join(" ")]: "kill -9 $PPID" } });
    expect(killed.status).not.toBe(0);
    expect(changesOf(killed.calls)).toHaveLength(1);
    const again = run(applyTo(script), { state: killed.state });
    expect(changesOf(again.calls)).toEqual([]);
    expect(again.stdout).toContain("changes nothing again");
    const undone = run(["rollback", "--apply"], { state: killed.state });
    expect(undone.stderr).not.toContain("nothing to undo");
    expect(changesOf(undone.calls).length).toBeGreaterThanOrEqual(step.reversible ? 1 : 0);
  });
});

import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it, onTestFinished } from "vitest";
import { auditLines, checkAudit, lastAuditLines } from "../../../src/app/audit.ts";
import { executions } from "../../../src/app/execute/executions.ts";
import type { ExecutionParts } from "../../../src/app/execute/parts.ts";
import { sqliteAnalysisStore } from "../../../src/connectors/sqlite/analysis-store.ts";
import { Policy } from "../../../src/domain/policy.ts";
import type { RunbookStep } from "../../../src/domain/runbook.ts";
import { tempDir } from "../../compose/recorded-suite.ts";
import { anExecution } from "../../fakes.ts";
import { readFileSync, existsSync, writeFileSync } from "node:fs";
import { storeApproved } from "./approved-action.ts";
import { ada, partsIn } from "./parts.ts";

type Options = Partial<ExecutionParts> & { extra?: string; step?: Partial<RunbookStep> };

/** An approved action in a store of its own, and what executes it. */
async function approved({ step = {}, ...options }: Options = {}) {
  const home = await tempDir();
  const store = await sqliteAnalysisStore(join(home, "causeway.db"));
  onTestFinished(() => store.close());
  const action = await storeApproved(store, Date.now(), step);
  const parts = partsIn(home, store, options);
  const uses = executions(parts, 10_000);
  const calls = (): string[] => (existsSync(parts.notes) ? readFileSync(parts.notes, "utf8").split("\n") : []);
  const changes = (): string[] => calls().filter((call) => /scale .*replicas=\d$/.test(call));
  const execute = async (expected?: Record<string, string>) =>
    (await uses.execute({ actionId: action.id, by: ada, expected })).ended;
  const refusal = (expected?: Record<string, string>) =>
    execute(expected).then(
      ({ state }) => state,
      (error: Error) => /\((\w+)\)/.exec(error.message)?.[1] ?? error.message,
    );
  const audit = async () => {
    const { problems } = await checkAudit(auditLines(store), []);
    expect(problems).toEqual([]);
    return (await lastAuditLines(store, 20)).map(({ kind, payload }) =>
      [kind, payload.reason ?? payload.state ?? payload.part ?? ""].join(" ").trim(),
    );
  };
  return { home, store, action, parts, uses, calls, changes, execute, refusal, audit };
}

it("runs the approved script once, verifies it, and records its beginning and its end", async () => {
  const { execute, changes, audit, refusal, store, action } = await approved();
  const ended = await execute();
  expect(ended).toMatchObject({
    state: "succeeded",
    changed: true,
    pinned: { revision: "41" },
    runs: [
      { part: "apply", exitCode: 0 },
      { part: "verify", exitCode: 0 },
    ],
    why: expect.stringMatching(/nobody saw whether the symptom is gone/),
  });
  expect(changes()).toEqual(["--context=prod scale deployment/orders --current-replicas=2 --replicas=3"]);
  expect(await store.getExecution(action.id)).toEqual(ended);
  expect(await refusal()).toBe("executed_before");
  expect(changes()).toHaveLength(1);
  expect(await audit()).toEqual([
    "proposal",
    "approval",
    "decision",
    "execution",
    "result succeeded",
    "refusal executed_before",
  ]);
});

it("rolls back a change whose verification fails, and says so", async () => {
  const { execute, changes, audit } = await approved({
    extra: 'case "$*" in *"rollout status"*) echo "error: timed out" >&2; exit 1 ;; esac',
  });
  const ended = await execute();
  expect(ended).toMatchObject({
    state: "rolled_back",
    changed: true,
    why: expect.stringMatching(/status 1; it was undone/),
  });
  expect(changes().map((call) => call.replace(/.*deployment/, ""))).toEqual([
    "/orders --current-replicas=2 --replicas=3",
    "/orders --current-replicas=3 --replicas=2",
  ]);
  expect((await audit()).slice(-3)).toEqual(["execution", "execution rollback", "result rolled_back"]);
});

it("says that a rollback failed", async () => {
  const { execute } = await approved({
    extra: 'case "$*" in *"rollout status"*|*"--replicas=2") exit 1 ;; esac',
  });
  expect(await execute()).toMatchObject({
    state: "rollback_failed",
    why: expect.stringMatching(/the rollback failed/),
  });
});

it("leaves a change that cannot be undone, and says so", async () => {
  const { execute, changes } = await approved({
    step: { reversible: false, rollback: "say 'It cannot be undone.'" },
    extra: 'case "$*" in *"rollout status"*) exit 1 ;; esac',
  });
  expect(await execute()).toMatchObject({
    state: "failed",
    changed: true,
    why: expect.stringMatching(/cannot be undone/),
  });
  expect(changes()).toHaveLength(1);
});

it.each([
  ["nobody may approve any more", { isStillAllowed: async () => false }, "authority"],
  [
    "the policy demands two by now",
    { policy: Policy.parse({ rules: [{ name: "two", mode: "two_approvers" }] }) },
    "authority",
  ],
  ["the approval expired", { now: () => Date.now() + 1_900_000 }, "expired"],
  ["the object is gone", { extra: 'case "$*" in *"{.kind}"*) exit 1 ;; esac' }, "precondition_drift"],
  [
    "the object is of another kind",
    { extra: 'case "$*" in *"{.kind}"*) printf Pod; exit ;; esac' },
    "precondition_drift",
  ],
  ["the API server refuses the change", { extra: 'case "$*" in *dry-run*) exit 1 ;; esac' }, "precondition_drift"],
] satisfies [string, Options, string][])("runs nothing when %s", async (_, options, reason) => {
  const { refusal, changes, audit, store, action } = await approved(options);
  expect(await refusal()).toBe(reason);
  expect(changes()).toEqual([]);
  expect(await store.getExecution(action.id)).toBeNull();
  expect((await audit()).at(-1)).toBe(`${reason === "expired" ? "expiry" : "refusal"} ${reason}`);
});

it("runs nothing if a person expects a value that the script never reads", async () => {
  const { execute, refusal, calls } = await approved();
  await expect(execute({ revison: "41" })).rejects.toThrow(/reads no value "revison"; it reads kind and revision/);
  expect(await refusal({ toString: "1" })).toBe("precondition_drift");
  expect(calls()).toEqual([]);
});

it.each([
  [
    "an API server that does not answer",
    'echo "i/o timeout" >&2; exit 1',
    /i\/o timeout/,
    /could not read the cluster/,
  ],
  [
    "a cluster that changed",
    'case "$*" in *"{.kind}"*) printf Pod; exit ;; esac',
    /kind is now "Pod"/,
    /not as it was/,
  ],
])("tells apart %s", async (_, extra, message, hint) => {
  const { execute } = await approved({ extra });
  await expect(execute()).rejects.toMatchObject({
    message: expect.stringMatching(message),
    hint: expect.stringMatching(hint),
  });
});

it("runs nothing in another cluster than the approved one, or with another revision than the expected one", async () => {
  const { refusal, parts, uses, action, changes } = await approved();
  expect(await refusal({ revision: "40" })).toBe("precondition_drift");
  const executor = parts.openExecutor();
  const other = executions(
    {
      ...parts,
      openExecutor: () => executor && { ...executor, context: "staging", requireReady: async () => undefined },
    },
    1_000,
  );
  await expect(other.execute({ actionId: action.id, by: ada })).rejects.toThrow(/wrong_context/);
  expect(changes()).toEqual([]);
  expect((await uses.listExecutions({ limit: 5 })).length).toBe(0);
});

it("runs nothing that was edited in the store", async () => {
  const { refusal, store, action, changes } = await approved();
  const edited: typeof store = {
    ...store,
    getAction: async (id) => ({ ...(await store.getAction(id)), script: `${action.script}\necho evil` }),
  };
  const { parts } = await approved();
  const uses = executions({ ...parts, store: edited }, 1_000);
  await expect(uses.execute({ actionId: action.id, by: ada })).rejects.toThrow(/\(changed\)/);
  expect(changes()).toEqual([]);
  expect(await refusal()).toBe("succeeded");
});

it.each([2, 8])("lets one of %d processes that ask at once execute", async (count) => {
  const { home, action, changes, audit } = await approved();
  const racers = await Promise.all(
    Array.from({ length: count }, async () => {
      const store = await sqliteAnalysisStore(join(home, "causeway.db"));
      onTestFinished(() => store.close());
      return executions(partsIn(home, store), 10_000);
    }),
  );
  const results = await Promise.allSettled(
    racers.map(async (racer) => (await (await racer.execute({ actionId: action.id, by: ada })).ended).state),
  );
  expect(results.filter(({ status }) => status === "fulfilled")).toEqual([{ status: "fulfilled", value: "succeeded" }]);
  expect(changes()).toHaveLength(1);
  expect((await audit()).filter((line) => line.startsWith("execution"))).toHaveLength(1);
});

it("declares an execution of a dead worker unknown, and never repeats it", async () => {
  const { store, action, refusal, changes, uses, audit } = await approved();
  const left = anExecution({
    scriptSha256: action.scriptSha256,
    leaseUntilMs: Date.now() - 1,
    state: "running",
    changed: null,
  });
  await store.claimExecution(left);
  expect(await refusal()).toBe("executed_before");
  expect(await uses.getExecution(action.id)).toMatchObject({
    state: "unknown",
    why: expect.stringMatching(/nobody knows/),
  });
  expect(changes()).toEqual([]);
  expect((await audit()).slice(-2)).toEqual(["result unknown", "refusal executed_before"]);
});

it("stops its script when another process declared the execution unknown", async () => {
  const { store, action, uses, calls, parts } = await approved({
    extra: 'case "$*" in *"--replicas=3") sleep 20 ;; esac',
    execution: { timeoutMs: 30_000, verifyMs: 100, pauseMs: 10, leaseMs: 400 },
  });
  const { execution, ended } = await uses.execute({ actionId: action.id, by: ada });
  while (!calls().some((call) => call.endsWith("--replicas=3"))) await sleep(20);
  const current = await store.getExecution(action.id);
  if (current === null) throw new Error("it was claimed");
  const { state, owner } = current;
  expect(await store.changeExecution({ ...current, state: "unknown", endedAtMs: parts.now() }, { state, owner })).toBe(
    true,
  );
  expect(await ended).toMatchObject({ id: execution.id, state: "unknown" });
  expect(calls().filter((call) => call.includes("rollout status"))).toEqual([]);
});

it("stores no secret that a script printed", async () => {
  const { execute, store, action } = await approved({
    extra: 'case "$*" in *"-o wide"*) echo "connected with postgres://app:hunter2-secret@db/orders" ;; esac',
  });
  await execute();
  const stored = JSON.stringify(await store.getExecution(action.id));
  expect(stored).toContain("connected with");
  expect(stored).not.toContain("hunter2-secret");
});

it("runs nothing, and leaves no claim, if the place for its files is taken", async () => {
  const { home, refusal, changes, store, action } = await approved();
  writeFileSync(join(home, "executions"), "in the way");
  expect(await refusal()).toMatch(/cannot be used/);
  expect(changes()).toEqual([]);
  expect(await store.getExecution(action.id)).toBeNull();
});

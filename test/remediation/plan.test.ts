import { expect, it } from "vitest";
import type { CauseCard } from "../../src/domain/cause.ts";
import type { CitedFinding } from "../../src/domain/finding.ts";
import { planRemediation } from "../../src/remediation/plan.ts";
import { anIncident } from "../fakes.ts";
import {
  aHypothesis,
  aPlanInput,
  aRanking,
  bashAccepts,
  cited,
  readSkill,
  skillText,
  type StepText,
} from "./samples.ts";

const withParameter = (source: string): StepText => ({
  parameters: `{ WORKLOAD: entity.workload, NOTE: "${source}" }`,
  script: 'kubectl get "${WORKLOAD}"\nkubectl annotate "${WORKLOAD}" note="${NOTE}"',
});
const RESTART = 'kubectl get "${WORKLOAD}"\nkubectl rollout restart "${WORKLOAD}"\n';
const planWith = (source: string, given: Parameters<typeof aPlanInput>[0] = {}) =>
  planRemediation(aPlanInput({ runbooks: [readSkill(skillText({ steps: [withParameter(source)] }))], ...given }));

it("plans an action for each step, bound to target, bytes, evidence and expiry", () => {
  const { actions, runbook, notes } = planRemediation(aPlanInput());
  expect(runbook).toEqual({
    name: "teapot",
    why: 'it treats "slow_teapot"',
    drafted: false,
    text: null,
  });
  expect(notes).toEqual([]);
  expect(actions).toEqual([
    expect.objectContaining({
      id: "A1-a1",
      analysisId: "A1",
      incidentId: "inc-1",
      title: "Restart it: orders",
      runbook: "teapot",
      step: "restart",
      target: { id: "orders", kind: "service" },
      scriptSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      expiresAtMs: 1_000 + 24 * 3_600_000,
      evidenceIds: ["E1"],
      rollback: "kubectl rollout undo 'deployment/orders'",
      verify: "kubectl rollout status 'deployment/orders'",
    }),
  ]);
  expect(actions[0]?.script).toContain("declare +x -r WORKLOAD='deployment/orders'\n");
});

it("gives the same bytes for the same incident and expiry, for any analysis", () => {
  const first = planRemediation(aPlanInput()).actions[0];
  const second = planRemediation(aPlanInput({ analysisId: "A2" })).actions[0];
  expect(second?.scriptSha256).toBe(first?.scriptSha256);
  expect(second?.script).toBe(first?.script);
});

it("writes the expiry into the script", () => {
  const [later] = planRemediation(aPlanInput({ nowMs: 9e11, expiresAfterMs: 60_000 })).actions;
  expect(later?.expiresAtMs).toBe(9e11 + 60_000);
  expect(later?.script).toContain("EXPIRES=900000060 ");
});

it.each(["no_incident", "recovered"] as const)("plans nothing when the verdict is %s", (verdict) => {
  expect(planRemediation(aPlanInput({ ranking: aRanking({ verdict }) }))).toEqual({
    actions: [],
    runbook: null,
    notes: [],
  });
});

it("plans nothing without a hypothesis", () => {
  expect(planRemediation(aPlanInput({ ranking: aRanking({ hypotheses: [] }) }))).toEqual({
    actions: [],
    runbook: null,
    notes: [],
  });
});

it("names the runbook and proposes nothing if the analysis is inconclusive", () => {
  const { actions, runbook } = planRemediation(aPlanInput({ ranking: aRanking({ verdict: "inconclusive" }) }));
  expect(actions).toEqual([]);
  expect(runbook).toMatchObject({ name: "teapot", drafted: false, why: expect.stringContaining("for reading only") });
});

it("drafts a runbook if none treats the cause", () => {
  const { actions, runbook } = planRemediation(aPlanInput({ runbooks: [] }));
  expect(actions).toEqual([]);
  expect(runbook).toMatchObject({
    name: "draft-slow-teapot",
    drafted: true,
    why: 'no runbook treats "slow_teapot"',
    text: expect.stringContaining("## Goal"),
  });
});

it("drafts a runbook if one treats the cause only for another kind of entity, and says so", () => {
  const { runbook } = planRemediation(
    aPlanInput({ runbooks: [readSkill(skillText({ extra: "entityKinds: [node]\n" }))] }),
  );
  expect(runbook).toMatchObject({ drafted: true, why: expect.stringContaining("only for node, not for a service") });
});

it("prefers a runbook for this kind of entity, and accepts one that the catalogue names", () => {
  const general = readSkill(skillText());
  const special = { ...readSkill(skillText({ extra: "entityKinds: [service]\n" })), slug: "zz", name: "zz" };
  expect(planRemediation(aPlanInput({ runbooks: [general, special] })).runbook?.name).toBe("zz");
  const card: CauseCard = {
    id: "cold_teapot",
    title: "Cold",
    systemLevel: "Application",
    faultType: "Code Defect",
    entityKinds: [],
    signature: [],
    refutedBy: "heat",
    runbooks: ["teapot"],
  };
  const named = planRemediation(
    aPlanInput({
      runbooks: [general],
      causes: [card],
      ranking: aRanking({ hypotheses: [aHypothesis({ cause: "cold_teapot" })] }),
    }),
  );
  expect(named.runbook?.why).toBe('the cause catalogue lists it for "Cold"');
});

it("leaves out a step if the evidence lacks a parameter, says why, and keeps the others", () => {
  const runbooks = [
    readSkill(skillText({ steps: [{ ...withParameter("fact:limit"), id: "first" }, { id: "second" }] })),
  ];
  const { actions, runbook, notes } = planRemediation(aPlanInput({ runbooks }));
  expect(actions.map(({ id, step }) => [id, step])).toEqual([["A1-a1", "second"]]);
  expect(notes).toEqual(['step "first" is left out, because no finding about "orders" has the fact "limit"']);
  expect(runbook?.why).toContain(notes[0]);
});

it.each([
  ["fact:peak", "9", ["E1"]],
  ["entity", "orders", ["E1"]],
  ["entity.kind", "service", ["E1"]],
  ["system", "tea-shop", ["E1"]],
  ["peer", "kettle", ["E1", "E2"]],
  ["change.id", "c-7", ["E1", "E3"]],
])("takes %s from the evidence and cites it", (source, value, evidenceIds) => {
  const { actions } = planWith(source, {
    incident: anIncident({ system: "tea-shop" }),
    ranking: aRanking({
      change: "c-7",
      hypotheses: [aHypothesis({ for: ["E1", "E2"].slice(0, source === "peer" ? 2 : 1) })],
    }),
    findings: [
      cited("E1"),
      cited("E2", { peer: "kettle" }),
      cited("E3", {
        signal: "change",
        kind: "change.deploy",
        evidence: { connector: "files", query: "changes", window: null, facts: { id: "c-7" } },
      }),
    ],
  });
  expect(actions[0]?.script).toContain(`declare +x -r NOTE='${value}'\n`);
  expect(actions[0]?.evidenceIds).toEqual(evidenceIds);
});

it.each([
  ["change.id", { change: "c-9" }, 'no finding shows the change "c-9"'],
  ["change.id", { change: null }, "no culprit change was found"],
  ["fact:toString", {}, "no finding about"],
  ["system", {}, "does not name its system"],
  ["peer", {}, "names its peer"],
])("does not take %s without evidence", (source, given, why) => {
  expect(planWith(source, { ranking: aRanking(given) })).toMatchObject({
    actions: [],
    notes: [expect.stringContaining(why)],
  });
});

it("takes no fact from findings about another entity", () => {
  const findings = [cited("E1", { entity: { id: "kettle", kind: "service" } })];
  expect(planWith("fact:peak", { findings }).actions).toEqual([]);
});

it("proposes nothing when no finding supports it", () => {
  expect(planRemediation(aPlanInput({ findings: [] }))).toMatchObject({
    actions: [],
    notes: [expect.stringContaining("no finding supports it")],
  });
});

it.each([
  "$(touch /tmp/pwned)",
  "'; rm -rf /",
  "`id`",
  "a\nb",
  "--help",
  "-rf",
  "..",
  "A_B",
  "x".repeat(10_000),
  "ns/Kind",
  "a b/Pod/x",
  "__proto__",
])("renders no script for the invalid Kubernetes name %j", (id) => {
  const { actions, notes } = planRemediation(
    aPlanInput({ ranking: aRanking({ hypotheses: [aHypothesis({ entity: { id, kind: "service" } })] }) }),
  );
  expect(actions).toEqual([]);
  expect(notes).toEqual([expect.stringContaining("is not a Deployment, StatefulSet or DaemonSet")]);
  expect(notes[0]).not.toContain("\n");
  expect(notes[0]?.length).toBeLessThan(300);
});

it("passes a hostile fact to the script only as a value", () => {
  const findings = [
    cited("E1", { evidence: { connector: "f", query: "q", window: null, facts: { text: "'; touch pwned\n$(id)" } } }),
  ];
  const script = planWith("fact:text", { findings }).actions[0]?.script ?? "";
  expect(script).toContain(String.raw`declare +x -r NOTE=$'\'; touch pwned\x0a$(id)'`);
  expect(bashAccepts(script)).toBe(true);
});

it.each([{ text: "login with password=hunter2" }, { text: "fine", token: "opensesame" }])(
  "writes no secret into a script: %j",
  (facts) => {
    const findings = [cited("E1", { evidence: { connector: "f", query: "q", window: null, facts } })];
    const { actions, notes } = planWith(`fact:${Object.keys(facts).at(-1)}`, { findings });
    expect({ actions, notes }).toEqual({ actions: [], notes: [expect.stringContaining("looks like a secret")] });
  },
);

it("proposes nothing against a name that appears only in the text of a message, and says so", () => {
  const ranking = aRanking({ hypotheses: [aHypothesis({ entity: { id: "kube-dns", kind: "service" } })] });
  const plan = planRemediation(aPlanInput({ ranking }));
  expect(plan.actions).toEqual([]);
  expect(plan.runbook?.why).toContain("only the text of a message names this component");
  const topology = { nodes: [], edges: [{ from: "orders", to: "kube-dns", kind: "calls" }] };
  const findings = [cited("E1", { peer: "kube-dns" })];
  expect(planRemediation(aPlanInput({ ranking, topology, findings })).actions).toHaveLength(1);
});

const finding = (id: string, signal: CitedFinding["signal"], more: Partial<CitedFinding> = {}): CitedFinding =>
  cited(id, { signal, ...more });
const elsewhere = { entity: { id: "gateway", kind: "service" } };

it.each([
  ["log lines", [finding("E1", "log")], "only log lines show it"],
  ["an alert", [finding("E1", "alert")], "only alerts show it"],
  ["log lines and an alert", [finding("E1", "log"), finding("E2", "alert")], "only alerts and log lines show it"],
  ["a change", [finding("E1", "change")], "only the list of changes shows it"],
  [
    "log lines, with a metric of another component",
    [finding("E1", "log"), finding("E2", "metric", elsewhere)],
    "log lines",
  ],
])("proposes only checks on the word of %s, and says so", (_, findings, why) => {
  const ranking = aRanking({ hypotheses: [aHypothesis({ for: findings.map(({ id }) => id) })] });
  const { actions, runbook } = planRemediation(aPlanInput({ ranking, findings }));
  expect(actions).toEqual([]);
  expect(runbook).toMatchObject({ name: "teapot", why: expect.stringContaining(why) });
});

it.each([
  ["a metric", [finding("E1", "log"), finding("E2", "metric")]],
  ["traces of its callers", [finding("E1", "log"), finding("E2", "trace", { ...elsewhere, peer: "orders" })]],
  [
    "the state of one of its pods",
    [finding("E1", "cluster", { entity: { id: "orders-7d9f8b6c5-x2x4z", kind: "pod" } })],
  ],
  ["a change, with what went wrong after it", [finding("E1", "log"), finding("E2", "change")]],
])("proposes a change if %s shows it too", (_, findings) => {
  const ranking = aRanking({ hypotheses: [aHypothesis({ for: findings.map(({ id }) => id) })] });
  expect(planRemediation(aPlanInput({ ranking, findings })).actions).toHaveLength(1);
});

it("keeps the evidence of each parameter", () => {
  const findings = [
    cited("E1"),
    cited("E2", { evidence: { connector: "k8s", query: "q", window: null, facts: { service: "orders" } } }),
  ];
  const step = {
    parameters: "{ WORKLOAD: entity.workload, SERVICE: fact:service }",
    script: 'kubectl get service/"${SERVICE}"\nkubectl rollout restart "${WORKLOAD}"',
  };
  const ranking = aRanking({ hypotheses: [aHypothesis({ for: ["E1", "E2"] })] });
  const { actions } = planRemediation(
    aPlanInput({ findings, ranking, runbooks: [readSkill(skillText({ steps: [step] }))] }),
  );
  expect(actions[0]?.parameters).toEqual([
    { name: "WORKLOAD", value: "deployment/orders", source: "entity.workload", evidenceIds: [] },
    { name: "SERVICE", value: "orders", source: "fact:service", evidenceIds: ["E2"] },
  ]);
});

it("plans only the steps for this cause", () => {
  const runbook = readSkill(
    skillText({ steps: [{ id: "all" }, { id: "mine" }, { id: "other" }] }).replace(
      "causes: [slow_teapot]",
      "causes: [slow_teapot, cold_teapot]",
    ),
  );
  const own: Record<string, string[]> = { mine: ["slow_teapot"], other: ["cold_teapot"] };
  const steps = runbook.steps.map((step) => ({ ...step, causes: own[step.id] }));
  const { actions } = planRemediation(aPlanInput({ runbooks: [{ ...runbook, steps }] }));
  expect(actions.map(({ step }) => step)).toEqual(["all", "mine"]);
});

it.each([
  [{ tool: "Argo CD", source: "shop" }, /Argo CD application "shop" owns it and reverts a direct change/],
  [{ tool: "Flux", source: "apps\n# x" }, /Flux "apps # x" owns it/],
  [{ tool: "Helm", source: null }, /the Helm release owns it, and its next upgrade takes a direct change back/],
] as const)("says that a direct change does not stay where %j delivers the target", (delivery, note) => {
  const { runbook, notes } = planRemediation(aPlanInput({ delivery }));
  expect(notes.join()).toMatch(note);
  expect(runbook?.why).toMatch(note);
});

const scaled = { desired: 1, ready: 1, stopsFirst: false };
it.each([
  ["zero-replicas", { ...scaled, desired: 0, ready: 0 }, null],
  ["zero-replicas", scaled, "the cluster shows 1 replica, not zero"],
  ["zero-replicas", null, null],
  ["not-ready", scaled, "the cluster shows 1 of 1 replicas ready"],
  ["not-ready", { ...scaled, desired: 2 }, null],
  ["not-ready", null, null],
] as const)("proposes a step only if the workload is in its state: %s, %j", (onlyIf, workload, why) => {
  const runbook = readSkill(skillText({ steps: [{ id: "step" }] }));
  const steps = runbook.steps.map((step) => ({ ...step, onlyIf }));
  const { actions, notes } = planRemediation(aPlanInput({ runbooks: [{ ...runbook, steps }], workload }));
  expect(actions).toHaveLength(why === null ? 1 : 0);
  expect(notes).toEqual(why === null ? [] : [`step "step" is left out, because ${why}`]);
});

const stated = (means: string, entity = "orders") =>
  cited("E9", {
    signal: "cluster",
    kind: "cluster.image-pull",
    entity: { id: entity, kind: "service" },
    strength: 5,
    summary: `${entity}: its state`,
    evidence: { connector: "fake", query: "all", window: null, facts: { means } },
  });
it.each([
  ["image_reference_wrong", "orders", 0],
  ["quota_pods", "orders", 0],
  ["memory_exhaustion", "orders", 1],
  ["image_reference_wrong", "carts", 1],
])("proposes no restart where the cluster shows what outlasts it: %s of %s", (means, entity, count) => {
  const runbooks = [readSkill(skillText({ steps: [{ script: RESTART }] }))];
  const { findings } = aPlanInput();
  const { actions } = planRemediation(aPlanInput({ runbooks, findings: [...findings, stated(means, entity)] }));
  expect(actions).toHaveLength(count);
});

it("says that a restart is an outage where the old pods stop first, and puts what can be undone before it", () => {
  const runbooks = [
    readSkill(
      skillText({
        steps: [
          { id: "restart", script: RESTART, reversible: "false", risk: "medium" },
          { id: "undo", risk: "low" },
        ],
      }),
    ),
  ];
  const planned = (stopsFirst: boolean, ready = 1) =>
    planRemediation(aPlanInput({ runbooks, workload: { desired: 1, ready, stopsFirst } })).actions;
  expect(planned(false).map(({ step, risk }) => `${step} ${risk}`)).toEqual(["restart medium", "undo low"]);
  expect(planned(true, 0).map(({ step, risk }) => `${step} ${risk}`)).toEqual(["restart medium", "undo low"]);
  const [first, second] = planned(true);
  expect([first?.step, second?.step, second?.risk]).toEqual(["undo", "restart", "high"]);
  expect(second?.blastRadius.why).toContain("its strategy is Recreate, so nothing serves");
});

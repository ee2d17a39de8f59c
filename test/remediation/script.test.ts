import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, it } from "vitest";
import { renderScript, type Rendered, type ScriptInput } from "../../src/remediation/script.ts";
import { FIXED_PART } from "../../src/remediation/fixed-part.ts";
import {
  APPLY,
  bashAccepts,
  CLUSTER,
  readSkill,
  runBash,
  skillText,
  stepCalls,
  wordsOf,
  type StepText,
} from "./samples.ts";

const noted: StepText = {
  parameters: "{ WORKLOAD: entity.workload, NOTE: peer }",
  script: 'kubectl get "${WORKLOAD}"\nkubectl annotate "${WORKLOAD}" note="${NOTE}"',
  rollback: 'kubectl annotate "${WORKLOAD}" note-',
};
const counted: StepText = {
  script: [
    'kubectl get "${WORKLOAD}"',
    "ask REPLICAS kubectl get \"${WORKLOAD}\" -o 'jsonpath={.spec.replicas}'",
    "plus MORE REPLICAS 1",
    'kubectl scale "${WORKLOAD}" --replicas="${MORE}"',
  ].join("\n"),
  rollback: 'kubectl rollout undo "${WORKLOAD}"',
};

/** The year 2100. */
const FAR_MS = 4_102_444_800_000;

function render({
  step = {},
  values = {},
  id = "orders",
  kind = "service",
  incidentId = "inc-1",
  ...more
}: Partial<Pick<ScriptInput, "expiresAtMs" | "context" | "observed" | "symptom">> & {
  step?: StepText;
  values?: Record<string, string>;
  id?: string;
  kind?: string;
  incidentId?: string;
} = {}): Rendered {
  const [read] = readSkill(skillText({ steps: [step] })).steps;
  if (read === undefined) throw new Error("the sample has no step");
  return renderScript({
    step: read,
    runbook: "teapot",
    incidentId,
    target: { id, kind },
    values: { WORKLOAD: "deployment/orders", ...values },
    expiresAtMs: FAR_MS,
    ...more,
  });
}
function scriptOf(changes: Parameters<typeof render>[0] = {}): string {
  const rendered = render(changes);
  if (!rendered.ok) throw new Error(rendered.why);
  return rendered.script;
}

it("prints its commands with nothing installed, and changes nothing", () => {
  const { status, stdout, stderr } = runBash(scriptOf());
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toContain("would query:  kubectl get deployment/orders\n");
  expect(stdout).toContain("would change: kubectl rollout restart deployment/orders\n");
  expect(stdout).toContain("would query:  kubectl rollout status deployment/orders\n");
});

it("calls nothing in a dry run even when kubectl is installed", () => {
  expect(runBash(scriptOf(), { kubectl: {} }).calls).toEqual([]);
});

const apply = (script: string, kubectl: Record<string, string> = {}, state: string | null = null) =>
  runBash(script, { args: APPLY, kubectl: { ...CLUSTER, ...kubectl }, state });

it("checks the cluster, applies and then verifies", () => {
  const { status, calls, stdout } = apply(scriptOf());
  expect(status).toBe(0);
  expect(calls.every(([flag]) => flag === "--context=c1")).toBe(true);
  expect(calls.slice(0, 2).map((call) => call.at(-1))).toEqual([
    "jsonpath={.kind}",
    String.raw`jsonpath={.metadata.annotations.deployment\.kubernetes\.io/revision}`,
  ]);
  expect(stepCalls(calls)).toEqual([
    ["get", "deployment/orders"],
    ["rollout", "restart", "deployment/orders"],
    ["rollout", "status", "deployment/orders"],
  ]);
  expect(stdout).toContain("cluster:     context c1, namespace of that context");
});

it.each([
  { why: "no cluster is named", args: ["--apply", "--expect", "revision=41"], says: "--context NAME" },
  { why: "nobody has confirmed the revision", args: ["--apply", "--context", "c1"], says: "--expect revision=41" },
  {
    why: "the revision is another",
    args: ["--apply", "--context", "c1", "--expect", "revision=40"],
    says: "the revision is not 40 any more",
  },
])("changes nothing when $why", ({ args, says }) => {
  const { status, stderr, calls } = runBash(scriptOf(), { args, kubectl: CLUSTER });
  expect(status).toBe(1);
  expect(stderr).toContain(says);
  expect(stepCalls(calls)).toEqual([]);
});

it.each([["--apply"], ["--check"], []])("refuses an expectation that it would never compare (%s)", (...mode) => {
  const args = [...mode, "--context", "c1", "--expect", "revision=41", "--expect", "replicas=3"];
  const { status, stderr, calls, state } = runBash(scriptOf(), { args, kubectl: CLUSTER });
  expect([status, calls, state]).toEqual([1, [], null]);
  expect(stderr).toContain("this script reads no value named replicas");
});

it("changes nothing when the object is of another kind", () => {
  const { stderr, calls } = runBash(scriptOf(), { args: APPLY, kubectl: { "jsonpath={.kind}": "ReplicaSet" } });
  expect(stderr).toContain("the kind is not Deployment any more");
  expect(stepCalls(calls)).toEqual([]);
});

it("changes nothing when the first read fails, and offers no undo", () => {
  const { status, stderr, state } = runBash(scriptOf(), { args: APPLY });
  expect(status).toBe(1);
  expect(stderr).toContain("kubectl is not installed");
  expect(stderr).not.toContain("undo");
  expect(state).not.toContain("changed");
});

it("pins the context and the revision that were known when it was planned", () => {
  const script = scriptOf({ context: "prod-eu", observed: { revision: "41" } });
  expect(runBash(script, { args: ["--apply"], kubectl: CLUSTER }).calls.every(([f]) => f === "--context=prod-eu")).toBe(
    true,
  );
  const elsewhere = runBash(script, { args: ["--apply", "--context", "other"], kubectl: CLUSTER });
  expect(elsewhere).toMatchObject({ status: 1, calls: [] });
  const drifted = { ...CLUSTER, [String.raw`kubernetes\.io/revision`]: "42" };
  const stderrOf = (...args: string[]) => runBash(script, { args: ["--apply", ...args], kubectl: drifted }).stderr;
  expect(stderrOf()).toContain("the revision is not 41 any more");
  expect(stderrOf("--expect", "revision=42")).toContain("the script was approved for the revision 41");
});

it("changes nothing after its expiry", () => {
  const { status, stderr, calls } = apply(scriptOf({ expiresAtMs: 1_000_000 }));
  expect({ status, calls }).toEqual({ status: 1, calls: [] });
  expect(stderr).toContain("expired");
});

it("changes nothing a second time", () => {
  const step = { ...counted, script: counted.script?.replace("plus MORE REPLICAS 1", "times MORE REPLICAS 2") };
  const first = apply(scriptOf({ step }), { jsonpath: "3" });
  expect(first.calls).toContainEqual(["--context=c1", "scale", "deployment/orders", "--replicas=6"]);
  const second = apply(scriptOf({ step }), { jsonpath: "6" }, first.state);
  expect(second.stdout).toContain("was applied before, and changes nothing again");
  expect(stepCalls(second.calls)).toEqual([["rollout", "status", "deployment/orders"]]);
});

it("verifies alone, and shows the symptom to look at", () => {
  const script = scriptOf({ symptom: { text: "errors of gateway", query: "sum(rate(errors[1m]))" } });
  const { calls, stdout } = runBash(script, { args: ["verify", "--apply"], kubectl: {} });
  expect(calls).toEqual([["rollout", "status", "deployment/orders"]]);
  expect(stdout).toContain("symptom:     errors of gateway\nquery:       sum(rate(errors[1m]))\n");
});

it("undoes only what it changed, in the cluster that it changed", () => {
  const { stderr, calls } = runBash(scriptOf(), { args: ["rollback", "--apply", "--context", "c1"], kubectl: CLUSTER });
  expect(stderr).toContain("nothing to undo");
  expect(calls).toEqual([]);
  const { state } = apply(scriptOf());
  expect(stepCalls(runBash(scriptOf(), { args: ["rollback", "--apply"], kubectl: CLUSTER, state }).calls)).toEqual([
    ["rollout", "undo", "deployment/orders"],
  ]);
  const elsewhere = ["rollback", "--apply", "--context", "c2"];
  expect(runBash(scriptOf(), { args: elsewhere, kubectl: CLUSTER, state }).calls).toEqual([]);
});

it("restores the value that it found, not one that it reads later", () => {
  const step = { ...counted, rollback: 'kubectl scale "${WORKLOAD}" --replicas="${REPLICAS}"' };
  const { state } = apply(scriptOf({ step }), { jsonpath: "3" });
  const undone = runBash(scriptOf({ step }), { args: ["rollback", "--apply"], kubectl: { jsonpath: "9" }, state });
  expect(stepCalls(undone.calls)).toEqual([["scale", "deployment/orders", "--replicas=3"]]);
});

it("rolls back to a revision by its number, and forward again by its number", () => {
  const step: StepText = {
    script:
      'kubectl get "${WORKLOAD}"\nrevisions FAULTY PREVIOUS "${WORKLOAD}"\nkubectl rollout undo "${WORKLOAD}" --to-revision="${PREVIOUS}"',
    rollback: 'kubectl rollout undo "${WORKLOAD}" --to-revision="${FAULTY}"',
  };
  const { calls, state } = apply(scriptOf({ step }));
  expect(stepCalls(calls)).toContainEqual(["rollout", "undo", "deployment/orders", "--to-revision=39"]);
  const undone = runBash(scriptOf({ step }), { args: ["rollback", "--apply"], kubectl: CLUSTER, state });
  expect(stepCalls(undone.calls)).toEqual([["rollout", "undo", "deployment/orders", "--to-revision=41"]]);
});

it("stops when there is no earlier revision", () => {
  const step: StepText = {
    script: 'revisions FAULTY PREVIOUS "${WORKLOAD}"\nkubectl rollout undo "${WORKLOAD}" --to-revision="${PREVIOUS}"',
    rollback: 'kubectl rollout undo "${WORKLOAD}" --to-revision="${FAULTY}"',
  };
  const answers = { ...CLUSTER, "rollout history": "REVISION  CHANGE-CAUSE\n1         <none>\n" };
  const { stderr, calls } = runBash(scriptOf({ step }), { args: APPLY, kubectl: answers });
  expect(stderr).toContain("no earlier revision");
  expect(stepCalls(calls)).toEqual([["rollout", "history", "deployment/orders"]]);
});

it("lets the API server test changes in a check, and skips a change that kubectl cannot test", () => {
  const check = (script: string): string[][] =>
    stepCalls(runBash(script, { args: ["--check"], kubectl: CLUSTER }).calls);
  expect(check(scriptOf({ step: noted, values: { NOTE: "x" } })).at(-1)).toEqual([
    "annotate",
    "deployment/orders",
    "note=x",
    "--dry-run=server",
  ]);
  expect(check(scriptOf())).toEqual([["get", "deployment/orders"]]);
});

it("computes with the cluster's answers", () => {
  expect(stepCalls(apply(scriptOf({ step: counted }), { jsonpath: "08" }).calls)).toContainEqual([
    "scale",
    "deployment/orders",
    "--replicas=9",
  ]);
});

it("keeps the unit of a quantity", () => {
  const step = { ...counted, script: counted.script?.replace("plus MORE REPLICAS 1", "times MORE REPLICAS 2") };
  expect(stepCalls(apply(scriptOf({ step }), { jsonpath: "512Mi" }).calls)).toContainEqual([
    "scale",
    "deployment/orders",
    "--replicas=1024Mi",
  ]);
});

it.each(["", "two words", "-1", "$(touch pwned)", "x\ny", "a[$(touch pwned)]"])(
  "stops before any change when the cluster answers %j",
  (answer) => {
    const { status, calls, leftovers } = apply(scriptOf({ step: counted }), { jsonpath: answer });
    expect(status).not.toBe(0);
    expect(stepCalls(calls).map(([verb]) => verb)).toEqual(["get", "get"]);
    expect(leftovers).toEqual([]);
  },
);

it.each([["--force"], ["applyy"], ["--namespace"], ["--namespace", "a b"], ["--context", ""], ["--expect", "x"]])(
  "refuses the arguments %s %s",
  (...args) => {
    const { status, calls } = runBash(scriptOf(), { args: [...args, "--apply"], kubectl: {} });
    expect(status).not.toBe(0);
    expect(calls).toEqual([]);
  },
);

it.each([
  ["changed", `${FIXED_PART.text}rm -rf /\n`],
  ["missing", null],
])("runs nothing with a %s fixed part", (_, fixed) => {
  const { status, calls } = runBash(scriptOf(), { args: APPLY, kubectl: CLUSTER, fixed });
  expect({ status, calls }).toEqual({ status: 1, calls: [] });
});

it("takes no state from a link or from another name", () => {
  expect(apply(scriptOf(), {}, "CONTEXT=$(touch pwned)\n").leftovers).toEqual([]);
});

it("uses the evidence's namespace in every call, and refuses another", () => {
  const script = scriptOf({ id: "shop/Deployment/orders", kind: "deployment" });
  expect(apply(script).calls.every((call) => call[1] === "--namespace=shop")).toBe(true);
  expect(runBash(script, { args: [...APPLY, "--namespace", "other"], kubectl: CLUSTER }).calls).toEqual([]);
});

it("takes the namespace from the operator if the evidence has none", () => {
  expect(runBash(scriptOf(), { args: [...APPLY, "--namespace", "shop"], kubectl: CLUSTER }).calls[2]).toEqual([
    "--context=c1",
    "--namespace=shop",
    "get",
    "deployment/orders",
  ]);
});

it("is under 60 lines for a step of one action", () => {
  expect(scriptOf().split("\n").length).toBeLessThan(60);
});

it("gives the sha256 of exactly its bytes, and the same bytes each time", () => {
  const rendered = render({ step: noted, values: { NOTE: "ünïcode" } });
  expect(rendered).toEqual(render({ step: noted, values: { NOTE: "ünïcode" } }));
  expect(rendered).toMatchObject({
    ok: true,
    sha256: createHash("sha256")
      .update(Buffer.from(scriptOf({ step: noted, values: { NOTE: "ünïcode" } }), "utf8"))
      .digest("hex"),
  });
});

const HOSTILE = [
  "$(touch pwned)",
  "'; touch pwned; '",
  "`touch pwned`",
  '"; touch pwned; "',
  "\n touch pwned\n",
  "--help",
  "-rf /",
  "'; rm -rf /",
  "${IFS}touch${IFS}pwned",
  "$'\\x27; touch pwned'",
  "\\",
  "\\'",
  "'",
  "''",
  "!!",
  "*",
  "~",
  "#",
  "a\r\nb",
  "\u001b[2J",
  "\u202etxt.exe",
  "é漢字🫖",
  "\ufeff",
  "x".repeat(1024),
  "!(touch pwned)",
  "<(touch pwned)",
  "|| touch pwned",
  "&",
  "",
];

function passesUnchanged(value: string): void {
  const script = scriptOf({ step: noted, values: { NOTE: value }, id: value === "" ? "x" : value, incidentId: value });
  const applied = apply(script);
  expect(applied.status).toBe(0);
  expect(applied.leftovers).toEqual([]);
  expect(stepCalls(applied.calls)).toEqual([
    ["get", "deployment/orders"],
    ["annotate", "deployment/orders", `note=${value}`],
    ["rollout", "status", "deployment/orders"],
  ]);
  const dry = runBash(script);
  expect(dry.leftovers).toEqual([]);
  const shown =
    dry.stdout
      .split("\n")
      .find((line) => line.startsWith("would change:"))
      ?.slice("would change:".length) ?? "";
  expect(wordsOf(shown)).toEqual(["kubectl", "annotate", "deployment/orders", `note=${value}`, "--dry-run=server"]);
}

it.each(HOSTILE)("carries the hostile value %j to the program byte for byte, running nothing of it", passesUnchanged);

it("passes any text to the program byte for byte, without running it", () => {
  const pieces = fc.oneof(
    fc.constantFrom(...HOSTILE),
    fc.string({ unit: "grapheme", maxLength: 20 }),
    fc.string({ unit: "binary", maxLength: 20 }),
  );
  const text = fc
    .array(pieces, { maxLength: 5 })
    .map((parts) => parts.join(""))
    .filter((value) => value.isWellFormed() && !value.includes("\0") && Buffer.byteLength(value) <= 1024);
  fc.assert(fc.property(text, passesUnchanged), { numRuns: 25 });
});

it("holds no invisible characters", () => {
  const script = scriptOf({
    step: noted,
    values: { NOTE: "a\u202eb\u001b[2Jc\u2028d\ne\u00a0f\u3164g\ufe0f" },
    incidentId: "i\u202e\nnext: line",
    id: "o\r\n\u0007\u3164\u115fx",
  });
  expect(script.replaceAll("\n", "")).not.toMatch(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/u,
  );
  expect(script).toContain("# Incident: i next: line\n");
  expect(bashAccepts(script)).toBe(true);
});

it.each([
  ["a\0b", "NUL"],
  ["\ud800", "surrogate"],
  ["x".repeat(10_000), "10000 bytes"],
  ["é".repeat(600), "1200 bytes"],
])("refuses a value that no argument can carry or that is too long (%#)", (value, why) => {
  expect(render({ step: noted, values: { NOTE: value } })).toEqual({ ok: false, why: expect.stringContaining(why) });
});

it("refuses a parameter without a value, even if the prototype has one", () => {
  expect(render({ step: noted })).toEqual({ ok: false, why: "NOTE has no value" });
});

it("keeps parameters out of the environment of called programs", () => {
  const step: StepText = {
    ...noted,
    parameters: "{ WORKLOAD: entity.workload, HTTPS_PROXY: peer }",
    script: noted.script?.replace("${NOTE}", "${HTTPS_PROXY}"),
  };
  const script = scriptOf({ step, values: { HTTPS_PROXY: "http://evil" } }).replace(/^main "\$@"$/m, "export -p\n$&");
  expect(runBash(script, { args: [], env: { HTTPS_PROXY: "before" }, kubectl: {} }).stdout).not.toContain('evil"');
});

it.each([
  ["an option", { WORKLOAD: "--all" }, "begins an argument"],
  ["several objects", { WORKLOAD: "deployment/a,deployment/b" }, "begins an argument"],
  ["another kind of object", { WORKLOAD: "secret/a" }, "begins an argument"],
  ["no name of an object", { SERVICE: "a/b" }, "Kubernetes allows no such name"],
  ["more of a query", { VARIABLE: 'x")].value}{.data' }, "part of a query"],
])("refuses a value that kubectl would read as %s", (_, values, why) => {
  const step: StepText = {
    parameters: "{ WORKLOAD: entity.workload, SERVICE: peer, VARIABLE: 'fact:variable' }",
    script: [
      'kubectl get service/"${SERVICE}"',
      `kubectl get "\${WORKLOAD}" -o 'jsonpath={.env[?(@.name=="'"\${VARIABLE}"'")].value}'`,
      'kubectl rollout restart "${WORKLOAD}"',
    ].join("\n"),
  };
  const given = { SERVICE: "orders", VARIABLE: "ADDR", ...values };
  expect(render({ step, values: given })).toEqual({ ok: false, why: expect.stringContaining(why) });
});

it("refuses a revision that is not one plain word, and takes no empty context for a name", () => {
  expect(render({ observed: { revision: "4 1" } })).toEqual({ ok: false, why: expect.stringContaining("revision") });
  expect(scriptOf({ context: "" })).toContain("CONTEXT=''  # unknown");
});

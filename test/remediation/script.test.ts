import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, it } from "vitest";
import { renderScript, type Rendered } from "../../src/remediation/script.ts";
import { bashAccepts, readSkill, runBash, skillText, wordsOf, type StepText } from "./samples.ts";

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

function render({
  step = {},
  values = {},
  id = "orders",
  kind = "service",
  incidentId = "inc-1",
}: {
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

it.each([{ args: ["--apply"] }, { args: [], env: { CAUSEWAY_APPLY: "1" } }])(
  "applies and then verifies when given so by %j",
  ({ args, env = {} }) => {
    const { status, calls } = runBash(scriptOf(), { args, env, kubectl: {} });
    expect(status).toBe(0);
    expect(calls).toEqual([
      ["get", "deployment/orders"],
      ["rollout", "restart", "deployment/orders"],
      ["rollout", "status", "deployment/orders"],
    ]);
  },
);

it("a flag overrides the environment", () => {
  expect(runBash(scriptOf(), { args: ["--dry-run"], env: { CAUSEWAY_APPLY: "1" }, kubectl: {} }).calls).toEqual([]);
});

it.each([
  ["verify", [["rollout", "status", "deployment/orders"]]],
  ["rollback", [["rollout", "undo", "deployment/orders"]]],
])("runs only %s on request", (part, calls) => {
  expect(runBash(scriptOf(), { args: [part, "--apply"], kubectl: {} }).calls).toEqual(calls);
});

it("lets the API server test changes in a check, and skips a change that kubectl cannot test", () => {
  const checked = runBash(scriptOf({ step: noted, values: { NOTE: "x" } }), { args: ["--check"], kubectl: {} });
  expect(checked.calls.at(-1)).toEqual(["annotate", "deployment/orders", "note=x", "--dry-run=server"]);
  expect(runBash(scriptOf(), { args: ["--check"], kubectl: {} }).calls).toEqual([["get", "deployment/orders"]]);
});

it("computes with the cluster's answers", () => {
  const { calls } = runBash(scriptOf({ step: counted }), { args: ["--apply"], kubectl: { jsonpath: "08" } });
  expect(calls).toContainEqual(["scale", "deployment/orders", "--replicas=9"]);
});

it("keeps the unit of a quantity", () => {
  const step = { ...counted, script: counted.script?.replace("plus MORE REPLICAS 1", "times MORE REPLICAS 2") };
  expect(runBash(scriptOf({ step }), { args: ["--apply"], kubectl: { jsonpath: "512Mi" } }).calls).toContainEqual([
    "scale",
    "deployment/orders",
    "--replicas=1024Mi",
  ]);
});

it.each(["", "two words", "-1", "$(touch pwned)", "x\ny", "a[$(touch pwned)]"])(
  "stops before any change when the cluster answers %j",
  (answer) => {
    const { status, calls, leftovers } = runBash(scriptOf({ step: counted }), {
      args: ["--apply"],
      kubectl: { jsonpath: answer },
    });
    expect(status).not.toBe(0);
    expect(calls.map(([verb]) => verb)).toEqual(["get", "get"]);
    expect(leftovers).toEqual([]);
  },
);

it("stops at the first failure and says how to undo", () => {
  const { status, stderr } = runBash(scriptOf(), { args: ["--apply"] });
  expect(status).toBe(1);
  expect(stderr).toContain("kubectl is not installed");
  expect(stderr).toContain("rollback --apply");
});

it.each([["--force"], ["applyy"], ["--namespace"], ["--namespace", "a b"]])(
  "refuses the arguments %s %s",
  (...args) => {
    const { status, calls } = runBash(scriptOf(), { args: [...args, "--apply"], kubectl: {} });
    expect(status).not.toBe(0);
    expect(calls).toEqual([]);
  },
);

it("uses the evidence's namespace in every call, and refuses another", () => {
  const script = scriptOf({ id: "shop/Deployment/orders", kind: "deployment" });
  expect(runBash(script, { args: ["--apply"], kubectl: {} }).calls.every(([flag]) => flag === "--namespace=shop")).toBe(
    true,
  );
  expect(runBash(script, { args: ["--apply", "--namespace", "other"], kubectl: {} }).calls).toEqual([]);
});

it("takes the namespace from the operator if the evidence has none", () => {
  expect(runBash(scriptOf(), { args: ["--apply", "--namespace", "shop"], kubectl: {} }).calls[0]).toEqual([
    "--namespace=shop",
    "get",
    "deployment/orders",
  ]);
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
  const applied = runBash(script, { args: ["--apply"], kubectl: {} });
  expect(applied.status).toBe(0);
  expect(applied.leftovers).toEqual([]);
  expect(applied.calls).toEqual([
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
  const script = scriptOf({ step, values: { HTTPS_PROXY: "http://evil" } }).replace(
    '"$program" "${line[@]:1}"',
    '"$program" "${line[@]:1}"; export -p',
  );
  expect(runBash(script, { args: ["--apply"], env: { HTTPS_PROXY: "before" }, kubectl: {} }).stdout).not.toContain(
    'evil"',
  );
});

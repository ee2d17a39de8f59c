import { expect, it } from "vitest";
import { checkStep } from "../../src/remediation/check-step.ts";
import { actionKindOf } from "../../src/remediation/action-kind.ts";
import { isParameterSource } from "../../src/remediation/parameters.ts";
import { renderScript } from "../../src/remediation/script.ts";
import { isSilenceSource, type SilenceInput, silenceStep } from "../../src/remediation/silence-step.ts";
import { bashAccepts, type Ran, runBash } from "./samples.ts";

const input: SilenceInput = {
  alerts: [{ service: "checkout", alertname: "HighErrorRate" }],
  url: "http://am:9093",
  incidentId: "inc-1",
  minutes: 60,
};
const stepOf = (more: Partial<SilenceInput> = {}) => {
  const built = silenceStep({ ...input, ...more });
  if (!built.ok) throw new Error(built.why);
  return built;
};
function scriptOf(more: Partial<SilenceInput> = {}) {
  const { step, values } = stepOf(more);
  const target = { id: "checkout", kind: "service" };
  return renderScript({
    step,
    values,
    runbook: "silence",
    incidentId: "inc-1",
    target,
    expiresAtMs: 4_102_444_800_000,
  });
}
const rendered = (more: Partial<SilenceInput> = {}): string => {
  const script = scriptOf(more);
  if (!script.ok) throw new Error(script.why);
  return script.script;
};
const why = (more: Partial<SilenceInput>): string => {
  const built = silenceStep({ ...input, ...more });
  if (!built.ok) return built.why;
  const script = scriptOf(more);
  return script.ok ? "" : script.why;
};

/** `amtool` in place of kubectl: its calls, and answers that a real one gives. */
const amtool = (args: readonly string[], more: Parameters<typeof runBash>[1] = {}): Ran =>
  runBash(rendered(TWO), {
    args,
    program: "amtool",
    kubectl: { "silence add": "5f2c0a1e-1", "silence query": "0000\n5f2c0a1e-1" },
    ...more,
  });
const TWO = {
  alerts: [
    { alertname: "A", service: "x" },
    { alertname: "A", service: "y" },
  ],
};
const isChange = (call: readonly string[]): boolean => call.includes("add") || call.includes("expire");

it("is a sound step of the kind silence, and short enough to read", () => {
  const { step } = stepOf();
  expect(checkStep(step, (source) => isParameterSource(source) || isSilenceSource(source))).toEqual([]);
  expect(actionKindOf(step)).toBe("silence");
  expect(rendered().split("\n").length).toBeLessThan(60);
  expect(bashAccepts(rendered())).toBe(true);
});

it("has one exact matcher for every label of each alert, and shares the values that alerts have in common", () => {
  const { step, values } = stepOf(TWO);
  expect(step.script.split("\n").filter((line) => line.startsWith("create"))).toEqual([
    expect.stringMatching(/'alertname="'"\$\{LABEL_ALERTNAME\}"'"' 'service="'"\$\{LABEL_SERVICE\}"'"'$/),
    expect.stringMatching(/'alertname="'"\$\{LABEL_ALERTNAME\}"'"' 'service="'"\$\{LABEL_SERVICE_2\}"'"'$/),
  ]);
  expect(values).toMatchObject({ LABEL_ALERTNAME: "A", LABEL_SERVICE: "x", LABEL_SERVICE_2: "y" });
  expect(step.script).not.toMatch(/=~|!=/);
});

it.each<[string, Partial<SilenceInput>, RegExp]>([
  ["no alert", { alerts: [] }, /no alert/],
  ["an alert without labels, which would silence everything", { alerts: [{}] }, /silences everything/],
  ["an alert whose labels are all empty", { alerts: [{ a: "" }] }, /silences everything/],
  ["an empty label, which fits alerts without it", { alerts: [{ alertname: "A", a: "" }] }, /is empty/],
  ["a label that no matcher can name", { alerts: [{ alertname: "A", 'a"b': "c" }] }, /cannot stand in a matcher/],
  ["a value with a quote", { alerts: [{ alertname: 'A",b=~".*' }] }, /part of a matcher/],
  ["a value with a backslash", { alerts: [{ alertname: "A\\" }] }, /part of a matcher/],
  ["a value of two lines", { alerts: [{ alertname: "A\nB" }] }, /part of a matcher/],
  ["a secret", { alerts: [{ alertname: "A", password: "hunter2-hunter2" }] }, /secret or personal data/],
  [
    "more alerts than a person reads",
    { alerts: Array.from({ length: 21 }, (_, at) => ({ alertname: `A${at}` })) },
    /at most 20/,
  ],
  ["a silence of days", { minutes: 3 * 24 * 60 }, /24 hours/],
  ["a silence without an end", { minutes: Number.POSITIVE_INFINITY }, /24 hours/],
])("refuses %s", (_, more, says) => {
  expect(why(more)).toMatch(says);
});

it("checks without a change, looks before it changes, verifies, and expires what it made", () => {
  const checked = amtool(["--check"]);
  expect(checked).toMatchObject({ status: 0, state: null });
  expect(checked.calls.some(isChange)).toBe(false);

  const { status, calls, state } = amtool(["--apply", "--approver", "ana"]);
  expect(status).toBe(0);
  expect(calls.map((call) => call.slice(1, 3).join(" "))).toEqual(
    ["alert query", "alert query", "silence add", "silence add", "silence query", "silence query"], // in this order
  );
  expect(calls[2]).toEqual([
    "--alertmanager.url=http://am:9093",
    "silence",
    "add",
    "--author=ana",
    "--comment=Causeway: incident inc-1, approved by ana",
    "--duration=60m",
    'alertname="A"',
    'service="x"',
  ]);
  const undone = amtool(["rollback", "--apply"], { state });
  expect(undone.calls.map((call) => call.slice(1).join(" "))).toEqual([
    "silence expire 5f2c0a1e-1",
    "silence expire 5f2c0a1e-1",
  ]);
  expect(amtool(["--apply", "--approver", "ana"], { state }).calls.some(isChange)).toBe(false);
});

it("changes nothing and offers no undo when the Alertmanager does not answer", () => {
  const { status, calls, state, stderr } = amtool(["--apply", "--approver", "ana"], { does: { "": "exit 1" } });
  expect([status, calls.length]).toEqual([1, 1]);
  expect([state ?? "", stderr].join()).not.toMatch(/changed=|undo/);
  expect(amtool(["rollback", "--apply"], { state }).stderr).toContain("nothing to undo");
});

it("takes back the silence that was made when the second one fails", () => {
  const failed = amtool(["--apply", "--approver", "ana"], {
    does: { '--duration=60m alertname="A" service="y"': "exit 1" },
  });
  expect(failed.stderr).toMatch(/rollback --apply/);
  expect(failed.calls.filter(isChange)).toHaveLength(2);
  const undone = amtool(["rollback", "--apply"], { state: failed.state });
  expect(undone).toMatchObject({ status: 0, stdout: expect.stringContaining("no SILENCE_2 is recorded") });
  expect(undone.calls).toEqual([["--alertmanager.url=http://am:9093", "silence", "expire", "5f2c0a1e-1"]]);
});

it("fails its verification when the silence is not there", () => {
  const { status, stderr } = amtool(["--apply", "--approver", "ana"], {
    kubectl: { "silence add": "5f2c0a1e-1", "silence query": "0000" },
  });
  expect([status, stderr]).toEqual([1, expect.stringContaining("the silence 5f2c0a1e-1 is not there")]);
});

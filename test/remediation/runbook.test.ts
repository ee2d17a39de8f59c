import { expect, it } from "vitest";
import { IncidentError } from "../../src/domain/errors.ts";
import { readSkill, skillText, type StepText } from "./samples.ts";

function refusal(text: string): IncidentError {
  try {
    readSkill(text);
  } catch (error) {
    if (error instanceof IncidentError) return error;
    throw error;
  }
  throw new Error("it was accepted");
}
const refusedStep = (step: StepText): string => refusal(skillText({ steps: [step] })).message;

it("reads front matter, steps and body", () => {
  expect(readSkill(skillText())).toMatchObject({
    name: "teapot",
    slug: "teapot",
    origin: "runbooks/teapot/SKILL.md",
    causes: ["slow_teapot"],
    entityKinds: [],
    steps: [{ id: "restart", parameters: { WORKLOAD: "entity.workload" } }],
    body: expect.stringMatching(/^## Goal/),
  });
});

it("reads Windows line ends, a byte order mark and keys of the Agent Skills standard", () => {
  const extra = "license: Apache-2.0\nmetadata: { owner: tea }\n";
  const text = `\uFEFF${skillText({ steps: [], extra }).replaceAll("\n", "\r\n")}`;
  expect(readSkill(text).steps).toEqual([]);
});

it("names file, field and what to do", () => {
  const { code, message, hint } = refusal(skillText({ steps: [{ risk: "huge" }] }));
  expect(code).toBe("BAD_INPUT");
  expect(message).toMatch(/^runbooks\/teapot\/SKILL\.md: steps\.0\.risk: /);
  expect(hint).toContain("runbooks/README.md");
});

it.each([
  ["no front matter", "# Just a page\n", "front matter is missing"],
  ["broken YAML", "---\nname: [teapot\n---\n## Goal\n", "front matter is not YAML"],
  ["a list for front matter", "---\n- a\n---\n## Goal\n", "front matter: "],
  ["an empty file", "", "front matter is missing"],
  ["a misspelt key", skillText({ extra: "cause: [x]\n" }), "cause"],
  [
    "a name that is not the folder's",
    skillText().replace("name: teapot", "name: kettle"),
    'differs from its folder "teapot"',
  ],
  ["a name with a path in it", skillText().replace("name: teapot", "name: ../teapot"), "name: "],
  ["two steps of one id", skillText({ steps: [{}, {}] }), "two steps have this id"],
  [
    "a missing section",
    skillText({ body: "## Goal\n\n## Workflow\n\n## Remediation\n" }),
    "missing sections: Synthesize Findings",
  ],
  [
    "a section that is only in a code block",
    skillText({ body: "## Goal\n## Workflow\n## Synthesize Findings\n```\n## Remediation\n```\n" }),
    "missing sections: Remediation",
  ],
  [
    "a bomb of YAML aliases",
    [
      "---",
      "a: &a [x,x,x,x,x,x,x,x,x]",
      "b: &b [*a,*a,*a,*a,*a,*a,*a,*a]",
      "c: &c [*b,*b,*b,*b,*b,*b,*b,*b]",
      "d: [*c,*c,*c,*c,*c,*c,*c]",
      "---\n",
    ].join("\n"),
    "not YAML",
  ],
  ["a book", `---\nname: teapot\n---\n${"x".repeat(200_001)}`, "characters long"],
])("refuses %s", (_what, text, why) => {
  expect(refusal(text).message).toContain(why);
});

it.each<[string, StepText, string]>([
  ["without a rollback", { rollback: undefined }, "steps.0.rollback"],
  ["without a verification", { verify: undefined }, "steps.0.verify"],
  ["with an empty rollback", { rollback: "# none" }, "steps.restart.rollback: is empty"],
  ["marked reversible with a rollback that undoes nothing", { rollback: "say 'hope'" }, "undoes nothing"],
  ["whose verification changes something", { verify: "kubectl delete pods x" }, "a verification must be read-only"],
  [
    "that changes something before it inspects",
    { script: 'kubectl rollout restart "${WORKLOAD}"' },
    "begins with a change",
  ],
  ["that changes nothing", { script: 'kubectl get "${WORKLOAD}"' }, "changes nothing"],
  ["with a parameter from nowhere", { parameters: "{ WORKLOAD: env.SECRET }" }, '"env.SECRET" is not a source'],
  [
    "with a parameter that bash owns",
    { parameters: "{ WORKLOAD: entity.workload, PATH: entity }" },
    "uses this name itself",
  ],
  [
    "with a declared and unused parameter",
    { parameters: "{ WORKLOAD: entity.workload, PEER: peer }" },
    "steps.restart.parameters.PEER: is declared but never used",
  ],
  [
    "with an undeclared parameter",
    { script: 'kubectl get x\nkubectl delete pods name="${NOPE}" -l x="${WORKLOAD}"' },
    "${NOPE} is neither declared",
  ],
  ["with a lower-case parameter", { parameters: "{ workload: entity.workload }" }, "parameters.workload"],
  ["with an unknown key", { id: "restart\n    undo: x" }, "undo"],
  [
    "with an answer never used",
    { script: 'ask N kubectl get x\nkubectl rollout restart "${WORKLOAD}"' },
    "${N} is read from the cluster but never used",
  ],
  [
    "that uses an answer before its ask",
    { script: 'kubectl get x\nkubectl scale "${WORKLOAD}" --replicas="${N}"\nask N kubectl get x' },
    "${N} is neither declared",
  ],
  [
    "that lets an answer shadow a parameter",
    { script: 'ask WORKLOAD kubectl get x\nkubectl rollout restart "${WORKLOAD}"' },
    "the name WORKLOAD is already in use",
  ],
])("refuses a step %s", (_what, step, why) => {
  expect(refusedStep(step)).toContain(why);
});

it.each([
  ["kubectl get ${WORKLOAD}", "must be in double quotes"],
  ['kubectl get "$(touch pwned)"', '"$" in double quotes'],
  ['kubectl get "`id`"', '"`" in double quotes'],
  ['kubectl get "$WORKLOAD"', '"$" in double quotes'],
  ['kubectl get "${WORKLOAD:-x}"', '"$" in double quotes'],
  ['kubectl get "\\"', '"\\" in double quotes'],
  ["kubectl get x | tee y", '"|" is not allowed outside quotes'],
  ["kubectl get x; rm y", '";" is not allowed outside quotes'],
  ["kubectl get x && rm y", '"&" is not allowed outside quotes'],
  ["kubectl get x > /tmp/y", '">" is not allowed outside quotes'],
  ["kubectl get *", '"*" is not allowed outside quotes'],
  ["kubectl get {a,b}", '"{" is not allowed outside quotes'],
  ["kubectl get 'x", "single quote is not closed"],
  ['kubectl get "x', "double quote is not closed"],
  ["rm -rf x", "a line must begin with kubectl"],
  ["look bash -c x", "can run its arguments as code"],
  ["change python3 x", "can run its arguments as code"],
  ["look /bin/rm x", "plain name of an installed program"],
  ["look kubectl delete pod x", "its verb shows"],
  ["kubectl exec x", "a step may not use"],
  ["kubectl apply x", "a step may not use"],
  ["kubectl rollout", "a step may not use"],
  ["kubectl -nshop get x", "the operator sets"],
  ["kubectl get x --namespace=shop", "the operator sets"],
  ["kubectl get x --kubeconfig /tmp/x", "the operator sets"],
  ["kubectl get x --as=admin", "the operator sets"],
  ["kubectl get x --watch", "never ends"],
  ["kubectl logs x -f", "never ends"],
  ["kubectl get pods -Aw", "never ends"],
  ["kubectl delete -fhttps://x.example/y.yaml", "reads a file"],
  ["kubectl delete pods -Anshop", "the operator sets"],
  ["ask N kubectl delete x", "read-only kubectl"],
  ["ask n kubectl get x", "write: ask NAME"],
  ["ask N look date", "write: ask NAME"],
  ["plus N M x", "write: plus NAME"],
  ['say "${WORKLOAD}"', "without a parameter"],
])("refuses the line %j", (line, why) => {
  expect(refusedStep({ script: `kubectl get x\n${line}\nkubectl rollout restart "\${WORKLOAD}"` })).toContain(why);
});

it("refuses a value that could be read as an option, and accepts it after a prefix", () => {
  const step = (use: string): StepText => ({
    parameters: "{ WORKLOAD: entity.workload, PEER: peer }",
    script: `kubectl get "\${WORKLOAD}"\nkubectl annotate "\${WORKLOAD}" ${use}`,
  });
  expect(refusedStep(step('"${PEER}"'))).toContain("begins an argument");
  expect(readSkill(skillText({ steps: [step('peer="${PEER}"')] })).steps).toHaveLength(1);
});

it("reads a page of hostile white space quickly", () => {
  const body = `${skillText().split("---\n")[2] ?? ""}# a${" ".repeat(90_000)}b\n${"#".repeat(50_000)}\n`;
  expect(readSkill(skillText({ body })).slug).toBe("teapot");
});

it("joins lines at a backslash, and skips comments", () => {
  const script = '# why\nkubectl get \\\n  "${WORKLOAD}"\nchange systemctl restart x';
  expect(readSkill(skillText({ steps: [{ script }] })).steps).toHaveLength(1);
});

it("throws only its own error, for any text", () => {
  const sound = skillText();
  const thrown: unknown[] = [];
  for (let at = 0; at < sound.length; at += 3) {
    try {
      readSkill(`${sound.slice(0, at)}\u0000{[%&*!|>'"\`${sound.slice(at + 2)}`);
    } catch (error) {
      thrown.push(error);
    }
  }
  expect(thrown.length).toBeGreaterThan(10);
  expect(thrown.filter((error) => !(error instanceof IncidentError))).toEqual([]);
});

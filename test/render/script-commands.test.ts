import { expect, it } from "vitest";
import { changeCommands } from "../../src/render/script-commands.ts";
import { renderScript } from "../../src/remediation/script.ts";

const step = {
  id: "raise-limit",
  title: "Double the memory limit",
  risk: "medium" as const,
  reversible: true,
  parameters: { WORKLOAD: "entity.workload" },
  script: [
    'kubectl get "${WORKLOAD}" -o wide',
    `ask LIMIT kubectl get "\${WORKLOAD}" -o 'jsonpath={.spec.limit}'`,
    'kubectl set resources "${WORKLOAD}" --limits=memory="${LIMIT}"',
    'kubectl rollout restart "${WORKLOAD}"',
  ].join("\n"),
  verify: 'kubectl rollout status "${WORKLOAD}"',
  rollback: 'kubectl rollout undo "${WORKLOAD}"',
};

it("lists the commands that a rendered script would run, and marks values known only at run time", () => {
  const rendered = renderScript({
    step: step as Parameters<typeof renderScript>[0]["step"],
    runbook: "memory",
    incidentId: "i-1",
    target: { id: "store", kind: "service" },
    values: { WORKLOAD: "deployment/store" },
    expiresAtMs: 1,
  });
  if (!rendered.ok) throw new Error(rendered.why);
  expect(changeCommands(rendered.script)).toEqual([
    "kubectl set resources deployment/store --limits=memory=<LIMIT>",
    "kubectl rollout restart deployment/store",
  ]);
});

it("lists nothing for a script of another form", () => {
  expect(changeCommands("#!/bin/sh\nrm -rf /\n")).toEqual([]);
});

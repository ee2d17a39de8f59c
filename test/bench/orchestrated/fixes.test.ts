import { expect, it } from "vitest";
import { approvedCalls } from "../../../src/bench/orchestrated/fixes.ts";
import type { Report } from "../../../src/domain/report.ts";

/** An action whose script has the form of the rendered ones. */
const actionOf = (command: string, namespace = "namespace=shop"): Report["actions"] =>
  [
    { script: `#!/usr/bin/env bash\n${namespace}\n\napply() {\n  change ${command}\n}\n\nmain "$@"\n` },
  ] as Report["actions"];
const approved = (command: string, namespace?: string): string[] =>
  approvedCalls(actionOf(command, namespace), "shop", { namespace: "shop" });

it.each([
  "kubectl rollout restart deployment/cart",
  "kubectl rollout undo deployment/cart --to-revision=3",
  "kubectl scale statefulset/db --current-replicas=0 --replicas=1",
  "kubectl set resources deployment/cart --containers=main --limits=memory=512Mi",
  `kubectl patch service cart --type=merge -p '{"spec":{"ports":[{"port":80}]}}'`,
])("approves %s in its namespace", (command) => {
  const [call, ...more] = approved(command);
  expect(call?.replaceAll('\\"', '"')).toBe(`exec_shell("${command} -n shop")`);
  expect(more).toEqual([]);
});

it.each([
  ["another namespace", "kubectl scale deployment/cart --replicas=0 -n other --"],
  ["another namespace", "kubectl scale deployment/cart --replicas=0 --namespace=other"],
  ["another namespace", "kubectl scale deployment/cart --replicas=0 -nother"],
  ["another namespace in quotes", "kubectl scale deployment/cart '-n' 'other' '--'"],
  ["every namespace", "kubectl set image deployment --all -A x=y"],
  ["every object", "kubectl scale deployment --all --replicas=0"],
  ["another cluster", "kubectl rollout restart deployment/cart --server=https://198.51.100.7"],
  ["another cluster", "kubectl rollout restart deployment/cart --kubeconfig=/tmp/x"],
  ["another user", "kubectl rollout restart deployment/cart --as=admin"],
  ["a file", "kubectl patch -f /etc/passwd -p x"],
  ["a page", "kubectl scale --filename=https://example.com/x.yaml --replicas=0"],
  ["a node", `kubectl patch node node-a -p '{"spec":{"unschedulable":true}}'`],
  ["a role of the cluster", "kubectl patch clusterrole view -p '{}'"],
  ["another verb", "kubectl delete deployment/cart"],
  ["a second command", "kubectl rollout restart deployment/cart; id"],
  ["a substitution", "kubectl rollout restart deployment/$(id)"],
  ["a value that only the cluster knows", "kubectl scale deployment/cart --replicas=<MORE>"],
  ["quotes that stay open", "kubectl rollout restart deployment/cart '"],
  ["names that a shell unfolds", "kubectl rollout restart deployment/{cart,web}"],
])("does not approve %s: %s", (_, command) => {
  expect(approved(command)).toEqual([]);
});

it("does not carry out in its namespace what a plan wants in another one", () => {
  const command = "kubectl rollout restart deployment/cart";
  expect(approved(command, "NAMESPACE=prod")).toEqual([]);
  expect(approved(command, "NAMESPACE='prod'")).toEqual([]);
  expect(approved(command, "NAMESPACE=''  # unknown: that of your kubectl context, or --namespace")).toHaveLength(1);
});

import { literal, type Word } from "./step-words.ts";

/** `checkable`: `--dry-run=server` can try the change. */
export type KubectlUse = { ok: true; act: "look" | "change"; checkable: boolean } | { ok: false; why: string };

const LOOKS = new Set([
  "get",
  "describe",
  "logs",
  "top",
  "events",
  "wait",
  "rollout status",
  "rollout history",
  "auth can-i",
]);
/** Verb → does it support `--dry-run=server`? From `kubectl <verb> --help` of v1.32. */
const CHANGES = new Map([
  ["scale", true],
  ["set", true],
  ["patch", true],
  ["delete", true],
  ["annotate", true],
  ["label", true],
  ["taint", true],
  ["cordon", true],
  ["uncordon", true],
  ["drain", true],
  ["autoscale", true],
  ["rollout undo", true],
  ["rollout restart", false],
  ["rollout pause", false],
  ["rollout resume", false],
]);
/**
 * Flags for cluster, identity and dry run: the operator sets them, never a runbook. Short forms may include their
 * value.
 */
const OPERATOR_FLAGS = [
  "namespace|context|cluster|kubeconfig|user|token|server|as|as-group|as-uid",
  "username|password|insecure-skip-tls-verify|dry-run",
].join("|");
const OPERATOR_ONLY = new RegExp(`^(-A*[ns]|--(${OPERATOR_FLAGS})(=|$))`);
/** Flags that never end, or read a file that no hash covers. */
const UNBOUNDED = /^(-A*[wfk]|--(watch|watch-only|follow|filename|kustomize)(=|$))/;

/** Classifies a kubectl command by its verb, so that a change can never pass as read-only. */
export function kubectlUse(argv: readonly Word[]): KubectlUse {
  const [first, second] = [literal(argv[1]), literal(argv[2])];
  if (first === null) return { ok: false, why: "kubectl needs its verb first, as plain text" };
  const verb = first === "rollout" || first === "auth" ? `${first} ${second ?? ""}` : first;
  for (const word of argv.slice(1)) {
    const start = word[0]?.kind === "text" ? word[0].text : "";
    if (OPERATOR_ONLY.test(start))
      return {
        ok: false,
        why: `kubectl ${start}: the operator sets namespace, cluster, identity and dry run, not the runbook`,
      };
    if (UNBOUNDED.test(start))
      return { ok: false, why: `kubectl ${start} never ends, or reads a file that the approved hash does not cover` };
  }
  if (LOOKS.has(verb)) return { ok: true, act: "look", checkable: false };
  const checkable = CHANGES.get(verb);
  if (checkable !== undefined) return { ok: true, act: "change", checkable };
  return {
    ok: false,
    why:
      `a step may not use kubectl ${verb} ` +
      `(read-only: ${[...LOOKS].join(", ")}; changes: ${[...CHANGES.keys()].join(", ")})`,
  };
}

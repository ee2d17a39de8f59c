import { literal, type Word } from "./step-words.ts";

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
/** With whether `--dry-run=server` is known to it: read off `kubectl <verb> --help` of v1.32. */
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
/** Which cluster, who asks and whether it is real are the operator's to say, never a runbook's. Short forms may carry their value. */
const NOT_YOURS =
  /^(-A*[ns]|--(namespace|context|cluster|kubeconfig|user|token|server|as|as-group|as-uid|username|password|insecure-skip-tls-verify|dry-run)(=|$))/;
/** Never ends, or reads a file that no hash covers. */
const UNBOUNDED = /^(-A*[wfk]|--(watch|watch-only|follow|filename|kustomize)(=|$))/;

/** What a kubectl command does to the cluster, told from its verb: a change can then never pass for a look. */
export function kubectlUse(argv: readonly Word[]): KubectlUse {
  const [first, second] = [literal(argv[1]), literal(argv[2])];
  if (first === null) return { ok: false, why: "kubectl needs its verb first, as plain text" };
  const verb = first === "rollout" || first === "auth" ? `${first} ${second ?? ""}` : first;
  for (const word of argv.slice(1)) {
    const start = word[0]?.kind === "text" ? word[0].text : "";
    if (NOT_YOURS.test(start))
      return {
        ok: false,
        why: `kubectl ${start}: namespace, cluster, identity and dry run come from outside the runbook`,
      };
    if (UNBOUNDED.test(start))
      return { ok: false, why: `kubectl ${start} never ends or reads a file that the approved hash does not cover` };
  }
  if (LOOKS.has(verb)) return { ok: true, act: "look", checkable: false };
  const checkable = CHANGES.get(verb);
  if (checkable !== undefined) return { ok: true, act: "change", checkable };
  return {
    ok: false,
    why: `kubectl ${verb} is not a verb that a step may use (looks: ${[...LOOKS].join(", ")}; changes: ${[...CHANGES.keys()].join(", ")})`,
  };
}

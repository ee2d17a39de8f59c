import type { RunbookStep } from "../domain/runbook.ts";
import { isObjectSource } from "./parameters.ts";
import type { Word } from "./step-words.ts";

/**
 * Something about the cluster that must still hold when a script changes it. `argv`: the read-only command that shows
 * it, as one word. `expected`: what it showed when the script was planned; null if nobody has looked.
 */
export type Precondition = { name: string; argv: readonly Word[]; expected: string | null };

/** Kinds of object by the prefix of `kind/name`, and the field that changes with each rollout. */
const KINDS: Readonly<Record<string, { kind: string; revision?: { name: string; path: string } }>> = {
  deployment: {
    kind: "Deployment",
    revision: { name: "revision", path: String.raw`{.metadata.annotations.deployment\.kubernetes\.io/revision}` },
  },
  statefulset: { kind: "StatefulSet", revision: { name: "revision", path: "{.status.updateRevision}" } },
  daemonset: { kind: "DaemonSet", revision: { name: "generation", path: "{.metadata.generation}" } },
  pod: { kind: "Pod", revision: { name: "uid", path: "{.metadata.uid}" } },
  node: { kind: "Node" },
};

/**
 * The preconditions of a step: for each object that it names, its kind, and the revision that was found at fault.
 *
 * @param observed what the cluster showed, by the name of the precondition.
 */
export function preconditionsOf(
  { parameters }: Pick<RunbookStep, "parameters">,
  values: Readonly<Record<string, string>>,
  observed: Readonly<Record<string, string>>,
): Precondition[] {
  const objects = Object.entries(parameters).filter(([, source]) => isObjectSource(source));
  return objects.flatMap(([parameter]): Precondition[] => {
    const known = KINDS[values[parameter]?.split("/")[0] ?? ""];
    if (known === undefined) return [];
    const read = (path: string): Word[] => [
      ...["kubectl", "get"].map((text): Word => [{ kind: "text", text }]),
      [{ kind: "value", name: parameter }],
      [{ kind: "text", text: "-o" }],
      [{ kind: "text", text: `jsonpath=${path}` }],
    ];
    const { kind, revision } = known;
    return [
      { name: "kind", argv: read("{.kind}"), expected: kind },
      ...(revision === undefined
        ? []
        : [{ name: revision.name, argv: read(revision.path), expected: observed[revision.name] ?? null }]),
    ];
  });
}

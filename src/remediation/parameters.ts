import type { CitedFinding } from "../domain/finding.ts";
import type { Hypothesis, Ranking } from "../domain/hypothesis.ts";
import type { Incident } from "../domain/incident.ts";
import { kubernetesNames } from "./kubernetes-names.ts";
import { oneLine } from "./one-line.ts";
import { isUndoReader, undoableChange, undoSource, type UndoSource } from "./undo-source.ts";

/** Sources of parameters: the hypothesis and its supporting findings, nothing else. */
export type Grounds = {
  incident: Pick<Incident, "system">;
  hypothesis: Hypothesis;
  change: Ranking["change"];
  findings: readonly CitedFinding[];
};
export type Resolved = { ok: true; value: string; evidenceIds: readonly string[] } | { ok: false; why: string };

const OBJECTS = ["workload", "pod", "node"] as const;
export const PARAMETER_SOURCES = [
  "entity",
  "entity.kind",
  ...OBJECTS.map((object) => `entity.${object}` as const),
  "system",
  "change.id",
  "peer",
] as const;

export const isParameterSource = (source: string): boolean =>
  undoSource(source) !== null ||
  PARAMETER_SOURCES.some((one) => one === source) ||
  /^fact:[A-Za-z][A-Za-z0-9_.]{0,63}$/.test(source);

/** Sources with `kind/name` values. These may be a whole argument, because they cannot be read as an option. */
export const isObjectSource = (source: string): boolean =>
  OBJECTS.some((object) => source === `entity.${object}`) || isUndoReader(source);

/**
 * Resolves a parameter from the first finding with a value, in the hypothesis's order; otherwise says why there is
 * none.
 */
export function resolveParameter(source: string, grounds: Grounds): Resolved {
  const { incident, hypothesis, change } = grounds;
  const { entity } = hypothesis;
  const name = oneLine(entity.id, 80);
  const undo = undoSource(source);
  if (undo !== null) return resolveUndo(undo, grounds);
  if (source.startsWith("fact:")) return resolveFact(source.slice("fact:".length), grounds);
  switch (source) {
    case "entity":
      return known(entity.id, "");
    case "entity.kind":
      return known(entity.kind, "");
    case "entity.workload":
      return known(
        kubernetesNames(entity).workload,
        `"${name}" (${oneLine(entity.kind, 40)}) is not a Deployment, StatefulSet or DaemonSet`,
      );
    case "entity.pod":
      return known(kubernetesNames(entity).pod, `"${name}" (${oneLine(entity.kind, 40)}) is not a pod`);
    case "entity.node":
      return known(kubernetesNames(entity).node, `"${name}" (${oneLine(entity.kind, 40)}) is not a node`);
    case "system":
      return known(incident.system, "the incident does not name its system");
    case "change.id":
      return change == null ? { ok: false, why: "no culprit change was found" } : resolveChange(change, grounds);
    case "peer": {
      const found = supporting(grounds).find(({ peer }) => peer !== null);
      return found?.peer == null
        ? { ok: false, why: `no finding about "${name}" names its peer` }
        : { ok: true, value: found.peer, evidenceIds: [found.id] };
    }
    default:
      return { ok: false, why: `"${source}" is not a source of parameters` };
  }
}

const known = (value: string | null, missing: string): Resolved =>
  value === null ? { ok: false, why: missing } : { ok: true, value, evidenceIds: [] };

function resolveFact(fact: string, grounds: Grounds): Resolved {
  for (const { id, evidence } of supporting(grounds)) {
    const value = Object.hasOwn(evidence.facts, fact) ? evidence.facts[fact] : null;
    if (value != null) return { ok: true, value: String(value), evidenceIds: [id] };
  }
  return { ok: false, why: `no finding about "${oneLine(grounds.hypothesis.entity.id, 80)}" has the fact "${fact}"` };
}

function resolveUndo({ kind, fact }: UndoSource, { hypothesis, change, findings }: Grounds): Resolved {
  const suspect = hypothesis.entity.id;
  const found = undoableChange(kind, { suspect, change: change ?? null, findings });
  const value = found?.evidence.facts[fact];
  return found === null || value == null
    ? { ok: false, why: `no change of a ${kind.split("-")[0]} of "${oneLine(suspect, 80)}" has a known former value` }
    : { ok: true, value: String(value), evidenceIds: [found.id] };
}

/** A change counts only with a finding: no action rests on an id without evidence. */
function resolveChange(change: string, { findings }: Grounds): Resolved {
  const shown = findings.filter(({ signal, evidence }) => signal === "change" && evidence.facts.id === change);
  if (shown.length === 0) return { ok: false, why: `no finding shows the change "${oneLine(change, 80)}"` };
  return { ok: true, value: change, evidenceIds: shown.map(({ id }) => id) };
}

/** Findings about the suspect that support the hypothesis, in its order. */
function supporting({ hypothesis, findings }: Grounds): CitedFinding[] {
  const byId = new Map(findings.map((finding) => [finding.id, finding]));
  return hypothesis.for.flatMap((id) => byId.get(id) ?? []).filter(({ entity }) => entity.id === hypothesis.entity.id);
}

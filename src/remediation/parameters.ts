import type { CitedFinding } from "../domain/finding.ts";
import type { Hypothesis, Ranking } from "../domain/hypothesis.ts";
import type { Incident } from "../domain/incident.ts";
import { kubernetesNames } from "./kubernetes-names.ts";
import { oneLine } from "./one-line.ts";

/** What parameters may be drawn from: the hypothesis and the findings that bear it out, nothing else. */
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
  PARAMETER_SOURCES.some((known) => known === source) || /^fact:[A-Za-z][A-Za-z0-9_.]{0,63}$/.test(source);

/** Values of these are `kind/name`, so they may stand alone as an argument: they cannot be taken for an option. */
export const isObjectSource = (source: string): boolean => OBJECTS.some((object) => source === `entity.${object}`);

/** The value of a parameter with the findings that it was read from, or why there is none. The strongest ground wins, in the hypothesis's own order. */
export function resolveParameter(source: string, grounds: Grounds): Resolved {
  const { incident, hypothesis, change } = grounds;
  const { entity } = hypothesis;
  const name = oneLine(entity.id, 80);
  if (source.startsWith("fact:")) return resolveFact(source.slice("fact:".length), grounds);
  switch (source) {
    case "entity":
      return told(entity.id, "");
    case "entity.kind":
      return told(entity.kind, "");
    case "entity.workload":
      return told(
        kubernetesNames(entity).workload,
        `"${name}" (${oneLine(entity.kind, 40)}) names no Deployment, StatefulSet or DaemonSet`,
      );
    case "entity.pod":
      return told(kubernetesNames(entity).pod, `"${name}" (${oneLine(entity.kind, 40)}) names no pod`);
    case "entity.node":
      return told(kubernetesNames(entity).node, `"${name}" (${oneLine(entity.kind, 40)}) names no node`);
    case "system":
      return told(incident.system, "the incident does not name its system");
    case "change.id":
      return change == null ? { ok: false, why: "no change was found to be to blame" } : resolveChange(change, grounds);
    case "peer": {
      const witness = supporting(grounds).find(({ peer }) => peer !== null);
      return witness?.peer == null
        ? { ok: false, why: `no finding about "${name}" names its peer` }
        : { ok: true, value: witness.peer, evidenceIds: [witness.id] };
    }
    default:
      return { ok: false, why: `"${source}" is not a source of parameters` };
  }
}

const told = (value: string | null, missing: string): Resolved =>
  value === null ? { ok: false, why: missing } : { ok: true, value, evidenceIds: [] };

function resolveFact(fact: string, grounds: Grounds): Resolved {
  for (const { id, evidence } of supporting(grounds)) {
    const value = Object.hasOwn(evidence.facts, fact) ? evidence.facts[fact] : null;
    if (value != null) return { ok: true, value: String(value), evidenceIds: [id] };
  }
  return { ok: false, why: `no finding about "${oneLine(grounds.hypothesis.entity.id, 80)}" has the fact "${fact}"` };
}

/** A change counts only where a finding shows it: an id without evidence is nobody's to act on. */
function resolveChange(change: string, { findings }: Grounds): Resolved {
  const shown = findings.filter(({ signal, evidence }) => signal === "change" && evidence.facts.id === change);
  if (shown.length === 0) return { ok: false, why: `no finding shows the change "${oneLine(change, 80)}"` };
  return { ok: true, value: change, evidenceIds: shown.map(({ id }) => id) };
}

/** Findings about the suspect that speak for it, in the order of the hypothesis. */
function supporting({ hypothesis, findings }: Grounds): CitedFinding[] {
  const byId = new Map(findings.map((finding) => [finding.id, finding]));
  return hypothesis.for.flatMap((id) => byId.get(id) ?? []).filter(({ entity }) => entity.id === hypothesis.entity.id);
}

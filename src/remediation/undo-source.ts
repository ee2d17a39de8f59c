import type { CitedFinding } from "../domain/finding.ts";
import type { Runbook } from "../domain/runbook.ts";
import { workloadOfPod } from "../domain/pod-names.ts";

/** Facts of the change that an undo takes its values from, by the last word of its source. */
const FACTS = {
  name: "written_name",
  version: "written_version",
  reader: "written_reader",
  seen: "written_seen",
  patch: "undo_patch",
  back: "redo_patch",
} as const;
const SOURCE =
  /^undo:(service|configmap|configmap-at-start|resourcequota|networkpolicy)\.(name|version|reader|seen|patch|back)$/;
/** A weaker change was made long before the onset, or after it. */
const MIN_STRENGTH = 0.08;

export type UndoSource = { kind: string; fact: string };

/** Reads a source such as `undo:service.patch`; null for every other. */
export function undoSource(source: string): UndoSource | null {
  const [, kind, word] = SOURCE.exec(source) ?? [];
  return kind === undefined || word === undefined ? null : { kind, fact: FACTS[word as keyof typeof FACTS] };
}

/** True for a runbook with a step that puts an object of the cluster back to what it was. */
export const undoesChange = ({ steps }: Pick<Runbook, "steps">): boolean =>
  steps.some(({ parameters }) => Object.values(parameters).some((source) => undoSource(source) !== null));

export const isUndoPatch = (source: string): boolean => /^undo:[a-z-]+\.(?:patch|back)$/.test(source);
export const isUndoReader = (source: string): boolean => /^undo:[a-z-]+\.reader$/.test(source);

/**
 * The change of an object that a plan may undo: the culprit, else the strongest of the suspect. Settings are put back
 * only if no other change is the culprit. Null if there is none whose former values are known.
 */
export function undoableChange(
  kind: string,
  { suspect, change, findings }: { suspect: string; change: string | null; findings: readonly CitedFinding[] },
): CitedFinding | null {
  const isCulprit = ({ evidence: { facts } }: CitedFinding): boolean => change !== null && facts.id === change;
  const known = findings.filter(
    ({ signal, evidence: { facts } }) =>
      signal === "change" && facts.written_kind === kind && facts.undo_patch != null && facts.redo_patch != null,
  );
  const culprits = known.filter(isCulprit);
  const names = [suspect, workloadOfPod(suspect)];
  // the state of a Service or a quota shows that it is at fault; that of a ConfigMap does not
  const isOther = change !== null && kind.startsWith("configmap");
  const own = isOther
    ? []
    : known.filter(({ entity, strength }) => names.includes(entity.id) && strength >= MIN_STRENGTH);
  return (
    culprits.find(({ entity }) => names.includes(entity.id)) ??
    culprits[0] ??
    own.toSorted((a, b) => b.strength - a.strength)[0] ??
    null
  );
}

/** Places of an object that an undo may write. */
const SPEC =
  "selector|type|externalName|sessionAffinity|hard|scopes|podSelector|ingress|egress|policyTypes|" +
  String.raw`ports\/\d{1,3}\/(?:port|targetPort|protocol)`;
const PLACE = new RegExp(String.raw`^\/(?:data\/[^/]{1,300}|spec\/(?:${SPEC}))$`);
const OPERATIONS: ReadonlySet<unknown> = new Set(["test", "replace", "add", "remove"]);
const MAX_OPERATIONS = 40;

/**
 * True for a JSON patch (RFC 6902) that only tests and sets such places, written as `JSON.stringify` does: no value of
 * the evidence can give it another shape.
 */
export function isPatchOfPlaces(value: string): boolean {
  let patch: unknown;
  try {
    patch = JSON.parse(value);
  } catch {
    return false;
  }
  return (
    Array.isArray(patch) &&
    patch.length > 0 &&
    patch.length <= MAX_OPERATIONS &&
    JSON.stringify(patch) === value &&
    patch.every((step: unknown) => isStep(step))
  );
}

function isStep(step: unknown): boolean {
  if (typeof step !== "object" || step === null || Array.isArray(step)) return false;
  const { op, path, ...rest } = step as Record<string, unknown>;
  const keys = Object.keys(rest).join();
  return (
    OPERATIONS.has(op) && typeof path === "string" && PLACE.test(path) && keys === (op === "remove" ? "" : "value")
  );
}

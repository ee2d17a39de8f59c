import type { Runbook, RunbookStep } from "../../src/domain/runbook.ts";
import { kubernetesNames } from "../../src/remediation/kubernetes-names.ts";
import { oneLine } from "../../src/remediation/one-line.ts";
import { isObjectSource, isParameterSource, resolveParameter } from "../../src/remediation/parameters.ts";
import { isUndoPatch, undoSource } from "../../src/remediation/undo-source.ts";
import type { Rendered, renderScript } from "../../src/remediation/script.ts";
import { aHypothesis, cited } from "../remediation/samples.ts";
import { pick } from "./pick.ts";

/** A place of a script that a foreign text can reach: a parameter of a step, or a text that every script has. */
export type Slot = { runbook: Runbook; step: RunbookStep; place: Place };
type Place = { kind: "parameter"; name: string; source: string } | { kind: "text"; of: (typeof TEXTS)[number] };
const TEXTS = ["incident", "target", "target kind", "symptom", "query", "context", "observed"] as const;

/** Every place of every step. Parameters that are not names of objects occur several times: they take most texts. */
export const slotsOf = (runbooks: readonly Runbook[]): Slot[] =>
  runbooks.flatMap((runbook) =>
    runbook.steps.flatMap((step) => [
      ...Object.entries(step.parameters).flatMap(([name, source]): Slot[] =>
        Array.from({ length: isObjectSource(source) ? 2 : 12 }, () => ({
          runbook,
          step,
          place: { kind: "parameter", name, source },
        })),
      ),
      ...TEXTS.map((of): Slot => ({ runbook, step, place: { kind: "text", of } })),
    ]),
  );

/** A harmless text that occurs nowhere else in a script. */
const HARMLESS = "h4rmless";
const HARMLESS_PATCH = `[{"op":"test","path":"/data/a","value":"${HARMLESS}"}]`;
const harmlessFor = (source: string, kind: string): string =>
  isUndoPatch(source)
    ? HARMLESS_PATCH
    : isObjectSource(source)
      ? `${KINDS.includes(kind) ? kind : "deployment"}/${HARMLESS}`
      : HARMLESS;
const KINDS = ["deployment", "statefulset", "daemonset", "pod", "node"];
const KIND_OF: Readonly<Record<string, string>> = { "entity.pod": "pod", "entity.node": "node" };
const OTHER_PATCH = '[{"op":"test","path":"/data/a","value":"other"}]';
/** Values of the other parameters. */
const otherFor = (source: string): string =>
  isUndoPatch(source) ? OTHER_PATCH : isObjectSource(source) ? `${KIND_OF[source] ?? "deployment"}/other` : "other";

/** `value`: as the script must hand it on. `harmless`: the same script with `HARMLESS` in its place. */
export type Pair = {
  rendered: Rendered;
  harmless: Rendered;
  value: string;
  token: string;
  /** The beginning of the lines that may differ. */
  line: RegExp;
};

/**
 * The script with a drawn value in the slot, beside one with a harmless value. Half of the values of a parameter come
 * the way of an analysis, out of evidence.
 *
 * @returns a reason if the evidence itself gives no such value.
 */
export function pairOf(
  { runbook, step, place }: Slot,
  drawn: string,
  random: () => number,
  render: typeof renderScript,
): Pair | { refused: string } {
  const base = { runbook: runbook.slug, step, expiresAtMs: 4_102_444_800_000 };
  const values = Object.fromEntries(Object.entries(step.parameters).map(([name, source]) => [name, otherFor(source)]));
  const target = { id: "orders", kind: "service" };
  const plain = { ...base, incidentId: "i-1", target, values };
  if (place.kind === "parameter") {
    const { name, source } = place;
    const given =
      random() < 0.5 && isParameterSource(source)
        ? fromEvidence(source, drawn, random)
        : { ok: true as const, value: direct(source, drawn, random) };
    if (!given.ok) return { refused: given.why };
    const harmless = harmlessFor(source, given.value.split("/")[0] ?? "");
    return {
      rendered: render({ ...plain, values: { ...values, [name]: given.value } }),
      harmless: render({ ...plain, values: { ...values, [name]: harmless } }),
      value: given.value,
      token: harmless,
      line: new RegExp(`^declare \\+x -r ${name}=`),
    };
  }
  const pair = (given: object, harmless: object, value: string, line: RegExp): Pair => ({
    rendered: render({ ...plain, ...given }),
    harmless: render({ ...plain, ...harmless }),
    value,
    token: HARMLESS,
    line,
  });
  const symptom = (text: string, query: string | null) => ({ symptom: { text, query } });
  switch (place.of) {
    case "incident":
      return pair({ incidentId: drawn }, { incidentId: HARMLESS }, drawn, /^# Incident: /);
    case "target": {
      const { namespace } = kubernetesNames({ id: drawn, kind: "service" });
      const id = namespace === null ? HARMLESS : `${namespace}/Deployment/${HARMLESS}`;
      return pair({ target: { ...target, id: drawn } }, { target: { ...target, id } }, drawn, /^# Target: /);
    }
    case "target kind":
      return pair(
        { target: { ...target, kind: drawn } },
        { target: { ...target, kind: HARMLESS } },
        drawn,
        /^# Target: /,
      );
    case "symptom":
      return pair(symptom(drawn, null), symptom(HARMLESS, null), oneLine(drawn, 160), /^ {2}symptom /);
    case "query":
      return pair(
        symptom("s", drawn),
        symptom("s", HARMLESS),
        drawn.length > 600 ? "" : oneLine(drawn, 600),
        /^ {2}symptom /,
      );
    case "context": // an empty one is unknown, and the operator names it
      return pair({ context: drawn }, { context: HARMLESS }, drawn || "c1", /^CONTEXT=/);
    case "observed": {
      const observed = (seen: string) => ({ observed: { revision: seen, generation: seen, uid: seen } });
      return pair(observed(drawn), observed(HARMLESS), drawn, /^ {2}expect (revision|generation|uid) /);
    }
  }
}

const direct = (source: string, drawn: string, random: () => number): string =>
  isUndoPatch(source) && random() < 0.7
    ? JSON.stringify([{ op: "test", path: "/data/a", value: drawn }])
    : isObjectSource(source) && random() < 0.7
      ? `${KIND_OF[source] ?? "deployment"}/${drawn}`
      : drawn;

/** What the analysis makes of a hostile name or fact. */
function fromEvidence(source: string, drawn: string, random: () => number) {
  const kinds = ["service", "pod", "node", "database", "deployment", "app", "unknown", drawn];
  const id = random() < 0.3 ? `shop/Deployment/${drawn}` : drawn;
  const entity = source.startsWith("entity") ? { id, kind: pick(random, kinds) } : { id: "orders", kind: "service" };
  const undo = undoSource(source);
  const facts =
    undo !== null
      ? { written_kind: undo.kind, undo_patch: drawn, redo_patch: drawn, [undo.fact]: direct(source, drawn, random) }
      : source.startsWith("fact:")
        ? { [source.slice("fact:".length)]: drawn }
        : { id: drawn };
  const finding = cited("E1", {
    entity,
    signal: "change",
    peer: drawn,
    evidence: { connector: "fake", query: "all", window: null, facts },
  });
  return resolveParameter(source, {
    incident: { system: drawn },
    hypothesis: aHypothesis({ entity }),
    change: drawn,
    findings: [finding],
  });
}

import type { Runbook, RunbookStep } from "../domain/runbook.ts";
import { type Rendered, renderScript } from "./script.ts";
import { readCommands } from "./step-commands.ts";
import { isUndoPatch, isUndoReader } from "./undo-source.ts";
import { whyNotInPlace } from "./value-place.ts";

/** Values as real ones look, for a script that is only checked. Any other is a text with quotes and spaces, or a name
 * where only a name is allowed. */
const SAMPLES: Readonly<Record<string, string>> = {
  entity: "sample",
  "entity.kind": "service",
  "entity.workload": "deployment/sample",
  "entity.pod": "pod/sample-0",
  "entity.node": "node/sample",
};
const SAMPLE_PATCH = '[{"op":"test","path":"/data/sample","value":"sample"}]';

const sampleFor = (source: string): string | undefined =>
  isUndoPatch(source) ? SAMPLE_PATCH : isUndoReader(source) ? "deployment/sample" : SAMPLES[source];
const AWKWARD = `it's "a" $(sample) value`;
/** 1 January 2100. */
const EXPIRES_AT_MS = 4_102_444_800_000;

/** The script of a step with made-up values. Its shape is that of each real one, because values never change it. */
export function sampleScript(step: RunbookStep, { slug }: Pick<Runbook, "slug">): Rendered {
  const commands = (["script", "verify", "rollback"] as const).flatMap((part) => {
    const read = readCommands(step[part]);
    return read.ok ? read.commands : [];
  });
  const textFor = (name: string): string => (whyNotInPlace(name, AWKWARD, commands) === null ? AWKWARD : "sample");
  return renderScript({
    step,
    runbook: slug,
    incidentId: "sample",
    target: { id: "sample", kind: "service" },
    values: Object.fromEntries(
      Object.entries(step.parameters).map(([name, source]) => [name, sampleFor(source) ?? textFor(name)]),
    ),
    expiresAtMs: EXPIRES_AT_MS,
  });
}

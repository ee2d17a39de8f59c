import { datedByFault } from "../../changes/dated-by-fault.ts";
import { changeFindings } from "../../changes/findings.ts";
import type { Impact } from "../../changes/rollout-impact.ts";
import { distinctChanges } from "../../domain/distinct-changes.ts";
import { IncidentError } from "../../domain/errors.ts";
import type { Change } from "../../domain/telemetry.ts";
import { givenRange } from "../../telemetry/plan.ts";
import { compareRollouts } from "../compare-rollouts.ts";
import type { AgentDeps } from "../deps.ts";
import { describeQuery, gatherStep, type GatherInput } from "../gather.ts";

/** Lists the changes. During a rollout, also compares new instances with old ones. */
export const listChanges = (deps: AgentDeps) =>
  gatherStep(deps, { node: "list-changes", source: "changes", signal: "change" }, async (input) => {
    const { read, incident } = input;
    const distinct = distinctChanges(read.parts.map(({ data }) => data));
    const changes = datedByFault(distinct, incident.onset?.atMs ?? incident.alarmAtMs);
    const { impacts, notes } = await impactsOf(changes, input, deps.nodeTimeoutMs / 2);
    return {
      findings: changeFindings({
        changes,
        impacts,
        incident,
        connector: read.source,
        query: describeQuery("changes", read),
      }),
      rows: read.own.length,
      quietWhenEmpty: true,
      notes,
    };
  });

const ROLLOUT_KINDS: readonly Change["kind"][] = ["deploy", "config", "scale"];

/**
 * Measures the effect of rollouts. If this fails or takes too long, the changes are still listed.
 *
 * @param patienceMs time limit, shorter than the node's, so that the node can report the timeout.
 */
async function impactsOf(
  changes: readonly Change[],
  { telemetry, incident, signal: nodeSignal }: GatherInput<"change">,
  patienceMs: number,
): Promise<{ impacts: Impact[]; notes: string[] }> {
  const alarmMs = incident.alarmAtMs ?? givenRange(incident)?.endMs ?? Number.POSITIVE_INFINITY;
  const made = changes.filter(({ timeUnixMs }) => timeUnixMs <= alarmMs);
  if (!made.some(({ kind }) => ROLLOUT_KINDS.includes(kind))) return { impacts: [], notes: [] };
  const patience = AbortSignal.timeout(patienceMs);
  const signal = AbortSignal.any(nodeSignal ? [nodeSignal, patience] : [patience]);
  try {
    // Other nodes report problems of these sources.
    const series = (await telemetry.readIncident("metric", incident, { signal }))?.own ?? null;
    if (series === null) return { impacts: [], notes: [] };
    const declared = (await telemetry.readIncident("topology", incident, { signal }))?.own ?? { nodes: [], edges: [] };
    const asOfMs = Number.isFinite(alarmMs)
      ? alarmMs
      : series.reduce((last, { timesMs }) => Math.max(last, timesMs.at(-1) ?? last), 0);
    return { impacts: compareRollouts({ changes: made, series, topology: declared, asOfMs }), notes: [] };
  } catch (cause) {
    const isLate = patience.aborted && !nodeSignal?.aborted;
    if (!isLate && !(cause instanceof IncidentError)) throw cause;
    const why = cause instanceof IncidentError ? cause.message : `the metrics took longer than ${patienceMs} ms`;
    return { impacts: [], notes: [`Causeway did not compare new instances with old ones: ${why}`] };
  }
}

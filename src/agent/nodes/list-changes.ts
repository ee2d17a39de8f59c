import { changeFindings } from "../../changes/findings.ts";
import type { Impact } from "../../changes/rollout-impact.ts";
import { IncidentError } from "../../domain/errors.ts";
import type { Change } from "../../domain/telemetry.ts";
import { compareRollouts } from "../compare-rollouts.ts";
import type { AgentDeps } from "../deps.ts";
import { describeQuery, gatherStep, type GatherInput } from "../gather.ts";

/** Lists what was changed, and compares new instances with old ones where a change goes out instance by instance. */
export const listChanges = (deps: AgentDeps) =>
  gatherStep(deps, "list-changes", "changes", async (input) => {
    const {
      telemetry: { changes: source },
      incident,
      own,
      fetch,
    } = input;
    if (!source) return null;
    const changes = await source.fetchChanges(own, fetch);
    const { impacts, notes } = await impactsOf(changes, input, deps.nodeTimeoutMs / 2);
    return {
      findings: changeFindings({
        changes,
        impacts,
        incident,
        connector: source.name,
        query: describeQuery("changes", own, null),
      }),
      rows: changes.length,
      quietWhenEmpty: true,
      notes,
    };
  });

/** Changes are worth listing even where their effect cannot be measured, or not in time: `patienceMs` leaves the step time to say so. */
async function impactsOf(
  changes: readonly Change[],
  { telemetry: { metrics, topology }, incident, own, fetch }: GatherInput,
  patienceMs: number,
): Promise<{ impacts: Impact[]; notes: string[] }> {
  const alarmMs = incident.alarmAtMs ?? own.window?.endMs ?? Number.POSITIVE_INFINITY;
  const made = changes.filter(({ timeUnixMs }) => timeUnixMs <= alarmMs);
  if (!metrics || !made.some(({ kind }) => kind === "deploy" || kind === "config" || kind === "scale"))
    return { impacts: [], notes: [] };
  const patience = AbortSignal.timeout(patienceMs);
  const signal = AbortSignal.any(fetch.signal ? [fetch.signal, patience] : [patience]);
  try {
    // what is wrong with these files is reported by the steps whose own they are
    const series = await metrics.fetchSeries(own, { signal });
    const declared = topology ? await topology.fetchTopology({ signal }) : { nodes: [], edges: [] };
    const asOfMs = Number.isFinite(alarmMs)
      ? alarmMs
      : series.reduce((last, { timesMs }) => Math.max(last, timesMs.at(-1) ?? last), 0);
    return { impacts: compareRollouts({ changes: made, series, topology: declared, asOfMs }), notes: [] };
  } catch (cause) {
    const late = patience.aborted && !fetch.signal?.aborted;
    if (!late && !(cause instanceof IncidentError)) throw cause;
    return {
      impacts: [],
      notes: [
        `new and old instances were not compared: ${cause instanceof IncidentError ? cause.message : `no series within ${patienceMs} ms`}`,
      ],
    };
  }
}

import { askCluster, type CallRecord } from "../../cluster/requests/ask-cluster.ts";
import { recordedCall } from "../../cluster/requests/recorded-tools.ts";
import type { Incident } from "../../domain/incident.ts";
import type { AnySource, IncidentStore, TelemetrySource } from "../../domain/ports.ts";
import { queryFor } from "../../domain/query.ts";
import type { ClusterAnswer } from "../../domain/telemetry.ts";
import { memorySource } from "../../telemetry/memory-source.ts";
import { namespaceOf, type ToolCache, toolCacheEnvironment } from "./tool-cache.ts";

/** `onCalls` gets the calls of each incident, when they are made. */
export type ActOptions = {
  maxCalls: number;
  onCalls?: ((incidentId: string, calls: readonly CallRecord[]) => void) | undefined;
};

/**
 * The same incidents, but their recorded tools are asked step by step, as an agent would in a live system, instead of
 * being read whole. A recording without tool answers stays as it is.
 */
export function actingIncidents(store: IncidentStore, options: ActOptions): IncidentStore {
  return {
    ...store,
    async openTelemetry(incidentId) {
      const incident = await store.getIncident(incidentId);
      const sources = await store.openTelemetry(incidentId);
      return sources.map((source): AnySource =>
        source.signal === "cluster" ? acting(source, incident, options) : source,
      );
    },
  };
}

/** A recording of tools has no times. */
const EVER = { startMs: 0, endMs: Number.MAX_SAFE_INTEGER };

function acting(
  source: TelemetrySource<"cluster">,
  incident: Incident,
  { maxCalls, onCalls }: ActOptions,
): TelemetrySource<"cluster"> {
  let asking: Promise<ClusterAnswer[]> | null = null;
  const ask = async (): Promise<ClusterAnswer[]> => {
    const recorded = (await source.query(queryFor("cluster", EVER))).data;
    const cache = cacheOf(recorded);
    const namespace = namespaceOf(cache) ?? "default";
    const { answers, calls } = await askCluster({
      environment: toolCacheEnvironment(cache, namespace),
      incident,
      toAction: (request) => recordedCall(request, namespace),
      maxCalls,
    });
    onCalls?.(incident.id, calls);
    return answers;
  };
  return memorySource("cluster", source.name, () => (asking ??= ask()));
}

const cacheOf = (answers: readonly ClusterAnswer[]): ToolCache =>
  Object.fromEntries(answers.map(({ tool, args, text }) => [`${tool}:${JSON.stringify(args)}`, text]));

import { type Incident, knownIncident } from "../../domain/incident.ts";
import type { IncidentStore, Telemetry } from "../../domain/ports.ts";
import type { LogStream } from "../../domain/telemetry.ts";
import { memorySource } from "../../telemetry/memory-source.ts";
import type { Brief } from "./brief.ts";
import { clusterAnswers } from "./next-call.ts";
import { spansOfCsv } from "./spans-of-csv.ts";
import type { ObservedCall } from "./turns.ts";

/** The incident behind a session: nothing is known of it but what the description says. */
export const incidentOfSession = (sessionId: string, { application, namespace, task }: Brief): Incident =>
  knownIncident({ id: sessionId, title: `${task} of ${application ?? namespace}`, system: application });

/** The observations of a session as the telemetry of one incident, so that the usual analysis reads them. */
export function observedIncident(incident: Incident, brief: Brief, turns: readonly ObservedCall[]): IncidentStore {
  const { id, title, alarmAtMs, system } = incident;
  const telemetry: Telemetry = [
    memorySource("cluster", "actions", async () => clusterAnswers(brief, turns)),
    ...(hasLogs(turns) ? [memorySource("log", "actions", async () => logStreams(turns))] : []),
    ...(tracesOf(turns) === null
      ? []
      : [memorySource("trace", "actions", async () => spansOfCsv(tracesOf(turns) ?? ""))]),
  ];
  return {
    listIncidents: async () => [{ id, title, alarmAtMs, system }],
    getIncident: async () => incident,
    openTelemetry: async () => telemetry,
  };
}

const tracesOf = (turns: readonly ObservedCall[]): string | null =>
  turns.find(({ purpose }) => purpose.kind === "read-traces")?.observation ?? null;

const hasLogs = (turns: readonly ObservedCall[]): boolean => logStreams(turns).length > 0;

function logStreams(turns: readonly ObservedCall[]): LogStream[] {
  return turns.flatMap(({ purpose, observation }): LogStream[] => {
    if (purpose.kind !== "cluster" || purpose.request.ask !== "error-logs" || observation.trim() === "") return [];
    const { service } = purpose.request;
    const bytes = Buffer.from(`${observation}\n`);
    const chunks: AsyncIterable<Uint8Array> = {
      async *[Symbol.asyncIterator]() {
        yield bytes;
      },
    };
    return [{ origin: `log of ${service}`, framing: "raw", service, untimed: true, canRead: () => true, chunks }];
  });
}

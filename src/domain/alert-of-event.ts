import type { AlertEvent } from "./alert-event.ts";
import { targetOf } from "./alert-target.ts";
import type { Alert } from "./telemetry.ts";

const kindOf = ({ entity, labels }: AlertEvent): string => {
  const target = targetOf(labels);
  return target?.entity === entity ? target.kind : "service";
};

/** An alert that a sender reported, as a record of telemetry. */
export const alertOfEvent = (event: AlertEvent): Alert => ({
  timeUnixMs: event.startsAtMs,
  entity: event.entity,
  entityKind: kindOf(event),
  signal: "metric",
  name: event.name,
  direction: null,
  peer: null,
  count: 1,
  message: event.summary,
  severity: event.severity,
  ...(event.links?.runbook === undefined ? {} : { runbookUrl: event.links.runbook }),
  labels: event.labels,
  ...(event.links === undefined ? {} : { links: withoutRunbook(event.links) }),
});

const withoutRunbook = (links: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(links).filter(([what]) => what !== "runbook"));

import type { IncidentDocument, RunbookDocument } from "../../src/domain/memory.ts";
import { incidentKey, runbookKey } from "../../src/domain/memory.ts";

export const MODEL = { name: "test-words", version: "1", dimension: 8 };

/** A remembered incident; `contentHash` follows from the given fields. */
export function incident(incidentId: string, text: string, fields: Partial<IncidentDocument> = {}): IncidentDocument {
  const tenant = fields.tenant ?? "default";
  return {
    kind: "incident",
    id: incidentKey(tenant, incidentId),
    tenant,
    incidentId,
    analysisId: `an-${incidentId}`,
    system: "shop",
    title: `incident ${incidentId}`,
    text,
    entity: "orders",
    cause: "pool_exhausted",
    resolution: null,
    shape: {
      findingKinds: ["metric.shift latency up"],
      entityRole: "leaf",
      pathRoles: ["entry", "leaf"],
      severity: null,
      changes: [],
      services: ["orders"],
      signs: [],
    },
    outcome: "unknown",
    outcomeBy: null,
    outcomeAtMs: null,
    atMs: 1000,
    contentHash: `${text}/${fields.atMs ?? 0}/${fields.cause ?? ""}`,
    ...fields,
  };
}

export const runbook = (name: string, text: string, fields: Partial<RunbookDocument> = {}): RunbookDocument => ({
  kind: "runbook",
  id: runbookKey("default", name),
  tenant: "default",
  title: name,
  text,
  atMs: 1000,
  contentHash: text,
  source: `runbooks/${name}`,
  causes: [],
  services: [],
  ...fields,
});

/** A vector that points one way for each of its first letters: near where texts begin alike. */
export function vectorOf(text: string): Float32Array {
  const vector = new Float32Array(MODEL.dimension);
  for (let i = 0; i < Math.min(24, text.length); i += 1) {
    const place = text.charCodeAt(i) % MODEL.dimension;
    vector[place] = (vector[place] ?? 0) + 1 / (i + 1);
  }
  return vector;
}

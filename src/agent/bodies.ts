import { z } from "zod";
import { IncidentError } from "../domain/errors.ts";
import { type CitedFinding, FindingRef } from "../domain/finding.ts";
import { Ranking } from "../domain/hypothesis.ts";
import { Incident } from "../domain/incident.ts";
import { Outcome } from "../domain/memory.ts";
import type { AnalysisStore } from "../domain/ports.ts";
import { RunbookLink } from "../domain/runbook.ts";
import { Topology } from "../domain/telemetry.ts";

/** `probability`: that the past cause is the present one. */
const Similar = z.array(
  z.object({
    incidentId: z.string(),
    title: z.string(),
    entity: z.string().nullable(),
    cause: z.string().nullable(),
    outcome: Outcome,
    outcomeBy: z.string().nullable(),
    atMs: z.number(),
    probability: z.number(),
    why: z.string(),
  }),
);
export type Similar = z.infer<typeof Similar>;
/** Which findings the ranking is of, with the ids that it cites. */
const FindingRefs = z.array(FindingRef);
const Claims = z.array(z.object({ text: z.string(), evidenceIds: z.array(z.string()) }));
const RunbookChoice = z
  .object({ name: z.string(), why: z.string(), drafted: z.boolean(), text: z.string().nullable() })
  .nullable();
export type RunbookChoice = z.infer<typeof RunbookChoice>;

const RunbookLinks = z.array(RunbookLink);
const Names = z.array(z.string());
const Watched = z.record(z.string(), z.array(z.string()));

/** What nodes hand one another through the store, by name. */
const BODIES = {
  incident: Incident,
  "topology.traces": Topology,
  "topology.cluster": Topology,
  topology: Topology,
  "heard.logs": Names,
  "heard.metrics": Names,
  "heard.traces": Names,
  /** What of the signals that people feel was held against a quiet time, by entity: `latency`, `errors`. */
  "watched.metrics": Watched,
  "watched.traces": Watched,
  "alerts.runbooks": RunbookLinks,
  findings: FindingRefs,
  ranking: Ranking,
  similar: Similar,
  claims: Claims,
  runbook: RunbookChoice,
} as const;
type BodyName = keyof typeof BODIES;
type Body<Name extends BodyName> = z.infer<(typeof BODIES)[Name]>;

export const putBody = <Name extends BodyName>(
  store: AnalysisStore,
  analysisId: string,
  name: Name,
  body: Body<Name>,
): Promise<void> => store.putBody(analysisId, name, body);

/** `null` when no node has put it. @throws {IncidentError} BAD_RESPONSE when the store holds something else under that name. */
export async function findBody<Name extends BodyName>(
  store: AnalysisStore,
  analysisId: string,
  name: Name,
): Promise<Body<Name> | null> {
  const stored = await store.getBody(analysisId, name);
  if (stored == null) return null;
  const parsed = BODIES[name].safeParse(stored);
  if (parsed.success) return parsed.data as Body<Name>;
  const hint = "The store was written by another version, or by hand. Run the analysis again.";
  throw new IncidentError(
    "BAD_RESPONSE",
    `${name} of analysis ${analysisId} is unreadable:\n${z.prettifyError(parsed.error)}`,
    { hint },
  );
}

/** A body that an earlier node must have put. */
export async function getBody<Name extends BodyName>(
  store: AnalysisStore,
  analysisId: string,
  name: Name,
): Promise<NonNullable<Body<Name>>> {
  const body = await findBody(store, analysisId, name);
  if (body !== null) return body;
  throw new IncidentError("NOT_FOUND", `analysis ${analysisId} has no ${name}`, { hint: "Run the analysis again." });
}

/** The findings themselves, each with the id that the state gave it. */
export async function citedFindings(
  store: AnalysisStore,
  analysisId: string,
  refs: readonly FindingRef[],
): Promise<CitedFinding[]> {
  const bodies = await store.getFindings(
    analysisId,
    refs.map(({ key }) => key),
  );
  return bodies.flatMap((body, index) => {
    const ref = refs[index];
    return ref ? [{ ...body, id: ref.id }] : [];
  });
}

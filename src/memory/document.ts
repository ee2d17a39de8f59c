import type { CitedFinding } from "../domain/finding.ts";
import type { Ranking } from "../domain/hypothesis.ts";
import type { Incident } from "../domain/incident.ts";
import {
  type IncidentDocument,
  incidentKey,
  type IncidentShape,
  type Outcome,
  type RunbookDocument,
} from "../domain/memory.ts";
import { redactPersonal } from "../domain/redact-personal.ts";
import type { Topology } from "../domain/telemetry.ts";
import { type Places, placesOf, standOf } from "./roles.ts";
import { asOneWord, symptomsOf, wordsOf } from "./symptoms.ts";
import { shortestPath } from "../topology/graph.ts";
import { kindWords, signsAround } from "./signs.ts";
import { createHash } from "node:crypto";

/** Characters; search gains nothing from more. */
const MAX_TEXT_CHARS = 8000;

/** What one analysis saw and concluded, as far as the memory reads it. */
export type Seen = {
  incident: Pick<Incident, "id" | "title" | "system" | "entry">;
  ranking: Pick<Ranking, "verdict" | "hypotheses">;
  findings: readonly CitedFinding[];
  topology: Topology;
};

/** What is to blame, as the analysis or a person says; null for nobody, and for a cause that nobody knows. */
export type Blamed = { entity: string | null; cause: string | null };
/** A person's word on it, and when it was given; null while nobody has said anything. */
export type Judgement = { outcome: Outcome; by: string; atMs: number } | null;
export type Written = {
  seen: Seen;
  tenant: string;
  analysisId: string;
  atMs: number;
  judgement: Judgement;
  resolution: string | null;
};

/** Whom the verdict blames: nobody unless it is `root_cause`. */
export function blamedBy({ verdict, hypotheses }: Seen["ranking"]): Blamed {
  const top = verdict === "root_cause" ? hypotheses[0] : undefined;
  return { entity: top?.entity.id ?? null, cause: top?.cause ?? null };
}

/**
 * An incident as it is remembered: what was found and where by role, words of mined templates, whom it was blamed on, what was done about it. Never raw log text, and nothing
 * personal or secret.
 *
 * An analysis that found no incident is written down with nothing to search by, so that it is never recalled: a quiet hour resembles every other, and has no cause to offer. It
 * is still written, because it may take back what an earlier analysis of the incident blamed.
 *
 * @param blamed a person's correction; what the analysis concluded unless given.
 */
export function incidentDocument(
  { seen, tenant, analysisId, atMs, judgement, resolution }: Written,
  blamed: Blamed = blamedBy(seen.ranking),
): IncidentDocument {
  const { incident, ranking, findings, topology } = seen;
  // nobody blamed: the best suspect is still what it was about
  const centre = blamed.entity ?? ranking.hypotheses[0]?.entity.id ?? null;
  const quiet = ranking.verdict === "no_incident" && blamed.entity === null;
  const told = {
    title: redactPersonal(incident.title),
    system: incident.system,
    entity: blamed.entity,
    cause: blamed.cause,
    resolution: resolution === null ? null : redactPersonal(resolution),
    shape: shapeOf(quiet ? null : centre, quiet ? [] : findings, placesOf(topology, incident.entry)),
  };
  const text = quiet
    ? ""
    : [symptomText(seen), causeText(blamed), told.title, told.resolution ?? ""]
        .filter((line) => line !== "")
        .join("\n")
        .slice(0, MAX_TEXT_CHARS);
  return {
    kind: "incident",
    id: incidentKey(tenant, incident.id),
    tenant,
    incidentId: incident.id,
    analysisId,
    ...told,
    text,
    outcome: judgement?.outcome ?? "unknown",
    outcomeBy: judgement?.by ?? null,
    outcomeAtMs: judgement?.atMs ?? null,
    atMs,
    contentHash: contentHash({ ...told, text }),
  };
}

/** A cause as people write it and as the catalogue names it. */
export function causeText({ entity, cause }: Blamed): string {
  if (cause === null) return entity === null ? "" : asOneWord(redactPersonal(entity));
  return [entity === null ? "" : asOneWord(redactPersonal(entity)), cause, ...wordsOf(cause.replaceAll("_", " "))]
    .filter((word) => word !== "")
    .join(" ");
}

/**
 * What to look for in the memory: the symptoms alone. No title, since monitors word alarms alike whatever broke, and no guess at the cause, which would recall what confirms it.
 * Empty where nothing was found, or too little for an incident: what is always a little unusual somewhere is in every past incident too.
 */
export const recallText = (seen: Seen): string => (seen.ranking.verdict === "no_incident" ? "" : symptomText(seen));

function symptomText({ ranking, findings }: Seen): string {
  const { kinds, names, words } = symptomsOf(findings, ranking);
  const lines = [kinds.map(asOneWord), names, words].map((line) => line.join(" "));
  return lines
    .filter((line) => line !== "")
    .join("\n")
    .slice(0, MAX_TEXT_CHARS);
}

const MAX_SERVICES = 50;

/** The worst that a log line or an alert among the findings said of itself. */
const severityWords = (findings: readonly CitedFinding[]): string | null => {
  const told = findings
    .map(({ evidence: { facts } }) => facts.severity)
    .filter((severity) => typeof severity === "string");
  return ["critical", "fatal", "high", "error", "warning", "warn"].find((level) => told.includes(level)) ?? null;
};

/**
 * The incident's shape around the entity that is blamed; null where nobody is: then nothing has a role.
 */
export function shapeOf(blamed: string | null, findings: readonly CitedFinding[], places: Places): IncidentShape {
  const { graph, nameOf, entry } = places;
  const services = [
    ...new Set(findings.map(({ entity }) => graph.ownerOf.get(nameOf(entity.id)) ?? nameOf(entity.id))),
  ].toSorted();
  const path =
    blamed === null || entry === null
      ? []
      : (shortestPath(entry, graph.ownerOf.get(nameOf(blamed)) ?? nameOf(blamed), graph.callees) ?? []);
  return {
    findingKinds: [...new Set(findings.map(kindWords))].toSorted(),
    entityRole: blamed === null ? null : standOf(blamed, places),
    pathRoles: path.map((id) => standOf(id, places) ?? "middle"),
    severity: severityWords(findings),
    changes: [...new Set(findings.filter(({ signal }) => signal === "change").map(({ kind }) => kind))].toSorted(),
    services: services.slice(0, MAX_SERVICES).map(redactPersonal),
    signs: blamed === null ? [] : signsAround(blamed, findings, places),
  };
}

type Hashed = Partial<
  Pick<IncidentDocument, "title" | "text" | "system" | "entity" | "cause" | "resolution" | "shape">
> &
  Partial<Pick<RunbookDocument, "causes" | "services" | "source">>;

/** SHA-256 over what is remembered. Not over when, by which analysis and with what outcome: the same told twice is one memory. */
export const contentHash = (hashed: Hashed): string => createHash("sha256").update(canonical(hashed)).digest("hex");

/** JSON with keys in order, so that equal values are equal bytes. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, field: unknown) =>
    field !== null && typeof field === "object" && !Array.isArray(field)
      ? Object.fromEntries(Object.entries(field).sort(([a], [b]) => (a < b ? -1 : 1)))
      : field,
  );

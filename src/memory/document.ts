import { createHash } from "node:crypto";
import type { CitedFinding } from "../domain/finding.ts";
import type { Ranking } from "../domain/hypothesis.ts";
import type { Incident } from "../domain/incident.ts";
import {
  type IncidentDocument,
  incidentKey,
  type IncidentShape,
  type TriedFix,
  type Outcome,
  type RunbookDocument,
} from "../domain/memory.ts";
import { redactPersonal } from "../domain/redact-personal.ts";
import type { Topology } from "../domain/telemetry.ts";
import { shortestPath } from "../topology/graph.ts";
import { type Places, placesOf, positionOf } from "./roles.ts";
import { kindWords, signsAround } from "./signs.ts";
import { asOneWord, symptomsOf, wordsOf } from "./symptoms.ts";

/** Characters. Search gains nothing from more. */
const MAX_TEXT_CHARS = 8000;

/** Most fixes that one incident remembers, the latest. */
const MAX_TRIED = 20;

/** The parts of an analysis that the memory reads. */
export type Seen = {
  incident: Pick<Incident, "id" | "title" | "system" | "entry"> & Partial<Pick<Incident, "vocabulary">>;
  ranking: Pick<Ranking, "verdict" | "hypotheses">;
  findings: readonly CitedFinding[];
  topology: Topology;
};

/** The blamed entity and cause, by the analysis or a person; null if none, or if the cause is unknown. */
export type Blamed = { entity: string | null; cause: string | null };
/** A person's judgement and its time; null without one. */
export type Judgement = { outcome: Outcome; by: string; atMs: number } | null;
export type Written = {
  seen: Seen;
  tenant: string;
  analysisId: string;
  atMs: number;
  judgement: Judgement;
  resolution: string | null;
  tried?: readonly TriedFix[] | undefined;
};

/** The blamed entity and cause of a verdict; none unless it is `root_cause`. */
export function blamedBy({ verdict, hypotheses }: Seen["ranking"]): Blamed {
  const top = verdict === "root_cause" ? hypotheses[0] : undefined;
  return { entity: top?.entity.id ?? null, cause: top?.cause ?? null };
}

/**
 * Builds the remembered document of an incident: findings by role, words of mined templates, the blamed entity and
 * cause,
 * and the resolution. Never raw log text, personal data or secrets.
 *
 * An analysis without an incident gets a document without search text, so that it is never recalled: all healthy hours
 * are alike and have no cause. It is still stored, because it may replace an earlier analysis that blamed something.
 *
 * @param blamed a person's correction; by default what the analysis concluded.
 */
export function incidentDocument(
  { seen, tenant, analysisId, atMs, judgement, resolution, tried = [] }: Written,
  blamed: Blamed = blamedBy(seen.ranking),
): IncidentDocument {
  const { incident, ranking, findings, topology } = seen;
  // Without a blamed entity, the first suspect is the centre.
  const centre = blamed.entity ?? ranking.hypotheses[0]?.entity.id ?? null;
  const quiet = ranking.verdict === "no_incident" && blamed.entity === null;
  const content = {
    title: redactPersonal(incident.title),
    system: incident.system,
    entity: blamed.entity,
    cause: blamed.cause,
    resolution: resolution === null ? null : redactPersonal(resolution),
    shape: shapeOf(quiet ? null : centre, quiet ? [] : findings, placesOf(topology, incident.entry)),
    ...(tried.length === 0 ? {} : { tried: tried.slice(-MAX_TRIED) }),
  };
  const text = quiet
    ? ""
    : [symptomText(seen), causeText(blamed), content.title, content.resolution ?? ""]
        .filter((line) => line !== "")
        .join("\n")
        .slice(0, MAX_TEXT_CHARS);
  return {
    kind: "incident",
    id: incidentKey(tenant, incident.id),
    tenant,
    incidentId: incident.id,
    analysisId,
    ...content,
    text,
    outcome: judgement?.outcome ?? "unknown",
    outcomeBy: judgement?.by ?? null,
    outcomeAtMs: judgement?.atMs ?? null,
    atMs,
    contentHash: contentHash({ ...content, text }),
  };
}

/** The cause as the catalogue names it and as people write it. */
export function causeText({ entity, cause }: Blamed): string {
  if (cause === null) return entity === null ? "" : asOneWord(redactPersonal(entity));
  return [entity === null ? "" : asOneWord(redactPersonal(entity)), cause, ...wordsOf(cause.replaceAll("_", " "))]
    .filter((word) => word !== "")
    .join(" ");
}

/**
 * The search text for recall: symptoms only. No title, because monitors word all alerts alike; no suspected cause,
 * which
 * would recall only incidents that confirm it. Empty if there is no incident: weak findings are in every past incident.
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

/** The worst severity of a log line or an alert among the findings. */
const severityWords = (findings: readonly CitedFinding[]): string | null => {
  const severities = findings
    .map(({ evidence: { facts } }) => facts.severity)
    .filter((severity) => typeof severity === "string");
  return ["critical", "fatal", "high", "error", "warning", "warn"].find((level) => severities.includes(level)) ?? null;
};

/** The incident's shape around the blamed entity. Without one (null), nothing has a role. */
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
    entityRole: blamed === null ? null : positionOf(blamed, places),
    pathRoles: path.map((id) => positionOf(id, places) ?? "middle"),
    severity: severityWords(findings),
    changes: [...new Set(findings.filter(({ signal }) => signal === "change").map(({ kind }) => kind))].toSorted(),
    services: services.slice(0, MAX_SERVICES).map(redactPersonal),
    signs: blamed === null ? [] : signsAround(blamed, findings, places),
  };
}

type Hashed = Partial<
  Pick<IncidentDocument, "title" | "text" | "system" | "entity" | "cause" | "resolution" | "tried" | "shape">
> &
  Partial<Pick<RunbookDocument, "causes" | "services" | "source">>;

/**
 * SHA-256 over the remembered content. Time, analysis and outcome are left out, so that equal content is one document.
 */
export const contentHash = (hashed: Hashed): string => createHash("sha256").update(canonical(hashed)).digest("hex");

/** JSON with sorted keys, so that equal values are equal bytes. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, field: unknown) =>
    field !== null && typeof field === "object" && !Array.isArray(field)
      ? Object.fromEntries(Object.entries(field).sort(([a], [b]) => (a < b ? -1 : 1)))
      : field,
  );

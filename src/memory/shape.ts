import type { CitedFinding } from "../domain/finding.ts";
import type { IncidentShape } from "../domain/memory.ts";
import { redactPersonal } from "../domain/redact-personal.ts";
import { shortestPath } from "../topology/graph.ts";
import { type Places, standOf } from "./roles.ts";
import { kindWords, signsAround } from "./signs.ts";

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

import { z } from "zod";
import { UNKNOWN_CAUSE } from "../domain/cause.ts";
import { messageOf } from "../domain/errors.ts";
import {
  type IncidentDocument,
  IncidentDocument as RememberedIncident,
  incidentKey,
  type IncidentShape,
  Outcome,
} from "../domain/memory.ts";
import { redactPersonal } from "../domain/redact-personal.ts";
import { IsoTime } from "../domain/time.ts";
import { causeText, contentHash } from "./document.ts";
import { asOneWord } from "./symptoms.ts";

const MAX_TEXT_CHARS = 8000;
const Text = z.string().max(100_000);

/** A past incident as people write it. Only id, title and time are required. */
export const PastIncident = z.strictObject({
  id: z.string().min(1).max(200),
  title: z.string().min(1).max(1000),
  /** When it happened, ISO 8601. */
  at: IsoTime,
  system: z.string().max(200).nullable().default(null),
  entity: z.string().max(500).nullable().default(null),
  /** Id of a card of the catalogue. */
  cause: z
    .string()
    .regex(/^[a-z][a-z0-9_]*$/, "use a cause id of the catalogue, such as network_delay")
    .nullable()
    .default(null),
  symptoms: z.union([Text, z.array(Text).transform((lines) => lines.join("\n"))]).default(""),
  resolution: Text.nullable().default(null),
  severity: z.string().max(50).nullable().default(null),
  services: z.array(z.string().max(200)).max(200).default([]),
  /** By default `confirmed` if a cause is given: the author of a post-mortem has investigated. */
  outcome: Outcome.optional(),
  by: z.string().max(200).nullable().default(null),
});
export type PastIncident = z.infer<typeof PastIncident>;

const NO_SHAPE: IncidentShape = {
  findingKinds: [],
  entityRole: null,
  pathRoles: [],
  severity: null,
  changes: [],
  services: [],
  signs: [],
};

/** Builds the remembered document: masked, without signs, because nothing was measured. */
export function importedDocument(past: PastIncident, tenant: string): IncidentDocument {
  const cause = past.cause === UNKNOWN_CAUSE ? null : past.cause;
  const outcome = past.outcome ?? (cause === null ? "unknown" : "confirmed");
  const content = {
    title: redactPersonal(past.title),
    system: past.system,
    entity: past.entity,
    cause,
    resolution: past.resolution === null ? null : redactPersonal(past.resolution),
    shape: { ...NO_SHAPE, severity: past.severity, services: past.services.map(redactPersonal) },
  };
  const lines = [
    redactPersonal(past.symptoms),
    content.shape.services.map(asOneWord).join(" "),
    causeText({ entity: past.entity, cause }),
    content.title,
    content.resolution ?? "",
  ];
  const text = lines
    .filter((line) => line !== "")
    .join("\n")
    .slice(0, MAX_TEXT_CHARS);
  return {
    kind: "incident",
    id: incidentKey(tenant, past.id),
    tenant,
    incidentId: past.id,
    analysisId: null,
    ...content,
    text,
    outcome,
    outcomeBy: outcome === "unknown" ? null : (past.by ?? "import"),
    outcomeAtMs: outcome === "unknown" ? null : past.at,
    atMs: past.at,
    contentHash: contentHash({ ...content, text }),
  };
}

/**
 * A document written by `causeway memory export`, for the importer's tenant. Masked again: the file may have been
 * edited.
 */
function reimportedDocument(exported: IncidentDocument, tenant: string): IncidentDocument {
  const { title, text, system, entity, cause, resolution, tried, shape } = exported;
  const content = {
    title: redactPersonal(title),
    system,
    entity,
    cause,
    resolution: resolution === null ? null : redactPersonal(resolution),
    ...(tried === undefined
      ? {}
      : { tried: tried.map((fix) => ({ ...fix, why: fix.why === null ? null : redactPersonal(fix.why) })) }),
    shape,
  };
  const masked = redactPersonal(text);
  return {
    ...exported,
    ...content,
    text: masked,
    tenant,
    id: incidentKey(tenant, exported.incidentId),
    contentHash: contentHash({ ...content, text: masked }),
  };
}

/**
 * Reads one line of a JSONL file: an incident as people write it, or an exported one.
 *
 * @param causes cause ids of the catalogue. A cause that a person gives must be among them; an exported one may come
 *   from
 *   another version of the catalogue.
 * @returns the document, or what is wrong with the line. Null for an exported runbook: runbooks are read from their
 *   folders.
 */
export function readPastLine(
  line: string,
  tenant: string,
  causes: readonly string[],
): { document: IncidentDocument } | { wrong: string } | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    return { wrong: `not JSON (${messageOf(cause)})` };
  }
  const kind = typeof value === "object" && value !== null && "kind" in value ? value.kind : null;
  if (kind === "runbook") return null;
  const exported = kind === "incident" ? RememberedIncident.safeParse(value) : null;
  if (exported?.success) return { document: reimportedDocument(exported.data, tenant) };
  const parsed = PastIncident.safeParse(value);
  if (parsed.success) {
    const { cause } = parsed.data;
    if (cause !== null && cause !== UNKNOWN_CAUSE && !causes.includes(cause))
      return {
        wrong: `cause: ${cause} is not in the catalogue. Leave it out, or use one of ${causes.toSorted().join(", ")}`,
      };
    return { document: importedDocument(parsed.data, tenant) };
  }
  const { issues } = exported?.error ?? parsed.error;
  return {
    wrong: issues
      .slice(0, 3)
      .map(({ path, message }) => `${path.join(".") || "it"}: ${message}`)
      .join("; "),
  };
}

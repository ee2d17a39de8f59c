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

/** A past incident as people write it down: what it was about is all that must be told. */
export const PastIncident = z.strictObject({
  id: z.string().min(1).max(200),
  title: z.string().min(1).max(1000),
  /** When it happened. */
  at: IsoTime,
  system: z.string().max(200).nullable().default(null),
  entity: z.string().max(500).nullable().default(null),
  /** Id of a card of the catalogue. */
  cause: z
    .string()
    .regex(/^[a-z][a-z0-9_]*$/, "a cause is named as in the catalogue, such as network_delay")
    .nullable()
    .default(null),
  symptoms: z.union([Text, z.array(Text).transform((lines) => lines.join("\n"))]).default(""),
  resolution: Text.nullable().default(null),
  severity: z.string().max(50).nullable().default(null),
  services: z.array(z.string().max(200)).max(200).default([]),
  /** `confirmed` where a cause is told and nothing else: who writes a post-mortem has looked. */
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

/** As it is remembered: masked, without signs, since nothing was measured. */
export function importedDocument(past: PastIncident, tenant: string): IncidentDocument {
  const cause = past.cause === UNKNOWN_CAUSE ? null : past.cause;
  const outcome = past.outcome ?? (cause === null ? "unknown" : "confirmed");
  const told = {
    title: redactPersonal(past.title),
    system: past.system,
    entity: past.entity,
    cause,
    resolution: past.resolution === null ? null : redactPersonal(past.resolution),
    shape: { ...NO_SHAPE, severity: past.severity, services: past.services.map(redactPersonal) },
  };
  const lines = [
    redactPersonal(past.symptoms),
    told.shape.services.map(asOneWord).join(" "),
    causeText({ entity: past.entity, cause }),
    told.title,
    told.resolution ?? "",
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
    ...told,
    text,
    outcome,
    outcomeBy: outcome === "unknown" ? null : (past.by ?? "import"),
    outcomeAtMs: outcome === "unknown" ? null : past.at,
    atMs: past.at,
    contentHash: contentHash({ ...told, text }),
  };
}

/** What `causeway memory export` wrote, under the importer's own tenant; masked again, since a file may have been edited. */
function reimportedDocument(exported: IncidentDocument, tenant: string): IncidentDocument {
  const { title, text, system, entity, cause, resolution, shape } = exported;
  const told = {
    title: redactPersonal(title),
    system,
    entity,
    cause,
    resolution: resolution === null ? null : redactPersonal(resolution),
    shape,
  };
  const masked = redactPersonal(text);
  return {
    ...exported,
    ...told,
    text: masked,
    tenant,
    id: incidentKey(tenant, exported.incidentId),
    contentHash: contentHash({ ...told, text: masked }),
  };
}

/**
 * Reads one line of a JSONL file: an incident as people write it, or one that was exported.
 *
 * @param causes ids of the catalogue: what a person names must be among them. An export may be of another version of it.
 * @returns what is wrong with it, in words, where it is neither. Null for an exported runbook: these are read from their folders.
 */
export function readPastLine(
  line: string,
  tenant: string,
  causes: readonly string[],
): { document: IncidentDocument } | { wrong: string } | null {
  let told: unknown;
  try {
    told = JSON.parse(line);
  } catch (cause) {
    return { wrong: `not JSON (${messageOf(cause)})` };
  }
  const kind = typeof told === "object" && told !== null && "kind" in told ? told.kind : null;
  if (kind === "runbook") return null;
  const exported = kind === "incident" ? RememberedIncident.safeParse(told) : null;
  if (exported?.success) return { document: reimportedDocument(exported.data, tenant) };
  const parsed = PastIncident.safeParse(told);
  if (parsed.success) {
    const { cause } = parsed.data;
    if (cause !== null && cause !== UNKNOWN_CAUSE && !causes.includes(cause))
      return {
        wrong: `cause: ${cause} is not in the catalogue: leave it out, or take one of ${causes.toSorted().join(", ")}`,
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

import { z } from "zod";

/** The outcome of a conclusion. `unknown`: nobody has judged it yet. */
export const Outcome = z.enum(["confirmed", "corrected", "wrong", "unknown"]);
export type Outcome = z.infer<typeof Outcome>;

/** The owner of a memory. Searches never cross tenants. */
export const Tenant = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/);
export const DEFAULT_TENANT = "default";

const StoredDocument = z.object({
  /** The permanent id of the subject, made by `incidentKey` or `runbookKey`. */
  id: z.string().min(1),
  tenant: Tenant,
  title: z.string(),
  /** The text that search reads, with secrets and personal data masked. */
  text: z.string(),
  /** When the incident was analysed or (imported) happened, or when the runbook last changed. Unix milliseconds. */
  atMs: z.number(),
  /** Changes with any content except the outcome. */
  contentHash: z.string().min(1),
});

/** The features of an incident, in words that hold for any system. */
export const IncidentShape = z.object({
  /** Kinds of findings, with family and direction if there is one: `metric.shift latency up`. */
  findingKinds: z.array(z.string()),
  /** Role of the blamed entity in the call graph. */
  entityRole: z.string().nullable(),
  /** Roles from the symptom to the cause. */
  pathRoles: z.array(z.string()),
  severity: z.string().nullable(),
  /** Kinds of change shortly before. */
  changes: z.array(z.string()),
  /** Services that were involved. */
  services: z.array(z.string()),
  /**
   * Signs by role instead of name: `self alert.firing memory up`, `caller trace.error-origin`. The weight is ln(1 +
   * strength) of the strongest such finding. Empty if nothing was measured (an imported post-mortem).
   */
  signs: z.array(z.object({ sign: z.string(), weight: z.number() })),
});
export type IncidentShape = z.infer<typeof IncidentShape>;

/** A fix that was tried or rejected in a past incident. `step`: its title. `why`: a person's reason, masked. */
export const TriedFix = z.object({
  runbook: z.string(),
  step: z.string(),
  result: z.enum(["helped", "did_not_help", "made_worse", "rejected"]),
  why: z.string().nullable(),
  by: z.string(),
  atMs: z.number(),
});
export type TriedFix = z.infer<typeof TriedFix>;

/** A past incident in memory. */
export const IncidentDocument = StoredDocument.extend({
  kind: z.literal("incident"),
  incidentId: z.string(),
  /** Null if the incident was imported. */
  analysisId: z.string().nullable(),
  system: z.string().nullable(),
  entity: z.string().nullable(),
  cause: z.string().nullable(),
  /** The fix that was applied. */
  resolution: z.string().nullable(),
  /** Oldest first. Absent if nothing was tried. */
  tried: z.array(TriedFix).optional(),
  shape: IncidentShape,
  outcome: Outcome,
  /** The person who judged the outcome. Null until somebody has. */
  outcomeBy: z.string().nullable(),
  outcomeAtMs: z.number().nullable(),
});
export type IncidentDocument = z.infer<typeof IncidentDocument>;

/** A runbook, as search finds it. */
export const RunbookDocument = StoredDocument.extend({
  kind: z.literal("runbook"),
  /** The folder, file or address that it was read from. */
  source: z.string(),
  causes: z.array(z.string()),
  services: z.array(z.string()),
});
export type RunbookDocument = z.infer<typeof RunbookDocument>;

export const MemoryDocument = z.discriminatedUnion("kind", [IncidentDocument, RunbookDocument]);
export type MemoryDocument = z.infer<typeof MemoryDocument>;
export type MemoryKind = MemoryDocument["kind"];
export type DocumentOf<K extends MemoryKind> = Extract<MemoryDocument, { kind: K }>;

export const incidentKey = (tenant: string, incidentId: string): string => `${tenant}/incident/${incidentId}`;
export const runbookKey = (tenant: string, name: string): string => `${tenant}/runbook/${name}`;

/** The text that a document's vector is made from, both at first and when it is embedded again. */
export const embeddedText = ({ text }: Pick<MemoryDocument, "text">): string => text;

/** The identity of an embedding model. Vectors of two models, or of two versions of one, are never compared. */
export type EmbeddingModel = { name: string; version: string; dimension: number };
export const modelId = ({ name, version, dimension }: EmbeddingModel): string => `${name}@${version}/${dimension}`;

/** Turns texts into vectors of `model.dimension` finite numbers: one for each text, in order. */
export interface Embedder {
  readonly model: EmbeddingModel;
  /** @throws {IncidentError} UNAVAILABLE, REJECTED or BAD_RESPONSE */
  embed(texts: readonly string[], signal?: AbortSignal): Promise<Float32Array[]>;
}

export type MemoryEntry = { document: MemoryDocument; vector: Float32Array };

/**
 * Each key narrows the search; a list means "any of these". Times are inclusive, Unix milliseconds. Runbooks are
 * narrowed only by `services` and `causes`.
 */
export type MemoryFilter = {
  system?: string;
  services?: readonly string[];
  causes?: readonly string[];
  outcomes?: readonly Outcome[];
  fromMs?: number;
  toMs?: number;
};

export type MemoryQuery<K extends MemoryKind = "incident"> = {
  kind: K;
  tenant: string;
  text: string;
  vector: Float32Array;
  filter?: MemoryFilter;
  /** Never returned, whatever matches. */
  excludeIncidentIds: readonly string[];
  limit: number;
};

/** A place in one result list. Rank 1 is best; equal scores share a rank. */
export type Placed = { score: number; rank: number };

/** One search result. `dense` (cosine) or `bm25` is null if the document is not among the best of that list. */
export type MemoryCandidate<K extends MemoryKind = "incident"> = {
  document: DocumentOf<K>;
  dense: Placed | null;
  bm25: Placed | null;
  /** Reciprocal rank fusion of both lists, k = 60. Results are ordered by it. */
  fused: number;
};

export type OutcomeUpdate = { outcome: Outcome; by: string; atMs: number };
/** Selects by ids, everything of one tenant, or the documents of a tenant older than `beforeMs`. */
export type RemoveFilter = { ids: readonly string[] } | { tenant: string; beforeMs?: number };
/** `outcome`: null for a runbook. */
export type KnownContent = { contentHash: string; outcome: Outcome | null };
export type MemoryPage = { documents: MemoryDocument[]; next: string | null };
export type MemoryDescription = { count: number; model: EmbeddingModel };

/**
 * Stored documents of one embedding model, searched by vector and by words. A server is not contacted before the first
 * use.
 *
 * @throws {IncidentError} from every method: UNAVAILABLE if the store cannot be reached; CONFIG if another embedding
 *   model filled it, or if it is too old, full, or refuses the key; BAD_INPUT if a vector does not have the model's
 *   dimension.
 */
export interface MemoryStore {
  readonly name: string;
  readonly model: EmbeddingModel;
  /**
   * Stores documents, one for each id. The same content again, or an older analysis, changes nothing. `replaces`
   * decides whether a document that a person has judged is overwritten. Everything is on disk when this returns. If two
   * entries have one id, the later one in the list wins.
   */
  put(entries: readonly MemoryEntry[]): Promise<{ written: number; unchanged: number }>;
  /** Best first: dense and BM25 lists, fused by rank. Ties: the newer document, then the smaller id. */
  search<K extends MemoryKind>(query: MemoryQuery<K>, signal?: AbortSignal): Promise<MemoryCandidate<K>[]>;
  get(id: string): Promise<MemoryDocument | null>;
  /** The stored documents with these ids. Documents whose content is unchanged need not be embedded again. */
  known(ids: readonly string[]): Promise<Map<string, KnownContent>>;
  /** All documents (of one tenant), in a stable order. `cursor` is the `next` of the page before. */
  list(page: { tenant?: string; kind?: MemoryKind; cursor?: string | null; limit?: number }): Promise<MemoryPage>;
  /** @throws {IncidentError} NOT_FOUND; BAD_INPUT for a runbook. */
  setOutcome(id: string, update: OutcomeUpdate): Promise<void>;
  /**
   * Deletes for good: no copy stays in the store's files once this returns.
   * @returns the number of documents deleted.
   */
  remove(filter: RemoveFilter): Promise<number>;
  describe(): Promise<MemoryDescription>;
  close(): Promise<void>;
}

export const knownContent = (document: MemoryDocument): KnownContent => ({
  contentHash: document.contentHash,
  outcome: document.kind === "incident" ? document.outcome : null,
});

/**
 * Decides whether `next` overwrites `stored`, which has the same id. An older document never does. An outcome that a
 * person confirmed or corrected stays until a person changes it. An outcome of `wrong` stays until an analysis
 * concludes something else.
 */
export function replaces(stored: MemoryDocument, next: MemoryDocument): boolean {
  if (next.atMs < stored.atMs) return false;
  if (stored.kind === "runbook" || next.kind === "runbook") return next.contentHash !== stored.contentHash;
  if (next.outcome === "unknown" && stored.outcome !== "unknown") {
    return stored.outcome === "wrong" && (next.entity !== stored.entity || next.cause !== stored.cause);
  }
  return next.contentHash !== stored.contentHash || next.outcome !== stored.outcome;
}

import { z } from "zod";

/** Whether what was concluded was right. `unknown` is silence: nobody has said. */
export const Outcome = z.enum(["confirmed", "corrected", "wrong", "unknown"]);
export type Outcome = z.infer<typeof Outcome>;

/** Whose memory it is. Searches never cross it. */
export const Tenant = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/);
export const DEFAULT_TENANT = "default";

const StoredDocument = z.object({
  /** Says for ever what it is about: `incidentKey` or `runbookKey` makes it. */
  id: z.string().min(1),
  tenant: Tenant,
  title: z.string(),
  /** The words that search reads; masked. */
  text: z.string(),
  /** When it was analysed, happened (imported) or was last changed (runbook), Unix milliseconds. */
  atMs: z.number(),
  /** Changes with whatever is remembered, the outcome apart. */
  contentHash: z.string().min(1),
});

/** What an incident looked like, in words that hold for any system. */
export const IncidentShape = z.object({
  /** Kind of finding, with family and direction where there is one: `metric.shift latency up`. */
  findingKinds: z.array(z.string()),
  /** Role of the blamed entity in the call graph. */
  entityRole: z.string().nullable(),
  /** Roles from the symptom to the cause. */
  pathRoles: z.array(z.string()),
  severity: z.string().nullable(),
  /** Kinds of change shortly before. */
  changes: z.array(z.string()),
  /** Services that took part. */
  services: z.array(z.string()),
  /**
   * What was seen and where, by the part it played and not by its name: `self alert.firing memory up`, `caller trace.error-origin`, each with ln(1 + strength) of
   * the strongest finding. Empty where nothing was measured (an imported post-mortem).
   */
  signs: z.array(z.object({ sign: z.string(), weight: z.number() })),
});
export type IncidentShape = z.infer<typeof IncidentShape>;

/** A past incident as it is remembered. */
export const IncidentDocument = StoredDocument.extend({
  kind: z.literal("incident"),
  incidentId: z.string(),
  /** Null where it was imported. */
  analysisId: z.string().nullable(),
  system: z.string().nullable(),
  entity: z.string().nullable(),
  cause: z.string().nullable(),
  /** What was done about it. */
  resolution: z.string().nullable(),
  shape: IncidentShape,
  outcome: Outcome,
  /** Who said so; null while nobody has. */
  outcomeBy: z.string().nullable(),
  outcomeAtMs: z.number().nullable(),
});
export type IncidentDocument = z.infer<typeof IncidentDocument>;

/** A runbook as search finds it. */
export const RunbookDocument = StoredDocument.extend({
  kind: z.literal("runbook"),
  /** Folder, file or address it was read from. */
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

/** What of a document its vector is made of, when it is first remembered and when it is embedded anew. */
export const embeddedText = ({ text }: Pick<MemoryDocument, "text">): string => text;

/** What makes vectors comparable: those of two models, or of two versions of one, never meet. */
export type EmbeddingModel = { name: string; version: string; dimension: number };
export const modelId = ({ name, version, dimension }: EmbeddingModel): string => `${name}@${version}/${dimension}`;

/** Turns texts into vectors of `model.dimension` finite numbers, one for each text, in order. */
export interface Embedder {
  readonly model: EmbeddingModel;
  /** @throws {IncidentError} UNAVAILABLE, REJECTED or BAD_RESPONSE */
  embed(texts: readonly string[], signal?: AbortSignal): Promise<Float32Array[]>;
}

export type MemoryEntry = { document: MemoryDocument; vector: Float32Array };

/** Each key narrows; a list is "any of". Times inclusive, Unix milliseconds. For runbooks only `services` and `causes` narrow. */
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
  /** Never given back, whatever matches. */
  excludeIncidentIds: readonly string[];
  limit: number;
};

/** A place in one list of results: 1 is best, equal scores share a place. */
export type Placed = { score: number; rank: number };

/** What search found. `dense` (cosine) or `bm25` is null where the document is not among the best of that list. */
export type MemoryCandidate<K extends MemoryKind = "incident"> = {
  document: DocumentOf<K>;
  dense: Placed | null;
  bm25: Placed | null;
  /** Reciprocal rank fusion of both, k = 60; the order of the answer. */
  fused: number;
};

export type OutcomeUpdate = { outcome: Outcome; by: string; atMs: number };
/** By ids, or all of a tenant, or what of it is older than `beforeMs`. */
export type RemoveFilter = { ids: readonly string[] } | { tenant: string; beforeMs?: number };
/** `outcome`: null for a runbook. */
export type KnownContent = { contentHash: string; outcome: Outcome | null };
export type MemoryPage = { documents: MemoryDocument[]; next: string | null };
export type MemoryDescription = { count: number; model: EmbeddingModel };

/**
 * Remembered documents of one embedding model, searched by vector and by words. Nothing is asked of a server before the first use.
 *
 * @throws {IncidentError} from every method: UNAVAILABLE where the store cannot be reached; CONFIG where it was filled with another embedding
 *   model, is too old, is full, or refuses the key; BAD_INPUT where a vector has another dimension than the model.
 */
export interface MemoryStore {
  readonly name: string;
  readonly model: EmbeddingModel;
  /**
   * Remembers. One document for each id: the same content again, or an older analysis, changes nothing, and what a person has judged is replaced
   * only as `replaces` says. When it returns, what it was given is on disk. Of two with one id, the later one in the list is the later put.
   */
  put(entries: readonly MemoryEntry[]): Promise<{ written: number; unchanged: number }>;
  /** Best first: dense and BM25 lists fused by rank; ties: the newer, then the smaller id. */
  search<K extends MemoryKind>(query: MemoryQuery<K>, signal?: AbortSignal): Promise<MemoryCandidate<K>[]>;
  get(id: string): Promise<MemoryDocument | null>;
  /** What is known of these, by id: what need not be embedded again. */
  known(ids: readonly string[]): Promise<Map<string, KnownContent>>;
  /** All documents (of a tenant), in one stable order; `cursor` is `next` of the page before. */
  list(page: { tenant?: string; kind?: MemoryKind; cursor?: string | null; limit?: number }): Promise<MemoryPage>;
  /** @throws {IncidentError} NOT_FOUND; BAD_INPUT for a runbook. */
  setOutcome(id: string, update: OutcomeUpdate): Promise<void>;
  /** Takes out for good: no copy stays in the store's files once it returns. @returns how many. */
  remove(filter: RemoveFilter): Promise<number>;
  describe(): Promise<MemoryDescription>;
  close(): Promise<void>;
}

export const knownContent = (document: MemoryDocument): KnownContent => ({
  contentHash: document.contentHash,
  outcome: document.kind === "incident" ? document.outcome : null,
});

/**
 * Whether `next` takes the place of `stored`, which has the same id. An older one never does. What a person has confirmed or corrected stays
 * until a person says otherwise; what was called wrong stays until something else is concluded.
 */
export function replaces(stored: MemoryDocument, next: MemoryDocument): boolean {
  if (next.atMs < stored.atMs) return false;
  if (stored.kind === "runbook" || next.kind === "runbook") return next.contentHash !== stored.contentHash;
  if (next.outcome === "unknown" && stored.outcome !== "unknown") {
    return stored.outcome === "wrong" && (next.entity !== stored.entity || next.cause !== stored.cause);
  }
  return next.contentHash !== stored.contentHash || next.outcome !== stored.outcome;
}

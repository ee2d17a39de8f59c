import type { Schemas } from "@qdrant/js-client-rest";
import { z } from "zod";
import {
  type DocumentOf,
  MemoryDocument,
  type MemoryEntry,
  type MemoryKind,
  type MemoryQuery,
} from "../../domain/memory.ts";
import { documentTerms, queryTerms } from "../hybrid/bm25.ts";
import { depthFor } from "../hybrid/fuse.ts";
import { readJson } from "../sql/stored-json.ts";
import { BM25, DENSE } from "./collections.ts";
import { pointId } from "./point-id.ts";

type Condition = Schemas["FieldCondition"];

/** A point is a document: its payload is the document itself, so filters use the document's fields. */
export const pointOf = ({ document, vector }: MemoryEntry): Schemas["PointStruct"] => ({
  id: pointId(document.id),
  vector: { [DENSE]: [...vector], [BM25]: documentTerms(document.text) },
  payload: document,
});

/** The fields that fusion needs. */
const Payload = z.looseObject({ id: z.string(), atMs: z.number() });
type Payload = z.infer<typeof Payload>;
export const Scored = z.array(z.object({ points: z.array(z.object({ score: z.number(), payload: Payload })) }));
export const Stored = z.array(z.object({ payload: Payload }));

export const documentOf = (payload: Payload): MemoryDocument =>
  readJson(MemoryDocument, JSON.stringify(payload), `the memory document ${payload.id}`);
export const isKind = <K extends MemoryKind>(document: MemoryDocument, kind: K): document is DocumentOf<K> =>
  document.kind === kind;

/** Both searches in one request with the same filter. Without words there is no second one. */
export function searches(query: MemoryQuery<MemoryKind>): Schemas["QueryRequestBatch"] {
  const terms = queryTerms(query.text);
  const common = { filter: filterOf(query), limit: depthFor(query.limit), with_payload: true };
  const dense = { ...common, query: [...query.vector], using: DENSE };
  return { searches: terms.indices.length === 0 ? [dense] : [dense, { ...common, query: terms, using: BM25 }] };
}

function filterOf({ kind, tenant, filter = {}, excludeIncidentIds }: MemoryQuery<MemoryKind>): Schemas["Filter"] {
  const { system, services, causes, outcomes, fromMs, toMs } = filter;
  const isIncident = kind === "incident";
  const must: Condition[] = [
    { key: "tenant", match: { value: tenant } },
    { key: "kind", match: { value: kind } },
    ...anyOf(isIncident ? "shape.services" : "services", services),
    ...anyOf(isIncident ? "cause" : "causes", causes),
    ...anyOf("outcome", isIncident ? outcomes : undefined),
    ...(isIncident && system !== undefined ? [{ key: "system", match: { value: system } }] : []),
    ...(isIncident && (fromMs !== undefined || toMs !== undefined)
      ? [{ key: "atMs", range: { gte: fromMs ?? null, lte: toMs ?? null } }]
      : []),
  ];
  return { must, must_not: anyOf("incidentId", excludeIncidentIds.length === 0 ? undefined : excludeIncidentIds) };
}

const anyOf = (key: string, values: readonly string[] | undefined): Condition[] =>
  values === undefined ? [] : [{ key, match: { any: [...values] } }];

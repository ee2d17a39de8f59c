import { type Kysely, sql } from "kysely";
import type { IncidentDocument, IncidentMemory, RecalledIncident } from "../../domain/ports.ts";
import type { Tables } from "../sql/tables.ts";
import { openDatabase, type SqliteOptions } from "./open-database.ts";

/** More words than this say no more about an incident. */
const MAX_QUERY_WORDS = 200;
/** Candidates that BM25 chooses, of which the best by shared words are given. */
const MIN_CANDIDATES = 50;
const WORD = /[\p{L}\p{N}_]+/gu;

/**
 * Past incidents in the SQLite file at `path` (that of the analyses may be the same), searched with FTS5: one document for each
 * incident, that of the newest analysis.
 *
 * BM25 chooses the candidates. `score`, in (0, 1], is the share of the query's words that the document holds too, each weighed by its
 * rarity among the documents, ln(1 + (N − n + ½) / (n + ½)): unlike BM25 it means something among three documents as among three thousand. The
 * asking incident's own document is not counted: an incident analysed twice is answered alike. Ties: the newer, then the smaller id.
 *
 * @throws {IncidentError} as `sqliteAnalysisStore` does.
 */
export async function sqliteMemory(path: string, options: SqliteOptions = {}): Promise<IncidentMemory & { close(): Promise<void> }> {
  const { db, asking, close } = await openDatabase(path, options);
  return {
    name: "sqlite",
    close,
    remember: (document) => asking(() => putDocument(db, document)),
    recall: ({ text, excludeIncidentId, limit }) =>
      asking(async () => {
        const words = [...new Set(text.toLowerCase().match(WORD) ?? [])].slice(0, MAX_QUERY_WORDS);
        if (words.length === 0 || limit < 1) return [];
        const candidates = await findCandidates(db, words, excludeIncidentId, Math.max(limit, MIN_CANDIDATES));
        if (candidates.length === 0) return [];
        const shares = await sharedWeights(db, words, excludeIncidentId);
        return candidates
          .map((document): RecalledIncident => ({ ...document, score: shares.get(document.incidentId) ?? 0 }))
          .toSorted((a, b) => b.score - a.score || b.atMs - a.atMs || (a.incidentId < b.incidentId ? -1 : 1))
          .slice(0, limit);
      }),
  };
}

/** An analysis that is older than the one remembered changes nothing. Triggers keep the search index. */
async function putDocument(db: Kysely<Tables>, document: IncidentDocument): Promise<void> {
  const row = {
    incident_id: document.incidentId,
    analysis_id: document.analysisId,
    system: document.system,
    title: document.title,
    text: document.text,
    entity: document.entity,
    cause: document.cause,
    outcome: document.outcome,
    at_ms: document.atMs,
  };
  await db
    .insertInto("memories")
    .values(row)
    .onConflict((conflict) => conflict.column("incident_id").doUpdateSet(row).where("memories.at_ms", "<=", document.atMs))
    .execute();
}

/** Quoted, a word is a word: whatever it says, it is no syntax of FTS5. */
const asQuery = (words: readonly string[]): string => words.map((word) => `"${word}"`).join(" OR ");

async function findCandidates(db: Kysely<Tables>, words: readonly string[], excludeIncidentId: string, limit: number): Promise<IncidentDocument[]> {
  const { rows } = await sql<Tables["memories"]>`
    select memories.* from memory_search join memories on memories.incident_id = memory_search.incident_id
    where memory_search match ${asQuery(words)} and memory_search.incident_id <> ${excludeIncidentId}
    order by bm25(memory_search), memories.at_ms desc, memories.incident_id limit ${limit}`.execute(db);
  return rows.map(({ incident_id, analysis_id, at_ms, ...same }) => ({ incidentId: incident_id, analysisId: analysis_id, atMs: at_ms, ...same }));
}

/** For each incident, what share of the words it holds, by weight. SQLite itself says who holds a word, because it also stems. */
async function sharedWeights(db: Kysely<Tables>, words: readonly string[], excludeIncidentId: string): Promise<Map<string, number>> {
  const documents = await db.selectFrom("memories").where("incident_id", "<>", excludeIncidentId).select(({ fn }) => fn.countAll<number>().as("count")).executeTakeFirstOrThrow();
  const held = new Map<string, number>();
  let total = 0;
  for (const word of words) {
    const { rows } = await sql<{ incident_id: string }>`select incident_id from memory_search
      where memory_search match ${asQuery([word])} and incident_id <> ${excludeIncidentId}`.execute(db);
    const holders = Math.max(1, rows.length); // a word never seen is as rare as one seen once
    const weight = Math.log(1 + (documents.count - holders + 0.5) / (holders + 0.5));
    total += weight;
    for (const { incident_id } of rows) held.set(incident_id, (held.get(incident_id) ?? 0) + weight);
  }
  return new Map([...held].map(([incidentId, weight]) => [incidentId, Math.min(1, weight / total)]));
}

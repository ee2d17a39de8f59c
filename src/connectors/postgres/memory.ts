import { type Kysely, sql } from "kysely";
import type { IncidentDocument, IncidentMemory, RecalledIncident } from "../../domain/ports.ts";
import type { Sql, Tables } from "../sql/tables.ts";

/** More words than this say no more about an incident. */
const MAX_QUERY_WORDS = 200;
const MIN_CANDIDATES = 50;
const WORD = /[\p{L}\p{N}_]+/gu;

/**
 * Past incidents in a Postgres that processes share, searched by its own text search, where no Qdrant is configured: one document for each incident, that of the
 * newest analysis. `score`, in (0, 1]: the share of the query's words that the document holds too. Ties: the newer, then the smaller id.
 */
export const postgresMemory = ({ db, asking }: Pick<Sql, "db" | "asking">): IncidentMemory => ({
  name: "postgres",
  remember: (document) => asking(() => putDocument(db, document)),
  recall: ({ text, excludeIncidentId, limit }) =>
    asking(async () => {
      const words = [...new Set(text.toLowerCase().match(WORD) ?? [])].slice(0, MAX_QUERY_WORDS);
      if (words.length === 0 || limit < 1) return [];
      // each word parsed by itself, so that whatever it says is no syntax; the index answers `@@`
      const { rows } = await sql<Tables["memories"] & { shared: number }>`
        with asked as (select plainto_tsquery('english', word) as query from unnest(${words}::text[]) as word where plainto_tsquery('english', word)::text <> '')
        select memories.*, (select count(*) from asked where to_tsvector('english', memories.text) @@ asked.query)::float8 / greatest(1, (select count(*) from asked)) as shared
        from memories
        where incident_id <> ${excludeIncidentId} and exists (select 1 from asked where to_tsvector('english', memories.text) @@ asked.query)
        order by shared desc, at_ms desc, incident_id limit ${Math.max(limit, MIN_CANDIDATES)}`.execute(db);
      return rows.slice(0, limit).map(({ incident_id, analysis_id, at_ms, shared, ...same }): RecalledIncident => ({ incidentId: incident_id, analysisId: analysis_id, atMs: at_ms, ...same, score: shared }));
    }),
});

/** An analysis that is older than the one remembered changes nothing. */
async function putDocument(db: Kysely<Tables>, document: IncidentDocument): Promise<void> {
  const { incidentId: incident_id, analysisId: analysis_id, atMs: at_ms, system, title, text, entity, cause, outcome } = document;
  const row = { incident_id, analysis_id, system, title, text, entity, cause, outcome, at_ms };
  await db.insertInto("memories").values(row).onConflict((conflict) => conflict.column("incident_id").doUpdateSet(row).where("memories.at_ms", "<=", at_ms)).execute();
}

import { type Kysely, sql as raw } from "kysely";
import { Severity } from "../../domain/alert-event.ts";
import { Verdict } from "../../domain/hypothesis.ts";
import { headOf, type HeadSource, type IncidentHead, searchWords, wordsOfHead } from "../../domain/incident-search.ts";
import type { WorkStatus } from "../../domain/service.ts";
import type { ServiceStore } from "../../domain/service-store.ts";
import { toKnown } from "./incidents.ts";
import { statusOf } from "./request-summaries.ts";
import { batchesOf, execute, type Script } from "./script.ts";
import type { SqlDatabase, Tables } from "./tables.ts";

/** Apart from the reports: a report is long, and a list reads many heads. */
export const INCIDENT_HEAD_SCHEMA = [
  `create table incident_heads (
    incident_id text primary key,
    analysis_id text not null references analyses (id) on delete cascade,
    at_ms bigint not null,
    verdict text not null,
    entity text,
    cause text,
    severity text,
    owner text,
    words text not null
  )`,
  `create index incident_heads_by_analysis on incident_heads (analysis_id)`,
];

/** The order of the list, so that a page of it is read without sorting all incidents. */
export const INCIDENT_ORDER_SCHEMA = [
  `create index incidents_by_state on incidents
    ((case status when 'open' then 0 else 1 end), opened_at_ms desc, id desc) where merged_into is null`,
];

export const HEAD_VERSION_SCHEMA = [
  `alter table incident_heads add column what text`,
  `alter table incident_heads add column version integer not null default 0`,
];

/** Grows when heads hold more than before: those of older versions are then written again (`stale-heads.ts`). */
export const HEAD_VERSION = 1;

/**
 * Writes the head of a report, unless that of a newer one is there.
 *
 * @param replacesOld whether it also replaces any head that an older version of Causeway wrote.
 */
export function* writeHead(db: Kysely<Tables>, report: HeadSource, replacesOld = false): Script<void> {
  const head = headOf(report);
  const row = {
    incident_id: report.incident_id,
    analysis_id: head.analysisId,
    at_ms: Date.parse(report.timings.started_at),
    verdict: head.verdict,
    entity: head.entity,
    cause: head.cause,
    what: head.what,
    severity: head.severity,
    owner: head.owner,
    words: wordsOfHead(head),
    version: HEAD_VERSION,
  };
  const { incident_id: _, ...rest } = row;
  yield* execute(
    db
      .insertInto("incident_heads")
      .values(row)
      .onConflict((conflict) =>
        conflict
          .column("incident_id")
          .doUpdateSet(rest)
          .where((eb) =>
            eb.or([
              eb("incident_heads.at_ms", "<=", row.at_ms),
              ...(replacesOld ? [eb("incident_heads.version", "<", HEAD_VERSION)] : []),
            ]),
          ),
      ),
  );
}

type HeadRow = {
  [Name in keyof Omit<Tables["incident_heads"], "incident_id" | "at_ms" | "words" | "version">]: string | null;
};

const toHead = ({
  analysis_id: analysisId,
  verdict,
  entity,
  cause,
  what,
  severity,
  owner,
}: HeadRow): IncidentHead | null =>
  analysisId === null
    ? null
    : {
        analysisId,
        verdict: Verdict.parse(verdict),
        entity,
        cause,
        what,
        severity: Severity.nullable().parse(severity),
        owner,
      };

const HEAD_COLUMNS = [
  "analysis_id",
  "verdict",
  "entity",
  "cause",
  "what",
  "incident_heads.severity as head_severity",
  "owner",
] as const;

/** `%` and `_` of a search are letters like others. */
const anywhere = (word: string): string => `%${word.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;

/** Lists of incidents with what was concluded on them. */
export const incidentHeads = ({
  db,
  run,
}: SqlDatabase): Pick<ServiceStore, "searchIncidents" | "knownIncidents" | "headsOf" | "newestAnalyses"> => ({
  async searchIncidents({ text, status, limit, offset }) {
    const words = searchWords(text);
    // the same pass counts what matches: looking through all words twice would take twice as long
    const hasWords = words.length > 0;
    const matching = words.reduce(
      (query, word) => {
        const pattern = anywhere(word);
        return query.where(
          raw<boolean>`(lower(incidents.id) like ${pattern} escape '\\' or lower(incidents.title) like ${pattern} escape '\\'
            or lower(incidents.system) like ${pattern} escape '\\' or incidents.id in (select head.incident_id from incident_heads head
            where head.words like ${pattern} escape '\\'))`,
        );
      },
      db.selectFrom("incidents").where("merged_into", "is", null),
    );
    const wanted = status === null ? matching : matching.where("incidents.status", "=", status);
    // ids first: whole rows of a large store do not fit into the memory in which a database sorts
    const page = await run(() =>
      wanted
        .select("incidents.id")
        .$if(hasWords, (query) => query.select(raw<number>`count(*) over ()`.as("matching")))
        .orderBy(raw`case incidents.status when 'open' then 0 else 1 end`)
        .orderBy("opened_at_ms", "desc")
        .orderBy("incidents.id", "desc")
        .limit(limit)
        .offset(offset)
        .execute(),
    );
    const shown = db
      .selectFrom("incidents")
      .leftJoin("incident_heads", "incident_heads.incident_id", "incidents.id")
      .selectAll("incidents")
      .select(HEAD_COLUMNS);
    const ids = page.map(({ id }) => id);
    const rows = ids.length === 0 ? [] : await run(() => shown.where("incidents.id", "in", ids).execute());
    const rowOf = new Map(rows.map((row) => [row.id, row]));
    const count =
      page[0]?.matching ??
      (await run(() => wanted.select(({ fn }) => fn.countAll<number>().as("count")).executeTakeFirstOrThrow())).count;
    return {
      count: Number(count),
      items: page
        .flatMap(({ id }) => rowOf.get(id) ?? [])
        .map((row) => ({ incident: toKnown(row), head: toHead({ ...row, severity: row.head_severity }) })),
    };
  },

  async knownIncidents(incidentIds) {
    const known = new Set<string>();
    for (const batch of batchesOf(incidentIds)) {
      const rows = await run(() => db.selectFrom("incidents").select("id").where("id", "in", batch).execute());
      for (const { id } of rows) known.add(id);
    }
    return known;
  },

  async headsOf(incidentIds) {
    const heads = new Map<string, IncidentHead>();
    for (const batch of batchesOf(incidentIds)) {
      const rows = await run(() =>
        db.selectFrom("incident_heads").selectAll().where("incident_id", "in", batch).execute(),
      );
      for (const row of rows) {
        const head = toHead(row);
        if (head !== null) heads.set(row.incident_id, head);
      }
    }
    return heads;
  },

  async newestAnalyses(incidentIds) {
    const newest = new Map<string, { id: string; status: WorkStatus }>();
    for (const batch of batchesOf(incidentIds)) {
      const rows = await run(() =>
        db
          .selectFrom("analyses")
          .leftJoin("requests", "requests.analysis_id", "analyses.id")
          .select(["analyses.id", "analyses.incident_id", "status", "requested_at_ms", "finished_at_ms"])
          .where("analyses.incident_id", "in", batch)
          .where(
            raw<boolean>`analyses.id = (select one.id from analyses one where one.incident_id = analyses.incident_id
              order by one.started_at_ms desc, one.id desc limit 1)`,
          )
          .execute(),
      );
      for (const row of rows) newest.set(row.incident_id, { id: row.id, status: statusOf(row) });
    }
    return newest;
  },
});

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql as raw } from "kysely";
import { openCauseway } from "../../src/compose/open-causeway.ts";
import { loadConfig } from "../../src/config.ts";
import { writeHead } from "../../src/connectors/sql/incident-heads.ts";
import { batchesOf, execute, type Script } from "../../src/connectors/sql/script.ts";
import type { SqlDatabase, Tables } from "../../src/connectors/sql/tables.ts";
import { openDatabase } from "../../src/connectors/sqlite/open-database.ts";
import { Report } from "../../src/domain/report.ts";
import { isOver } from "../connectors/sql/deliver.ts";
import { silentLog } from "../agent/fakes.ts";
import { anIncident } from "../fakes.ts";

type Rows = Pick<Tables, "reports" | "findings" | "artifacts" | "actions" | "progress">;
/** All rows of one real analysis. */
export type Template = { analysisId: string; incidentId: string; rows: { [Table in keyof Rows]: Rows[Table][] } };

/** Analyses recorded incidents for real, and returns what each left in the store. */
export async function realAnalyses(incidentIds: readonly string[]): Promise<Template[]> {
  const home = mkdtempSync(join(tmpdir(), "causeway-templates-"));
  try {
    const causeway = await openCauseway(loadConfig({ home, llm: false }, {}), { log: silentLog });
    const analysed: { analysisId: string; incidentId: string }[] = [];
    for (const incidentId of incidentIds) {
      await causeway.analyse(incidentId);
      const [analysis] = await causeway.listAnalyses({ incidentId, limit: 1 });
      analysed.push({ analysisId: analysis?.id ?? "", incidentId });
    }
    await causeway.close();
    const sql = await openDatabase(join(home, "causeway.db"));
    const of = async <Table extends keyof Rows>(table: Table, id: string): Promise<Rows[Table][]> => {
      const { rows } = await raw<Rows[Table]>`select * from ${raw.table(table)} where analysis_id = ${id}`.execute(
        sql.db,
      );
      return rows;
    };
    const templates: Template[] = [];
    for (const { analysisId: id, incidentId } of analysed) {
      const [reports, findings, artifacts] = [
        await of("reports", id),
        await of("findings", id),
        await of("artifacts", id),
      ];
      const [actions, progress] = [await of("actions", id), await of("progress", id)];
      templates.push({ analysisId: id, incidentId, rows: { reports, findings, artifacts, actions, progress } });
    }
    await sql.close();
    return templates;
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

export const analysisIdOf = (n: number): string => `an-${String(n).padStart(10, "0")}`;
export const incidentIdOf = (n: number): string => `inc-${String(n).padStart(6, "0")}`;
const SPACING = 20;

/**
 * Fills a database with analyses that are copies of real ones, under ids of their own, spread evenly up to `untilMs`.
 * Each belongs to an incident of its own, closed by its alert. `decided`: whether a person decided on its actions.
 */
export async function fillMonth(
  sql: SqlDatabase,
  templates: readonly Template[],
  { count, fromMs, untilMs, decided }: { count: number; fromMs: number; untilMs: number; decided(n: number): boolean },
): Promise<void> {
  const all = Array.from({ length: count }, (_, n) => n);
  for (let at = 0; at < count; at += SPACING) {
    const batch = all.slice(at, at + SPACING).map((n) => {
      const template = templates[n % templates.length];
      if (template === undefined) throw new Error("no template");
      const atMs = Math.round(fromMs + ((untilMs - fromMs) * n) / count);
      return copyOf(template, n, { atMs, isDecided: decided(n) });
    });
    await sql.transact(() => insertAll(sql, batch));
  }
}

type Copy = ReturnType<typeof copyOf>;

function copyOf(
  { analysisId, incidentId, rows }: Template,
  n: number,
  { atMs, isDecided }: { atMs: number; isDecided: boolean },
) {
  const [id, incident] = [analysisIdOf(n), incidentIdOf(n)];
  const renamed = (text: string): string => text.replaceAll(analysisId, id).replaceAll(incidentId, incident);
  const body = <Row extends { analysis_id: string; body: string }>(row: Row): Row => ({
    ...row,
    analysis_id: id,
    body: renamed(row.body),
  });
  const stored = Report.parse(JSON.parse(renamed(rows.reports[0]?.body ?? "")));
  const report: Report = { ...stored, timings: { ...stored.timings, started_at: new Date(atMs).toISOString() } };
  const actions = rows.actions.map((row) => ({ ...body(row), id: renamed(row.id) }));
  const scope = `team-${n % 7}`;
  return {
    analysis: {
      id,
      incident_id: incident,
      status: isDecided ? "done" : n % 3 === 0 ? "waiting_for_review" : "done",
      started_at_ms: atMs,
    },
    request: {
      analysis_id: id,
      incident_id: incident,
      input: 1,
      requested_by: "alerts",
      requested_at_ms: atMs - 500,
      began_at_ms: atMs,
      finished_at_ms: atMs + 4_000,
      attempts: 1,
      why: null,
      dead: 0,
      automatic: 1,
    },
    report,
    reportRow: { analysis_id: id, incident_id: incident, body: JSON.stringify(report) },
    findings: rows.findings.map(body),
    artifacts: rows.artifacts.map(body),
    progress: rows.progress.map((row) => ({ ...row, analysis_id: id, data: renamed(row.data) })),
    actions,
    decisions: isDecided
      ? actions.map(({ id: actionId }) => ({
          action_id: actionId,
          decision: "approved" as const,
          decided_by: "ada",
          at_ms: atMs + 9_000,
          note: null,
          script_sha256: "a".repeat(64),
        }))
      : [],
    incident: {
      id: incident,
      title: report.title,
      system: report.system,
      origin: "alerts" as const,
      status: "closed" as const,
      severity: "warning" as const,
      alarm_at_ms: atMs,
      opened_at_ms: atMs,
      closed_at_ms: atMs + 60_000,
      group_key: `group-${n}`,
      merged_into: null,
      revision: 1,
      body: JSON.stringify(
        anIncident({
          id: incident,
          title: report.title,
          system: report.system,
          alarmAtMs: atMs,
          window: { startMs: atMs - 1_800_000, endMs: atMs + 600_000 },
        }),
      ),
      not_investigated: null,
    },
    alert: {
      scope,
      fingerprint: `fp-${n}`,
      starts_at_ms: atMs,
      ends_at_ms: atMs + 60_000,
      status: "resolved",
      severity: "warning" as const,
      incident_id: incident,
      received_at_ms: atMs,
      why: "first of its group",
      body: JSON.stringify(isOver({ fingerprint: `fp-${n}`, startsAtMs: atMs, endsAtMs: atMs + 60_000 })),
    },
  };
}

function* insertAll({ db }: Pick<SqlDatabase, "db">, batch: readonly Copy[]): Script<void> {
  const insert = function* <Table extends keyof Tables>(table: Table, rows: readonly object[]): Script<void> {
    for (const some of batchesOf(rows)) yield* execute(db.insertInto(table).values(some as never));
  };
  yield* insert(
    "incidents",
    batch.map(({ incident }) => incident),
  );
  yield* insert(
    "alerts",
    batch.map(({ alert }) => alert),
  );
  yield* insert(
    "analyses",
    batch.map(({ analysis }) => analysis),
  );
  yield* insert(
    "requests",
    batch.map(({ request }) => request),
  );
  yield* insert(
    "reports",
    batch.map(({ reportRow }) => reportRow),
  );
  for (const { report } of batch) yield* writeHead(db, report);
  yield* insert(
    "findings",
    batch.flatMap(({ findings }) => findings),
  );
  yield* insert(
    "artifacts",
    batch.flatMap(({ artifacts }) => artifacts),
  );
  yield* insert(
    "progress",
    batch.flatMap(({ progress }) => progress),
  );
  yield* insert(
    "actions",
    batch.flatMap(({ actions }) => actions),
  );
  yield* insert(
    "decisions",
    batch.flatMap(({ decisions }) => decisions),
  );
}

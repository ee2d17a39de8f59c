import { mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import Sqlite from "better-sqlite3";
import pg from "pg";
import { describe, expect, it, onTestFinished } from "vitest";
import { sqlAnalysisStore } from "../../../src/connectors/sql/analysis-store.ts";
import { sqlChatThreadStore } from "../../../src/connectors/sql/chat-threads.ts";
import { missingSteps } from "../../../src/connectors/sql/migrations.ts";
import { sqlServiceStore } from "../../../src/connectors/sql/service-store.ts";
import type { AlertEvent } from "../../../src/domain/alert-event.ts";
import { DATABASES } from "./databases.ts";

const OLD_SCHEMA = readFileSync(join(import.meta.dirname, "schema-before-plain-names.sql"), "utf8");
const OLD_STEPS = ["001-analyses", "004-leases", "010-service", "020-chat-rooms"];

const alert: AlertEvent = {
  fingerprint: "f1",
  status: "firing",
  severity: "warning",
  entity: "orders",
  name: "HighLatency",
  summary: "orders is slow",
  startsAtMs: 1_000,
  endsAtMs: null,
  labels: { service: "orders" },
};
const thread = {
  id: "slack:C1:1",
  incidentId: "I1",
  title: "orders is slow",
  begunBy: "C1:1.1",
  channel: "C1",
  threadTs: "1.1",
  messageTs: "1.2",
  analysisId: "A1",
  isShadow: false,
  isBroadcast: false,
  picturedId: null,
  status: "open",
};
const feedback = {
  analysisId: "A1",
  outcome: "confirmed",
  entity: null,
  cause: null,
  note: null,
  by: "ana",
  atMs: 6_000,
};

/** Rows of a database that an older version filled. */
const OLD_ROWS: readonly (readonly [table: string, row: Record<string, string | number | null>])[] = [
  ["analyses", { id: "A1", incident_id: "I1", status: "done", started_at_ms: 5_000 }],
  ["bodies", { analysis_id: "A1", name: "plan", body: '{"steps":3}' }],
  [
    "incidents",
    {
      id: "I1",
      title: "orders is slow",
      system: null,
      origin: "alerts",
      status: "open",
      severity: "warning",
      alarm_at_ms: 1_000,
      opened_at_ms: 2_000,
      closed_at_ms: null,
      group_key: null,
      merged_into: null,
      revision: 1,
      body: "{}",
    },
  ],
  [
    "alerts",
    {
      scope: "alertmanager",
      fingerprint: "f1",
      starts_at_ms: 1_000,
      ends_at_ms: null,
      status: "firing",
      severity: "warning",
      incident_id: "I1",
      told_at_ms: 1_500,
      why: "first of its group",
      body: JSON.stringify(alert),
    },
  ],
  [
    "feedback",
    {
      analysis_id: "A1",
      said_by: "ana",
      at_ms: 6_000,
      body: JSON.stringify(feedback),
    },
  ],
  ["incident_notes", { id: "N1", incident_id: "I1", said_by: "ana", text: "we rolled back", at_ms: 7_000 }],
  [
    "chat_rooms",
    {
      id: thread.id,
      incident_id: "I1",
      channel: "C1",
      thread_ts: "1.1",
      message_ts: "1.2",
      status: "open",
      version: 4,
      body: JSON.stringify(thread),
    },
  ],
];

const insertOf = (table: string, row: Record<string, string | number | null>): string =>
  `insert into ${table} (${Object.keys(row).join(", ")}) values (${Object.values(row)
    .map((value) => (typeof value === "string" ? `'${value.replaceAll("'", "''")}'` : String(value)))
    .join(", ")});`;

const OLD_DATABASE = [
  OLD_SCHEMA,
  "create table migrations (name text primary key);",
  ...OLD_ROWS.map(([table, row]) => insertOf(table, row)),
  ...OLD_STEPS.map((name) => insertOf("migrations", { name })),
].join("\n");

async function fill(dialect: string, at: string, script: string): Promise<void> {
  if (dialect === "SQLite") {
    mkdirSync(dirname(at), { recursive: true });
    const db = new Sqlite(at);
    db.exec(script);
    db.close();
    return;
  }
  const client = new pg.Client({ connectionString: at });
  await client.connect();
  await client.query(script);
  await client.end();
}

describe.each(DATABASES)("a $dialect database of an older version", ({ dialect, newPlace, openSql }) => {
  async function opened() {
    const at = await newPlace();
    await fill(dialect, at, OLD_DATABASE);
    const sql = await openSql(at);
    onTestFinished(sql.close);
    return { at, sql };
  }

  it("answers as before", async () => {
    const { sql } = await opened();
    const [analyses, service, threads] = [sqlAnalysisStore(sql), sqlServiceStore(sql), sqlChatThreadStore(sql)];
    expect(await analyses.getArtifact("A1", "plan")).toEqual({ steps: 3 });
    expect(await service.listAlerts("I1", 10)).toMatchObject({
      count: 1,
      alerts: [{ ...alert, why: "first of its group" }],
    });
    expect(await service.listFeedback("A1")).toEqual([feedback]);
    expect(await threads.getThread(thread.id)).toEqual(thread);
    expect(await threads.findThreads({ channel: "C1", threadTs: "1.1" })).toEqual([thread]);
    expect(await threads.notesOf("I1")).toEqual([
      { id: "N1", incidentId: "I1", by: "ana", text: "we rolled back", atMs: 7_000 },
    ]);
  });

  it("accepts new rows beside the old ones", async () => {
    const { sql } = await opened();
    const [analyses, service, threads] = [sqlAnalysisStore(sql), sqlServiceStore(sql), sqlChatThreadStore(sql)];
    await analyses.putArtifact("A1", "plan", { steps: 4 });
    expect(await analyses.getArtifact("A1", "plan")).toEqual({ steps: 4 });
    await service.addFeedback({ ...feedback, outcome: "wrong", by: "ben", atMs: 9_000 });
    expect(await service.listFeedback("A1")).toHaveLength(2);
    await threads.addNote({ id: "N2", incidentId: "I1", by: "ben", text: "still slow", atMs: 9_000 });
    expect((await threads.notesOf("I1")).map(({ by }) => by)).toEqual(["ana", "ben"]);
    expect(await threads.changeThread(thread.id, (old) => ({ ...old, status: "closed" }))).toMatchObject({
      status: "closed",
    });
  });

  it("is migrated once, and opens again", async () => {
    const { at, sql } = await opened();
    const again = await openSql(at);
    onTestFinished(again.close);
    const steps = await sql.db
      .selectFrom("migrations" as "leases")
      .select("name" as "owner")
      .execute();
    expect(steps.map((row) => Object.values(row)[0]).filter((name) => String(name).startsWith("040"))).toEqual([
      "040-plain-names",
    ]);
  });
});

it("refuses a database of a newer version, and says what to do", () => {
  expect(() => missingSteps([{ name: "001", statements: [] }], ["001", "002"], "/data/causeway.db")).toThrow(
    expect.objectContaining({
      code: "CONFIG",
      message: "a newer version of Causeway wrote /data/causeway.db (steps 002)",
      hint: expect.stringContaining("Update Causeway"),
    }),
  );
});

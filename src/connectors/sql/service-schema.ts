import { type Kysely, sql } from "kysely";
import type { Migration } from "./migrations.ts";
import type { Tables } from "./tables.ts";

type Column = "text" | "text?" | "bigint" | "bigint?" | "integer" | "bytes";

/** A table whose columns are told by name; `?` may be null. The first names of `key` make a row unique. */
function table(
  { schema }: Kysely<Tables>,
  name: keyof Tables,
  columns: Readonly<Record<string, Column>>,
  key: readonly string[],
) {
  const made = Object.entries(columns).reduce((builder, [column, kind]) => {
    const type = kind === "bytes" ? sql`bytea` : kind.replace("?", ""); // SQLite takes any name for a type, and keeps bytes as bytes
    return builder.addColumn(column, type as "text", (told) => (kind.endsWith("?") ? told : told.notNull()));
  }, schema.createTable(name));
  return [
    made.compile(),
    schema
      .createIndex(`${name}_key`)
      .on(name)
      .columns([...key])
      .unique()
      .compile(),
  ];
}

export const SERVICE_STEP: Migration = {
  name: "010-service",
  statements: (db) => [
    ...table(
      db,
      "incidents",
      {
        id: "text",
        title: "text",
        system: "text?",
        origin: "text",
        status: "text",
        severity: "text?",
        alarm_at_ms: "bigint?",
        opened_at_ms: "bigint",
        closed_at_ms: "bigint?",
        group_key: "text?",
        merged_into: "text?",
        revision: "integer",
        body: "text",
      },
      ["id"],
    ),
    ...table(
      db,
      "alerts",
      {
        scope: "text",
        fingerprint: "text",
        starts_at_ms: "bigint",
        ends_at_ms: "bigint?",
        status: "text",
        severity: "text",
        incident_id: "text",
        told_at_ms: "bigint",
        why: "text",
        body: "text",
      },
      ["scope", "fingerprint", "starts_at_ms"],
    ),
    ...table(
      db,
      "deliveries",
      { scope: "text", key: "text", request_sha256: "text", answer: "text", at_ms: "bigint" },
      ["scope", "key"],
    ),
    ...table(
      db,
      "requests",
      {
        analysis_id: "text",
        incident_id: "text",
        input: "integer",
        requested_by: "text",
        requested_at_ms: "bigint",
        began_at_ms: "bigint?",
        finished_at_ms: "bigint?",
        attempts: "integer",
        why: "text?",
        dead: "integer",
      },
      ["analysis_id"],
    ),
    ...table(db, "progress", { analysis_id: "text", id: "integer", at_ms: "bigint", type: "text", data: "text" }, [
      "analysis_id",
      "id",
    ]),
    ...table(db, "feedback", { analysis_id: "text", said_by: "text", at_ms: "bigint", body: "text" }, [
      "analysis_id",
      "said_by",
      "at_ms",
    ]),
    ...table(
      db,
      "api_keys",
      {
        id: "text",
        name: "text",
        secret_sha256: "text",
        scopes: "text",
        created_at_ms: "bigint",
        revoked_at_ms: "bigint?",
      },
      ["id"],
    ),
    ...table(
      db,
      "uploads",
      {
        id: "text",
        incident_id: "text",
        name: "text",
        framing: "text",
        bytes: "bigint",
        sha256: "text",
        at_ms: "bigint",
        complete: "integer",
      },
      ["id"],
    ),
    ...table(db, "upload_chunks", { upload_id: "text", n: "integer", bytes: "bytes" }, ["upload_id", "n"]),
    ...table(
      db,
      "jobs",
      { analysis_id: "text", due_at_ms: "bigint", attempts: "integer", claim: "text?", claim_until_ms: "bigint?" },
      ["analysis_id"],
    ),
    ...INDEXES.map(({ on, columns }) =>
      db.schema
        .createIndex(`${on}_by_${columns.join("_")}`)
        .on(on)
        .columns([...columns])
        .compile(),
    ),
    db.schema.createIndex("api_keys_secret").on("api_keys").column("secret_sha256").unique().compile(),
  ],
};

const INDEXES = [
  { on: "incidents", columns: ["opened_at_ms", "id"] },
  { on: "incidents", columns: ["group_key"] },
  { on: "alerts", columns: ["incident_id"] },
  { on: "deliveries", columns: ["at_ms"] },
  { on: "requests", columns: ["dead"] },
  { on: "uploads", columns: ["incident_id"] },
  { on: "jobs", columns: ["due_at_ms"] },
  { on: "analyses", columns: ["status"] },
] as const;

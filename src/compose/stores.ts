import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { BaseCheckpointSaver } from "@langchain/langgraph";
import type { Config } from "../config.ts";
import { freeBytesAt } from "../connectors/files/disk-space.ts";
import { sqlAnalysisStore } from "../connectors/sql/analysis-store.ts";
import { OTLP_STEPS } from "../connectors/sql/migrations.ts";
import { type OtlpLimits, sqlOtlpStore } from "../connectors/sql/otlp-blocks.ts";
import { sqlChatThreadStore } from "../connectors/sql/chat-threads.ts";
import { sqlCanaryStore } from "../connectors/sql/canaries.ts";
import { sqlNoticeStore } from "../connectors/sql/notices.ts";
import { sqlModelStore } from "../connectors/sql/model-store.ts";
import { sqlWebSessionStore } from "../connectors/sql/web-sessions.ts";
import { sqlRetentionStore } from "../connectors/sql/retention.ts";
import { sqlServiceStore } from "../connectors/sql/service-store.ts";
import { sqliteCheckpoints } from "../connectors/sqlite/checkpoints.ts";
import { openDatabase } from "../connectors/sqlite/open-database.ts";
import { sqliteWorkQueue } from "../connectors/sqlite/work-queue.ts";
import type { AnalysisStore } from "../domain/ports.ts";
import type { ChatThreadStore } from "../domain/chat-thread.ts";
import type { CanaryStore } from "../domain/canary.ts";
import type { ModelStore } from "../domain/model-store.ts";
import type { NoticeStore } from "../domain/notice.ts";
import { OTLP_SIGNALS, type OtlpStore } from "../domain/otlp.ts";
import type { CheckpointSpace, RetentionStore } from "../domain/retention.ts";
import type { ServiceStore } from "../domain/service-store.ts";
import type { WebSessionStore } from "../domain/web-session.ts";
import type { WorkQueue } from "../domain/work-queue.ts";
import { maskedAnalysisStore } from "../app/masked/analysis-store.ts";
import { maskedThreadStore } from "../app/masked/chat-threads.ts";
import { maskedServiceStore } from "../app/masked/service-store.ts";
import type { Masker } from "../domain/redact-values.ts";
import { openMasking } from "./masking.ts";
import { makeHome } from "./make-home.ts";

/** `works`: whether this process takes work from the queue, or only adds to it. */
export type QueueUse = { works: boolean; onError?: (error: unknown) => void };

/** The stores of a process. Call `openQueue` at most once; the queue is closed with the stores. */
export type Stores = {
  store: AnalysisStore;
  service: ServiceStore;
  threads: ChatThreadStore;
  otlp: OtlpStore;
  models: ModelStore;
  canaries: CanaryStore;
  sessions: WebSessionStore;
  notices: NoticeStore;
  retention: RetentionStore;
  checkpointer: BaseCheckpointSaver & CheckpointSpace;
  openQueue(use: QueueUse): Promise<WorkQueue>;
  /** Masks what is stored. */
  masker: Masker;
  close(): Promise<void>;
};

/**
 * How long requests to a shared store are retried while it is down, milliseconds. An analysis outlasts a restart of the
 * store; an HTTP request fails at once.
 */
export type StorePatience = { patienceMs?: number };

/** In the home folder, unless a server holds the stores. */
export const EMBEDDED_FILES = ["causeway.db", "checkpoints.db", "otlp.db"] as const;

/** For one process or analysis worker. Many of them share a server. */
const MAX_CONNECTIONS = 5;

type Place = Pick<Config, "otlp" | "masking"> & { home: string; service: Pick<Config["service"], "databaseUrl"> };

/**
 * Opens the stores: in the configured Postgres, or in the home folder. Creates the home folder if needed, readable by
 * its owner only.
 *
 * @throws {IncidentError} CONFIG, UNAVAILABLE
 */
export async function openStores(
  { home, otlp, masking, service: { databaseUrl } }: Place,
  patience: StorePatience = {},
): Promise<Stores> {
  await makeHome(home); // approved scripts are written there in any case
  const { masker } = await openMasking({ home, masking });
  const stores =
    databaseUrl === null
      ? await openEmbedded({ home, masker }, otlp)
      : await openShared({ databaseUrl, masker }, otlp, patience);
  return {
    ...stores,
    masker,
    store: maskedAnalysisStore(stores.store, masker),
    service: maskedServiceStore(stores.service, masker),
    threads: maskedThreadStore(stores.threads, masker),
  };
}

/** The stores of one kind of database, before masking. */
type PlainStores = Omit<Stores, "masker">;

async function openEmbedded(
  { home, masker }: { home: string; masker: Masker },
  limits: OtlpLimits,
): Promise<PlainStores> {
  const [records, checkpoints, received] = EMBEDDED_FILES;
  const sql = await openDatabase(join(home, records));
  const checkpointer = sqliteCheckpoints(join(home, checkpoints), { masker });
  const otlp = otlpFile(join(home, received), limits);
  const close = async (): Promise<void> => {
    checkpointer.db.close();
    await otlp.close();
    await sql.close();
  };
  return {
    store: sqlAnalysisStore(sql),
    service: sqlServiceStore(sql),
    threads: sqlChatThreadStore(sql),
    otlp,
    models: sqlModelStore(sql),
    canaries: sqlCanaryStore(sql),
    sessions: sqlWebSessionStore(sql),
    notices: sqlNoticeStore(sql),
    retention: sqlRetentionStore(sql),
    checkpointer,
    openQueue: async () => sqliteWorkQueue(sql),
    close,
  };
}

/** The blocks of all signals, and what SQLite adds to them. */
const mostBytes = ({ maxBytes }: OtlpLimits): number => OTLP_SIGNALS.length * maxBytes * 1.25 + 64 * 1024 * 1024;

/**
 * Received records lie in a file of their own, because they are many and may be lost. It is created with the first of
 * them. Until then there is nothing to read.
 */
function otlpFile(path: string, limits: OtlpLimits): OtlpStore {
  let opened: Promise<OtlpStore> | null = null;
  const open = (): Promise<OtlpStore> =>
    (opened ??= openDatabase(path, { steps: OTLP_STEPS, mayLoseLatest: true, maxBytes: mostBytes(limits) })
      .then((sql) => sqlOtlpStore(sql, limits, () => freeBytesAt(dirname(path))))
      .catch((error: unknown) => {
        opened = null; // the next request tries again
        throw error;
      }));
  const ifPresent = async <T>(none: T, read: (store: OtlpStore) => Promise<T>): Promise<T> =>
    opened === null && !existsSync(path) ? none : read(await open());
  return {
    add: async (block) => (await open()).add(block),
    list: (signal, range) => ifPresent([], (store) => store.list(signal, range)),
    read: (id) => ifPresent(null, (store) => store.read(id)),
    extent: (signal) => ifPresent(null, (store) => store.extent(signal)),
    close: async () => (await opened?.catch(() => null))?.close(),
  };
}

/** The Postgres libraries load only here, because they take time that other commands need not spend. */
async function openShared(
  { databaseUrl, masker }: { databaseUrl: string; masker: Masker },
  limits: OtlpLimits,
  { patienceMs = 0 }: StorePatience,
): Promise<PlainStores> {
  const [{ openDatabase: openPostgres }, { postgresCheckpoints }, { postgresWorkQueue }] = await Promise.all([
    import("../connectors/postgres/open-database.ts"),
    import("../connectors/postgres/checkpoints.ts"),
    import("../connectors/postgres/work-queue.ts"),
  ]);
  const sql = await openPostgres(databaseUrl, { maxConnections: MAX_CONNECTIONS, patienceMs });
  const checkpointer = await postgresCheckpoints(sql, masker).catch(async (error: unknown) => {
    await sql.close();
    throw error;
  });
  let queue: WorkQueue | null = null;
  const openQueue: Stores["openQueue"] = async ({ works, onError }) =>
    (queue = await postgresWorkQueue(databaseUrl, { supervise: works, ...(onError ? { onError } : {}) }));
  const close = async (): Promise<void> => {
    await queue?.close();
    await sql.close(); // the checkpoints use its connections
  };
  return {
    store: sqlAnalysisStore(sql),
    service: sqlServiceStore(sql),
    threads: sqlChatThreadStore(sql),
    otlp: { ...sqlOtlpStore(sql, limits), close: async () => undefined }, // its tables lie beside the others
    models: sqlModelStore(sql),
    canaries: sqlCanaryStore(sql),
    sessions: sqlWebSessionStore(sql),
    notices: sqlNoticeStore(sql),
    retention: sqlRetentionStore(sql),
    checkpointer,
    openQueue,
    close,
  };
}

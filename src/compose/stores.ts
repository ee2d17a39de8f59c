import { join } from "node:path";
import type { BaseCheckpointSaver } from "@langchain/langgraph";
import type { Config } from "../config.ts";
import { sqlAnalysisStore } from "../connectors/sql/analysis-store.ts";
import { sqlChatThreadStore } from "../connectors/sql/chat-threads.ts";
import { sqlServiceStore } from "../connectors/sql/service-store.ts";
import { sqliteCheckpoints } from "../connectors/sqlite/checkpoints.ts";
import { openDatabase } from "../connectors/sqlite/open-database.ts";
import { sqliteWorkQueue } from "../connectors/sqlite/work-queue.ts";
import type { AnalysisStore } from "../domain/ports.ts";
import type { ChatThreadStore } from "../domain/chat-thread.ts";
import type { ServiceStore } from "../domain/service-store.ts";
import type { WorkQueue } from "../domain/work-queue.ts";
import { makeHome } from "./make-home.ts";

/** `works`: whether this process takes work from the queue, or only adds to it. */
export type QueueUse = { works: boolean; onError?: (error: unknown) => void };

/** The stores of a process. Call `openQueue` at most once; the queue is closed with the stores. */
export type Stores = {
  store: AnalysisStore;
  service: ServiceStore;
  threads: ChatThreadStore;
  checkpointer: BaseCheckpointSaver;
  openQueue(use: QueueUse): Promise<WorkQueue>;
  close(): Promise<void>;
};

/**
 * How long requests to a shared store are retried while it is down, milliseconds. An analysis outlasts a restart of the
 * store; an HTTP request fails at once.
 */
export type StorePatience = { patienceMs?: number };

/** For one process or analysis worker. Many of them share a server. */
const MAX_CONNECTIONS = 5;

type Place = { home: string; service: Pick<Config["service"], "databaseUrl"> };

/**
 * Opens the stores: in the configured Postgres, or in the home folder. Creates the home folder if needed, readable by
 * its owner only.
 *
 * @throws {IncidentError} CONFIG, UNAVAILABLE
 */
export async function openStores(
  { home, service: { databaseUrl } }: Place,
  patience: StorePatience = {},
): Promise<Stores> {
  await makeHome(home); // approved scripts are written there in any case
  return databaseUrl === null ? openEmbedded(home) : openShared(databaseUrl, patience);
}

async function openEmbedded(home: string): Promise<Stores> {
  const sql = await openDatabase(join(home, "causeway.db"));
  const checkpointer = sqliteCheckpoints(join(home, "checkpoints.db"));
  const close = async (): Promise<void> => {
    checkpointer.db.close();
    await sql.close();
  };
  return {
    store: sqlAnalysisStore(sql),
    service: sqlServiceStore(sql),
    threads: sqlChatThreadStore(sql),
    checkpointer,
    openQueue: async () => sqliteWorkQueue(sql),
    close,
  };
}

/** The Postgres libraries load only here, because they take time that other commands need not spend. */
async function openShared(databaseUrl: string, { patienceMs = 0 }: StorePatience): Promise<Stores> {
  const [{ openDatabase: openPostgres }, { postgresCheckpoints }, { postgresWorkQueue }] = await Promise.all([
    import("../connectors/postgres/open-database.ts"),
    import("../connectors/postgres/checkpoints.ts"),
    import("../connectors/postgres/work-queue.ts"),
  ]);
  const sql = await openPostgres(databaseUrl, { maxConnections: MAX_CONNECTIONS, patienceMs });
  const checkpointer = await postgresCheckpoints(sql).catch(async (error: unknown) => {
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
    checkpointer,
    openQueue,
    close,
  };
}

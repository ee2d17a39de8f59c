import { z } from "zod";
import { createPool, type PooledConnection } from "../process/connection-pool.ts";
import type { RouteAnswer } from "../process/http-server.ts";
import type { SpanContext } from "../process/trace-context.ts";
import { CartItem } from "./contracts.ts";
import { answer, type BuildService, every, numberSetting, waitAbout } from "./service.ts";
import { openStockStore, type StockConnection } from "./stock-store.ts";

const ReservationBody = z.object({ orderId: z.string(), items: z.array(CartItem) });
type Work = (connection: PooledConnection<StockConnection>) => Promise<RouteAnswer>;

/** Keeps the stock, in a SQLite file behind a bounded connection pool. */
export const buildInventory: BuildService = ({ config, defect, log, tracer, meters, databaseFile }) => {
  const connections = openStockStore(databaseFile, numberSetting(config(), "poolSize"));
  const pool = createPool(connections, { acquireTimeoutMs: numberSetting(config(), "acquireTimeoutMs") });
  const timeouts = meters.counter("db_client_connections_timeouts_total", "Requests that got no connection in time.");
  meters.gauge("db_client_connections_usage", "Connections in use.", () => pool.inUse);
  meters.gauge("db_client_connections_max", "Connections there are.", () => pool.size);
  meters.gauge("db_client_connections_pending_requests", "Requests waiting for a connection.", () => pool.waiting);
  every(15_000, () => log("INFO", "write-ahead log checkpointed", { frames: connections[0]?.checkpoint() ?? 0 }));
  let reservations = 0;

  /** Runs `work` on a connection, in a span that includes the wait for it. `work` releases the connection. */
  const query = async (operation: string, trace: SpanContext, work: Work): Promise<RouteAnswer> => {
    const span = tracer(operation, trace);
    const connection = await pool.acquire();
    const waitedMs = Math.round(connection.waitedMs);
    if ("exhausted" in connection) {
      timeouts.add();
      const { inUse, size, waiting } = connection;
      log(
        "ERROR",
        "could not acquire a database connection: pool exhausted",
        { inUse, size, waiting, waitedMs },
        trace,
      );
      span.end("ERROR: timed out acquiring a connection");
      return answer(503, { error: "database busy" });
    }
    if (waitedMs > 100) log("WARN", "slow connection acquire", { waitedMs, inUse: pool.inUse, size: pool.size }, trace);
    await waitAbout(3); // latency of the store: a file in the page cache would answer faster than a real disk
    const answered = await work(connection);
    span.end("OK");
    return answered;
  };

  return [
    {
      method: "GET",
      path: "/stock",
      handle: ({ query: params, trace }) =>
        query("sqlite SELECT stock", trace, async ({ connection, release }) => {
          const skus = (params.get("skus") ?? "").split(",");
          const stock = Object.fromEntries(skus.map((sku) => [sku, connection.available(sku)]));
          release();
          log("DEBUG", "stock levels read", { rows: skus.length }, trace);
          return answer(200, { stock });
        }),
    },
    {
      method: "POST",
      path: "/reservations",
      handle: ({ body, trace }) =>
        query("sqlite UPDATE stock", trace, async ({ connection, release }) => {
          const { orderId, items } = ReservationBody.parse(body);
          connection.reserve(orderId, items);
          log("INFO", "stock reserved", { order: orderId, lines: items.length }, trace);
          const present = defect();
          // the defect: this return path forgets to release the connection
          if (present?.kind !== "leak_connections" || ++reservations % present.oneIn !== 0) release();
          return answer(201, { orderId });
        }),
    },
    {
      method: "DELETE",
      path: "/reservations/{orderId}",
      handle: ({ params: { orderId = "" }, trace }) =>
        query("sqlite DELETE reservation", trace, async ({ connection, release }) => {
          const lines = connection.release(orderId);
          release();
          log("INFO", "reservation released", { order: orderId, lines }, trace);
          return answer(200, { orderId });
        }),
    },
  ];
};

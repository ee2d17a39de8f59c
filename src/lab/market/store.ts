import { z } from "zod";
import type { RouteAnswer, RouteRequest } from "../process/http-server.ts";
import { PRODUCTS } from "../shop/goods.ts";
import { CartItem } from "../shop/contracts.ts";
import { every, waitAbout } from "../shop/service.ts";
import { type BuildPodService, reply } from "./pod-service.ts";

const READ_MS = 5;
const WRITE_MS = 8;
/** A page is a scan over all products, which is why there is a cache in front. */
const SCAN_MS = 35;
const LOCK_WAIT_MS = 900;
const PLENTY = 1_000_000;

const Reservation = z.object({ orderId: z.string(), items: z.array(CartItem) });
const NewOrder = z.object({ orderId: z.string(), user: z.string(), totalCents: z.number() });

/**
 * The database of the market: products, stock and orders, behind logins and a limit of connections. Its rows are in
 * memory; a restart brings back the products and the full stock.
 */
export const buildStore: BuildPodService = ({ env, log, meters, defect }) => {
  const passwords = new Map(
    env
      .text("STORE_USERS")
      .split(",")
      .map((pair) => pair.split(":") as [string, string]),
  );
  const maxConnections = env.whole("MAX_CONNECTIONS");
  const stock = new Map(PRODUCTS.map(({ sku }) => [sku, PLENTY]));
  const orders = new Map<string, { user: string; totalCents: number; state: "paid" | "shipped" }>();
  let active = 0;
  let writing: Promise<unknown> = Promise.resolve();
  let heldBy: { user: string; sinceMs: number } | null = null;

  const refused = meters.counter("db_logins_refused_total", "Logins with a wrong user or password.");
  const rejected = meters.counter("db_connections_rejected_total", "Statements beyond the connection limit.");
  const lockTimeouts = meters.counter("db_lock_timeouts_total", "Statements that waited too long for a lock.");
  meters.gauge("db_connections_active", "Statements that run now.", () => active);
  meters.gauge("db_connections_limit", "Statements that may run at a time.", () => maxConnections);
  every(15_000, () => log("INFO", "checkpoint complete", { orders: orders.size, products: stock.size }));

  /** Runs one statement for a user who is logged in. */
  const statement =
    (words: string, work: (request: RouteRequest) => Promise<RouteAnswer>, locks = false) =>
    async (request: RouteRequest): Promise<RouteAnswer> => {
      const { headers, trace } = request;
      const [user = "", password = ""] = Buffer.from((headers.authorization ?? "").slice(6), "base64")
        .toString()
        .split(":");
      const dropped = defect("drop_user")?.user === user;
      if (dropped || passwords.get(user) !== password) {
        refused.add();
        const why = dropped || !passwords.has(user) ? "role does not exist" : "password does not match";
        log("ERROR", `password authentication failed for user "${user}"`, { detail: why }, trace);
        return reply(401, { error: `password authentication failed for user "${user}"` });
      }
      if (active >= maxConnections) {
        rejected.add();
        log("ERROR", "too many connections", { user, limit: maxConnections }, trace);
        return reply(503, { error: "too many connections" });
      }
      active++;
      try {
        if (locks && !(await lockFreed())) {
          lockTimeouts.add();
          const waitedMs = LOCK_WAIT_MS;
          const holder = heldBy?.user ?? user;
          log(
            "ERROR",
            "lock wait timeout exceeded",
            { statement: words, user, holder, table: "stock", waitedMs },
            trace,
          );
          return reply(503, { error: "lock wait timeout exceeded" });
        }
        const answered = await work(request);
        log("DEBUG", "statement done", { statement: words, user }, trace);
        return answered;
      } finally {
        active--;
      }
    };
  /** A transaction that was begun and never ended holds the table's lock. */
  const lockFreed = async (): Promise<boolean> => {
    const job = defect("hold_lock");
    heldBy = job === null ? null : (heldBy ?? { user: job.words, sinceMs: Date.now() });
    if (heldBy === null) return true;
    await new Promise((resolve) => void setTimeout(resolve, LOCK_WAIT_MS));
    return defect("hold_lock") === null;
  };
  /** Writes follow each other: a table has one writer. */
  const write = <T>(work: () => T): Promise<T> => {
    const turn = writing.then(async () => {
      await waitAbout(WRITE_MS);
      return work();
    });
    writing = turn.catch(() => undefined);
    return turn;
  };

  return {
    routes: [
      {
        method: "GET",
        path: "/products",
        handle: statement("SELECT products", async ({ query }) => {
          await waitAbout(SCAN_MS);
          return reply(200, { products: PRODUCTS.filter(({ category }) => category === query.get("category")) });
        }),
      },
      {
        method: "GET",
        path: "/products/{sku}",
        handle: statement("SELECT product", async ({ params }) => {
          await waitAbout(READ_MS);
          const product = PRODUCTS.find(({ sku }) => sku === params.sku);
          return product === undefined ? reply(404, { error: "no such product" }) : reply(200, { product });
        }),
      },
      {
        method: "POST",
        path: "/reservations",
        handle: statement(
          "UPDATE stock",
          async ({ body }) => {
            const { items, orderId } = Reservation.parse(body);
            await write(() =>
              items.forEach(({ sku, quantity }) => void stock.set(sku, (stock.get(sku) ?? 0) - quantity)),
            );
            return reply(201, { orderId });
          },
          true,
        ),
      },
      {
        method: "POST",
        path: "/orders",
        handle: statement("INSERT orders", async ({ body }) => {
          const { orderId, user, totalCents } = NewOrder.parse(body);
          await write(() => orders.set(orderId, { user, totalCents, state: "paid" }));
          return reply(201, { orderId });
        }),
      },
      {
        method: "POST",
        path: "/orders/{id}/shipped",
        handle: statement("UPDATE orders", async ({ params: { id = "" } }) => {
          const order = orders.get(id);
          await write(() => order && orders.set(id, { ...order, state: "shipped" }));
          return reply(200, { orderId: id });
        }),
      },
      {
        method: "GET",
        path: "/orders/{id}",
        handle: statement("SELECT orders", async ({ params: { id = "" } }) => {
          await waitAbout(READ_MS);
          const order = orders.get(id);
          return order === undefined ? reply(404, { error: "no such order" }) : reply(200, { orderId: id, ...order });
        }),
      },
    ],
  };
};

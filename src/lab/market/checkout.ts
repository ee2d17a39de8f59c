import { randomBytes } from "node:crypto";
import type { CallOptions, CallResult } from "../process/http-client.ts";
import type { RouteRequest } from "../process/http-server.ts";
import { Cart, Charge, CheckoutBody, Ignored, Quote } from "../shop/contracts.ts";
import { badGateway } from "../shop/service.ts";
import { OrderState, PlacedOrder } from "./contracts.ts";
import { type BuildPodService, reply } from "./pod-service.ts";
import { openStoreClient } from "./store-client.ts";

type Failure = Extract<CallResult<unknown>, { ok: false }>;

/** Turns a cart into a paid order that waits for shipping. */
export const buildCheckout: BuildPodService = (kit) => {
  const { call, log, meters } = kit;
  const statement = openStoreClient(kit);
  const orders = meters.counter("checkout_orders_total", "Orders placed.");

  const place = async ({ body, trace }: RouteRequest) => {
    const { user, zone } = CheckoutBody.parse(body);
    const orderId = `ord-${randomBytes(4).toString("hex")}`;
    const failed = (step: string, peer: string, result: Failure) => {
      log("ERROR", "order failed", { order: orderId, step, peer, reason: result.reason }, trace);
      return badGateway(peer, result);
    };
    const post = <T>(peer: string, route: string, sent: unknown, answer: CallOptions<T>["answer"]) =>
      call({ peer, method: "POST", route, body: sent, answer, trace });

    const path = `/carts/${user}`;
    const cart = await call({ peer: "cart", method: "GET", route: "/carts/{user}", path, answer: Cart, trace });
    if (!cart.ok) return failed("cart", "cart", cart);
    const { items } = cart.body;
    if (items.length === 0) return reply(409, { error: "cart is empty" });
    const quote = await post("pricing", "/quotes", { user, items }, Quote);
    if (!quote.ok) return failed("quote", "pricing", quote);
    const { totalCents } = quote.body;
    const reserved = await post("stock", "/reservations", { orderId, items }, Ignored);
    if (!reserved.ok) return failed("reserve", "stock", reserved);
    const charge = await post("payment", "/charges", { orderId, user, amountCents: totalCents }, Charge);
    if (!charge.ok) return failed("charge", "payment", charge);
    const order = { orderId, user, totalCents };
    const stored = await statement({ method: "POST", route: "/orders", body: order, answer: Ignored, trace });
    if (!stored.ok) return failed("store", "store", stored);
    const parcel = { orderId, zone, items: items.length };
    const queued = await post("queue", "/messages", { body: parcel }, Ignored);
    if (!queued.ok) return failed("queue", "queue", queued);
    await call({ peer: "cart", method: "DELETE", route: "/carts/{user}", path, answer: Ignored, trace });
    orders.add();
    log("INFO", "order placed", { order: orderId, user, totalCents }, trace);
    return reply(201, { orderId, totalCents } satisfies typeof PlacedOrder._output);
  };
  return {
    routes: [
      { method: "POST", path: "/orders", handle: place },
      {
        method: "GET",
        path: "/orders/{id}",
        async handle({ params: { id = "" }, trace }) {
          const path = `/orders/${id}`;
          const order = await statement({ method: "GET", route: "/orders/{id}", path, answer: OrderState, trace });
          if (order.ok) return reply(200, order.body);
          return order.status === 404 ? reply(404, { error: "no such order" }) : badGateway("store", order);
        },
      },
    ],
  };
};

import { randomBytes } from "node:crypto";
import type { CallResult } from "../process/http-client.ts";
import type { RouteRequest } from "../process/http-server.ts";
import { Cart, Charge, CheckoutBody, Ignored, Quote, Shipment } from "./contracts.ts";
import { answer, badGateway, type BuildService, textSetting } from "./service.ts";

/** Turns a cart into an order: price, stock, payment, shipment. A step that fails undoes the steps before it. */
export const buildCheckout: BuildService = ({ config, log, call, meters }) => {
  const orders = meters.counter("checkout_orders_total", "Orders completed.");
  const headers = () => ({ authorization: `Bearer ${textSetting(config(), "paymentToken")}` });

  const placeOrder = async ({ body, trace }: RouteRequest) => {
    const { user, zone } = CheckoutBody.parse(body);
    const orderId = `ord-${randomBytes(4).toString("hex")}`;
    const failed = (step: string, peer: string, result: Extract<CallResult<unknown>, { ok: false }>) => {
      log("ERROR", "order failed", { order: orderId, step, peer, reason: result.reason }, trace);
      return badGateway(peer, result);
    };
    const releaseStock = async () => {
      const released = await call({
        peer: "inventory",
        method: "DELETE",
        route: "/reservations/{orderId}",
        path: `/reservations/${orderId}`,
        answer: Ignored,
        trace,
      });
      if (!released.ok) log("WARN", "stock could not be released", { order: orderId, reason: released.reason }, trace);
    };

    const cart = await call({
      peer: "cart",
      method: "GET",
      route: "/carts/{user}",
      path: `/carts/${user}`,
      answer: Cart,
      trace,
    });
    if (!cart.ok) return failed("cart", "cart", cart);
    const { items } = cart.body;
    if (items.length === 0) {
      log("WARN", "checkout refused, cart is empty", { user }, trace);
      return answer(409, { error: "cart is empty" });
    }
    log("INFO", "checkout started", { order: orderId, user, items: items.length, zone }, trace);

    const quote = await call({
      peer: "pricing",
      method: "POST",
      route: "/quotes",
      body: { user, items },
      answer: Quote,
      trace,
    });
    if (!quote.ok) return failed("quote", "pricing", quote);
    const { totalCents } = quote.body;

    const reserved = await call({
      peer: "inventory",
      method: "POST",
      route: "/reservations",
      body: { orderId, items },
      answer: Ignored,
      trace,
    });
    if (!reserved.ok) return failed("reserve", "inventory", reserved);

    const charge = await call({
      peer: "payment",
      method: "POST",
      route: "/charges",
      body: { orderId, user, amountCents: totalCents },
      headers: headers(),
      answer: Charge,
      trace,
    });
    if (!charge.ok) {
      await releaseStock();
      if (charge.status !== 402) return failed("charge", "payment", charge);
      log("WARN", "order refused, card declined", { order: orderId, user }, trace);
      return answer(402, { error: "card declined" });
    }
    const { chargeId } = charge.body;

    const shipment = await call({
      peer: "shipping",
      method: "POST",
      route: "/shipments",
      body: { orderId, zone, items: items.length },
      answer: Shipment,
      trace,
    });
    if (!shipment.ok) {
      await call({
        peer: "payment",
        method: "DELETE",
        route: "/charges/{chargeId}",
        path: `/charges/${chargeId}`,
        headers: headers(),
        answer: Ignored,
        trace,
      });
      await releaseStock();
      return failed("ship", "shipping", shipment);
    }

    const emptied = await call({
      peer: "cart",
      method: "DELETE",
      route: "/carts/{user}",
      path: `/carts/${user}`,
      answer: Ignored,
      trace,
    });
    if (!emptied.ok) log("WARN", "cart could not be emptied", { user, reason: emptied.reason }, trace);
    orders.add();
    log("INFO", "order completed", { order: orderId, user, totalCents, shipment: shipment.body.shipmentId }, trace);
    return answer(201, { orderId, totalCents });
  };
  return [{ method: "POST", path: "/orders", handle: placeOrder }];
};

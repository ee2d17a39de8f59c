import { setTimeout as sleep } from "node:timers/promises";
import { Ignored, Shipment } from "../shop/contracts.ts";
import { TakenMessage } from "./contracts.ts";
import type { BuildPodService } from "./pod-service.ts";
import { openStoreClient } from "./store-client.ts";

const IDLE_MS = 300;

/** Takes paid orders from the queue, books their parcels, and marks them as shipped. */
export const buildFulfilment: BuildPodService = (kit) => {
  const { call, log, meters, tracer, defect, env } = kit;
  const workers = env.whole("WORKERS");
  const statement = openStoreClient(kit);
  const shipped = meters.counter("fulfilment_orders_shipped_total", "Orders shipped.");
  const failed = meters.counter("fulfilment_orders_failed_total", "Orders that will be tried again.");

  /** One message; false if there was none. */
  const takeOne = async (): Promise<boolean> => {
    const idle = tracer("poll queue", null);
    const took = await call({
      peer: "queue",
      method: "POST",
      route: "/messages/take",
      answer: TakenMessage,
      trace: idle.context,
    });
    idle.end(took.ok ? "OK" : `ERROR: ${took.reason}`);
    if (!took.ok) {
      log("ERROR", "queue not read", { peer: "queue", reason: took.reason }, idle.context);
      return false;
    }
    const { message } = took.body;
    if (message === null) return false;
    const { orderId } = message.body;
    const span = tracer("process order", idle.context);
    const trace = span.context;
    const fail = (step: string, reason: string): true => {
      failed.add();
      log("ERROR", "order not shipped, will be tried again", { order: orderId, step, reason }, trace);
      span.end(`ERROR: ${reason}`);
      return true;
    };
    const booked = await call({
      peer: "shipping",
      method: "POST",
      route: "/shipments",
      body: message.body,
      answer: Shipment,
      trace,
    });
    if (!booked.ok) return fail("book", booked.reason);
    const route = "/orders/{id}/shipped";
    const path = `/orders/${orderId}/shipped`;
    const marked = await statement({ method: "POST", route, path, answer: Ignored, trace });
    if (!marked.ok) return fail("mark", marked.reason);
    await call({
      peer: "queue",
      method: "DELETE",
      route: "/messages/{id}",
      path: `/messages/${message.id}`,
      answer: Ignored,
      trace,
    });
    shipped.add();
    log("INFO", "order shipped", { order: orderId }, trace);
    span.end("OK");
    return true;
  };

  const work = async (): Promise<never> => {
    for (;;) {
      // the defect: the loop waits for something that never comes
      if (defect("stall") !== null) await new Promise(() => undefined);
      if (!(await takeOne())) await sleep(IDLE_MS);
    }
  };
  return {
    routes: [],
    start() {
      for (let at = 0; at < workers; at++) void work();
    },
  };
};

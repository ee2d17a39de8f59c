import { z } from "zod";
import { CartItem, Ignored } from "../shop/contracts.ts";
import { badGateway } from "../shop/service.ts";
import { type BuildPodService, reply } from "./pod-service.ts";
import { openStoreClient } from "./store-client.ts";

const Reservation = z.object({ orderId: z.string(), items: z.array(CartItem) });

/** Reserves goods in the store. */
export const buildStock: BuildPodService = (kit) => {
  const statement = openStoreClient(kit);
  return {
    routes: [
      {
        method: "POST",
        path: "/reservations",
        async handle({ body, trace }) {
          const { orderId, items } = Reservation.parse(body);
          const reserved = await statement({
            method: "POST",
            route: "/reservations",
            body: { orderId, items },
            answer: Ignored,
            trace,
          });
          if (!reserved.ok) {
            kit.log("ERROR", "stock not reserved", { order: orderId, reason: reserved.reason }, trace);
            return badGateway("store", reserved);
          }
          kit.log("INFO", "stock reserved", { order: orderId, lines: items.length }, trace);
          return reply(201, { orderId });
        },
      },
    ],
  };
};

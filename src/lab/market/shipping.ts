import { z } from "zod";
import { waitAbout } from "../shop/service.ts";
import { type BuildPodService, reply } from "./pod-service.ts";

const TABLES = ["standard-v1", "holiday-v1"] as const;
const CENTS: Readonly<Record<string, number>> = { north: 490, south: 490, coast: 590, islands: 990 };
const ShipmentBody = z.object({ orderId: z.string(), zone: z.string(), items: z.number() });

/** Quotes deliveries and books parcels, by the rate table of its settings. */
export const buildShipping: BuildPodService = ({ env, log }) => {
  const table = env.word("RATE_TABLE", TABLES);
  const costCents = (zone: string): number => (CENTS[zone] ?? 1290) - (table === "holiday-v1" ? 100 : 0);
  return {
    routes: [
      {
        method: "GET",
        path: "/options",
        async handle({ query, trace }) {
          const zone = query.get("zone") ?? "north";
          await waitAbout(4);
          log("INFO", "delivery estimated", { zone, costCents: costCents(zone) }, trace);
          return reply(200, { costCents: costCents(zone), days: 3 });
        },
      },
      {
        method: "POST",
        path: "/shipments",
        async handle({ body, trace }) {
          const { orderId, zone, items } = ShipmentBody.parse(body);
          await waitAbout(10);
          log("INFO", "parcel booked", { order: orderId, zone, items }, trace);
          return reply(201, { shipmentId: `sh-${orderId}`, days: 3 });
        },
      },
    ],
  };
};

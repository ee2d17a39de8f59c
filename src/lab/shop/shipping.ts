import { z } from "zod";
import type { SpanContext } from "../process/trace-context.ts";
import { answer, type BuildService, textSetting, waitAbout } from "./service.ts";

const ShipmentBody = z.object({ orderId: z.string(), zone: z.string(), items: z.number().int().min(1) });
/** Cost in cents and days by zone, for each rate table of this release. */
const RATE_TABLES: Readonly<Record<string, Readonly<Record<string, { costCents: number; days: number }>>>> = {
  "standard-v1": {
    north: { costCents: 490, days: 2 },
    south: { costCents: 490, days: 2 },
    coast: { costCents: 590, days: 3 },
    islands: { costCents: 990, days: 5 },
  },
  "holiday-v1": {
    north: { costCents: 390, days: 3 },
    south: { costCents: 390, days: 3 },
    coast: { costCents: 490, days: 4 },
    islands: { costCents: 890, days: 6 },
  },
};

/** Quotes deliveries and books them. */
export const buildShipping: BuildService = ({ config, log }) => {
  const rateFor = (zone: string, trace: SpanContext) => {
    const table = textSetting(config(), "rateTable");
    const rates = RATE_TABLES[table];
    if (!rates) {
      const known = Object.keys(RATE_TABLES).join(",");
      log("ERROR", "invalid configuration: rateTable names no known table", { rateTable: table, known }, trace);
      return null;
    }
    return rates[zone] ?? { costCents: 1290, days: 7 };
  };
  return [
    {
      method: "GET",
      path: "/options",
      async handle({ query, trace }) {
        const zone = query.get("zone") ?? "north";
        const rate = rateFor(zone, trace);
        if (!rate) return answer(500, { error: "no rates" });
        await waitAbout(4);
        log("INFO", "delivery estimated", { zone, costCents: rate.costCents, days: rate.days }, trace);
        return answer(200, rate);
      },
    },
    {
      method: "POST",
      path: "/shipments",
      async handle({ body, trace }) {
        const { orderId, zone, items } = ShipmentBody.parse(body);
        const rate = rateFor(zone, trace);
        if (!rate) {
          log("ERROR", "shipment not booked", { order: orderId, zone }, trace);
          return answer(500, { error: "no rates" });
        }
        await waitAbout(12);
        const shipmentId = `sh-${orderId.slice(4)}`;
        log("INFO", "parcel booked", { order: orderId, shipment: shipmentId, zone, items, days: rate.days }, trace);
        return answer(201, { shipmentId, days: rate.days });
      },
    },
  ];
};

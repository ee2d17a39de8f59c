import { z } from "zod";
import { CartItem } from "../shop/contracts.ts";
import { PRODUCTS } from "../shop/goods.ts";
import { every } from "../shop/service.ts";
import { type BuildPodService, reply } from "./pod-service.ts";
import { useCpu } from "./cpu.ts";

const QuoteBody = z.object({ user: z.string(), items: z.array(CartItem) });
const LOOKUP_CPU_MS = 1;
const QUOTE_CPU_MS = 3;

/** Serves prices and computes totals. It works with its processor alone. */
export const buildPricing: BuildPodService = ({ env, log, defect }) => {
  const currency = env.word("CURRENCY", ["EUR", "USD", "GBP"]);
  const listCents = new Map(PRODUCTS.map(({ sku, priceCents }) => [sku, priceCents]));
  every(20_000, () => log("INFO", "exchange rates refreshed", { currency, rates: 31 }));
  const extraMs = (): number => defect("burn_cpu")?.msPerRequest ?? 0;
  return {
    routes: [
      {
        method: "GET",
        path: "/prices",
        handle({ query, trace }) {
          const skus = (query.get("skus") ?? "").split(",").filter((sku) => listCents.has(sku));
          useCpu(LOOKUP_CPU_MS + extraMs());
          log("INFO", "prices looked up", { products: skus.length, currency }, trace);
          return Promise.resolve(
            reply(200, { prices: Object.fromEntries(skus.map((sku) => [sku, listCents.get(sku) ?? 0])) }),
          );
        },
      },
      {
        method: "POST",
        path: "/quotes",
        handle({ body, trace }) {
          const { user, items } = QuoteBody.parse(body);
          if (defect("throw_error")?.path === "/quotes") {
            const rates: { net?: { percent: number } } = {};
            // the defect of a release: a table that is not there is read
            return Promise.resolve(reply(200, { percent: (rates.net as { percent: number }).percent }));
          }
          useCpu(QUOTE_CPU_MS + extraMs());
          const totalCents = items.reduce((sum, { sku, quantity }) => sum + quantity * (listCents.get(sku) ?? 0), 0);
          log("INFO", "quote computed", { user, items: items.length, totalCents }, trace);
          return Promise.resolve(reply(200, { totalCents, discountCents: 0 }));
        },
      },
    ],
  };
};

import { z } from "zod";
import { CartItem } from "./contracts.ts";
import { PRODUCTS } from "./goods.ts";
import { answer, type BuildService, every, numberSetting, textSetting, waitAbout } from "./service.ts";

const QuoteBody = z.object({ user: z.string(), items: z.array(CartItem) });

/** Serves prices and computes the total of a cart. */
export const buildPricing: BuildService = ({ config, log }) => {
  const listCents = new Map(PRODUCTS.map(({ sku, priceCents }) => [sku, priceCents]));
  every(20_000, () =>
    log("INFO", "exchange rates refreshed", { currency: textSetting(config(), "currency"), rates: 31 }),
  );
  return [
    {
      method: "GET",
      path: "/prices",
      async handle({ query, trace }) {
        const skus = (query.get("skus") ?? "").split(",").filter((sku) => listCents.has(sku));
        await waitAbout(4);
        log("INFO", "prices looked up", { products: skus.length, currency: textSetting(config(), "currency") }, trace);
        return answer(200, { prices: Object.fromEntries(skus.map((sku) => [sku, listCents.get(sku) ?? 0])) });
      },
    },
    {
      method: "POST",
      path: "/quotes",
      async handle({ body, trace }) {
        const { user, items } = QuoteBody.parse(body);
        await waitAbout(7);
        const grossCents = items.reduce((sum, { sku, quantity }) => sum + quantity * (listCents.get(sku) ?? 0), 0);
        const percent = grossCents > numberSetting(config(), "discountFromCents") ? 5 : 0;
        const discountCents = Math.round((grossCents * percent) / 100);
        if (percent > 0) log("INFO", "volume discount applied", { user, percent, discountCents }, trace);
        log("INFO", "quote computed", { user, items: items.length, totalCents: grossCents - discountCents }, trace);
        return answer(200, { totalCents: grossCents - discountCents, discountCents });
      },
    },
  ];
};

import { Prices, Stock } from "./contracts.ts";
import { PRODUCTS } from "./goods.ts";
import { answer, badGateway, type BuildService, numberSetting, waitAbout } from "./service.ts";

/** Shows products with their prices and stock. */
export const buildCatalog: BuildService = ({ config, log, call }) => {
  const bySku = new Map(PRODUCTS.map((product) => [product.sku, product]));
  return [
    {
      method: "GET",
      path: "/products",
      async handle({ query, trace }) {
        const category = query.get("category") ?? "lamps";
        const page = PRODUCTS.filter((product) => product.category === category).slice(
          0,
          numberSetting(config(), "pageSize"),
        );
        const skus = page.map(({ sku }) => sku).join(",");
        await waitAbout(3);
        const [prices, stock] = await Promise.all([
          call({
            peer: "pricing",
            method: "GET",
            route: "/prices",
            path: `/prices?skus=${skus}`,
            answer: Prices,
            trace,
          }),
          call({
            peer: "inventory",
            method: "GET",
            route: "/stock",
            path: `/stock?skus=${skus}`,
            answer: Stock,
            trace,
          }),
        ]);
        if (!prices.ok) {
          log("ERROR", "product page failed, no prices", { category, reason: prices.reason }, trace);
          return badGateway("pricing", prices);
        }
        if (!stock.ok)
          log("WARN", "product page shown without stock levels", { category, reason: stock.reason }, trace);
        log("INFO", "product page served", { category, products: page.length }, trace);
        return answer(200, {
          products: page.map(({ sku, title }) => ({
            sku,
            title,
            priceCents: prices.body.prices[sku],
            left: stock.ok ? stock.body.stock[sku] : null,
          })),
        });
      },
    },
    {
      method: "GET",
      path: "/products/{sku}",
      async handle({ params: { sku = "" }, trace }) {
        const product = bySku.get(sku);
        if (!product) {
          log("WARN", "unknown product requested", { sku }, trace);
          return answer(404, { error: "no such product" });
        }
        await waitAbout(2);
        const prices = await call({
          peer: "pricing",
          method: "GET",
          route: "/prices",
          path: `/prices?skus=${sku}`,
          answer: Prices,
          trace,
        });
        if (!prices.ok) {
          log("ERROR", "product has no price", { sku, reason: prices.reason }, trace);
          return badGateway("pricing", prices);
        }
        const stock = await call({
          peer: "inventory",
          method: "GET",
          route: "/stock",
          path: `/stock?skus=${sku}`,
          answer: Stock,
          trace,
        });
        if (!stock.ok) {
          log("ERROR", "product availability unknown", { sku, reason: stock.reason }, trace);
          return badGateway("inventory", stock);
        }
        log("INFO", "product served", { sku, left: stock.body.stock[sku] ?? 0 }, trace);
        return answer(200, { ...product, left: stock.body.stock[sku] });
      },
    },
    {
      method: "GET",
      path: "/products/{sku}/summary",
      async handle({ params: { sku = "" } }) {
        await waitAbout(2);
        const product = bySku.get(sku);
        return product ? answer(200, { sku, title: product.title }) : answer(404, { error: "no such product" });
      },
    },
  ];
};

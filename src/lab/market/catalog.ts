import type { SpanContext } from "../process/trace-context.ts";
import { Prices } from "../shop/contracts.ts";
import { badGateway, waitAbout } from "../shop/service.ts";
import { CacheValue, ProductRow, ProductRows } from "./contracts.ts";
import { Ignored } from "../shop/contracts.ts";
import { type BuildPodService, reply } from "./pod-service.ts";
import { openStoreClient } from "./store-client.ts";

const PAGE_TTL_SECONDS = 20;

/** Shows products: rows from the store with a cache in front, prices from pricing. */
export const buildCatalog: BuildPodService = (kit) => {
  const { call, log, env } = kit;
  const statement = openStoreClient(kit);
  const pageSize = env.whole("PAGE_SIZE");

  const cached = async (key: string, trace: SpanContext): Promise<unknown> => {
    const found = await call({
      peer: "cache",
      method: "GET",
      route: "/keys/{key}",
      path: `/keys/${key}`,
      answer: CacheValue,
      timeoutMs: 500,
      trace,
    });
    if (!found.ok) log("WARN", "cache not read, asking the store", { key, reason: found.reason }, trace);
    return found.ok ? found.body.value : null;
  };
  const remember = async (key: string, value: unknown, trace: SpanContext): Promise<void> => {
    const body = { value, ttlSeconds: PAGE_TTL_SECONDS };
    await call({
      peer: "cache",
      method: "PUT",
      route: "/keys/{key}",
      path: `/keys/${key}`,
      body,
      answer: Ignored,
      timeoutMs: 500,
      trace,
    });
  };

  return {
    routes: [
      {
        method: "GET",
        path: "/products",
        async handle({ query, trace }) {
          const category = query.get("category") ?? "lamps";
          const key = `page-${category}`;
          await waitAbout(2);
          let page = ProductRows.safeParse(await cached(key, trace)).data;
          if (page === undefined) {
            const path = `/products?category=${category}`;
            const rows = await statement({ method: "GET", route: "/products", path, answer: ProductRows, trace });
            if (!rows.ok) {
              log("ERROR", "product page failed, no products", { category, reason: rows.reason }, trace);
              return badGateway("store", rows);
            }
            page = { products: rows.body.products.slice(0, pageSize) };
            await remember(key, page, trace);
          }
          const skus = page.products.map(({ sku }) => sku).join(",");
          const path = `/prices?skus=${skus}`;
          const prices = await call({ peer: "pricing", method: "GET", route: "/prices", path, answer: Prices, trace });
          if (!prices.ok) {
            log("ERROR", "product page failed, no prices", { category, reason: prices.reason }, trace);
            return badGateway("pricing", prices);
          }
          log("INFO", "product page shown", { category, products: page.products.length }, trace);
          return reply(200, { products: page.products });
        },
      },
      {
        method: "GET",
        path: "/products/{sku}",
        async handle({ params: { sku = "" }, trace }) {
          const path = `/products/${sku}`;
          const row = await statement({ method: "GET", route: "/products/{sku}", path, answer: ProductRow, trace });
          if (!row.ok) {
            if (row.status === 404) return reply(404, { error: "no such product" });
            log("ERROR", "product failed, no row", { sku, reason: row.reason }, trace);
            return badGateway("store", row);
          }
          log("INFO", "product shown", { sku }, trace);
          return reply(200, row.body.product);
        },
      },
    ],
  };
};

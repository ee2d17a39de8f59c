import { buildCache } from "./cache.ts";
import { buildCart } from "./cart.ts";
import { buildCatalog } from "./catalog.ts";
import { buildCheckout } from "./checkout.ts";
import { buildFlags } from "./flags.ts";
import { buildFulfilment } from "./fulfilment.ts";
import { buildGateway } from "./gateway.ts";
import { buildPayment } from "./payment.ts";
import type { BuildPodService } from "./pod-service.ts";
import { buildPricing } from "./pricing.ts";
import { buildQueue } from "./queue.ts";
import { buildShipping } from "./shipping.ts";
import { buildStock } from "./stock.ts";
import { buildStore } from "./store.ts";

/** The programs of the market, by the name of their image. */
export const PROGRAMS: Readonly<Record<string, BuildPodService>> = {
  gateway: buildGateway,
  catalog: buildCatalog,
  pricing: buildPricing,
  cart: buildCart,
  checkout: buildCheckout,
  payment: buildPayment,
  stock: buildStock,
  fulfilment: buildFulfilment,
  shipping: buildShipping,
  flags: buildFlags,
  store: buildStore,
  cache: buildCache,
  queue: buildQueue,
};

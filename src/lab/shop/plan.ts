import type { ShopServiceConfig } from "../process/messages.ts";
import { buildCart } from "./cart.ts";
import { buildCatalog } from "./catalog.ts";
import { buildCheckout } from "./checkout.ts";
import { buildGateway } from "./gateway.ts";
import { buildInventory } from "./inventory.ts";
import { buildPayment } from "./payment.ts";
import { buildPricing } from "./pricing.ts";
import type { BuildService } from "./service.ts";
import { buildShipping } from "./shipping.ts";

/** `memoryMb`: heap limit of V8 for long-lived objects. */
export type ServicePlan = {
  name: string;
  build: BuildService;
  calls: readonly string[];
  memoryMb: number;
  config: ShopServiceConfig;
};

/** The token that payment accepts and checkout sends. It protects only a demo. */
export const PAYMENT_TOKEN = "shop-token-1";

/** The services, callees before callers, because a process is given the ports of its callees when it starts. */
export const SHOP: readonly ServicePlan[] = [
  {
    name: "pricing",
    build: buildPricing,
    calls: [],
    memoryMb: 96,
    config: { currency: "EUR", discountFromCents: 60_000 },
  },
  { name: "inventory", build: buildInventory, calls: [], memoryMb: 96, config: { poolSize: 6, acquireTimeoutMs: 900 } },
  { name: "payment", build: buildPayment, calls: [], memoryMb: 96, config: { acceptedTokens: [PAYMENT_TOKEN] } },
  { name: "shipping", build: buildShipping, calls: [], memoryMb: 96, config: { rateTable: "standard-v1" } },
  { name: "catalog", build: buildCatalog, calls: ["pricing", "inventory"], memoryMb: 96, config: { pageSize: 12 } },
  { name: "cart", build: buildCart, calls: ["catalog"], memoryMb: 40, config: { maxItems: 10 } },
  {
    name: "checkout",
    build: buildCheckout,
    calls: ["cart", "pricing", "inventory", "payment", "shipping"],
    memoryMb: 96,
    config: { paymentToken: PAYMENT_TOKEN },
  },
  {
    name: "gateway",
    build: buildGateway,
    calls: ["catalog", "cart", "checkout", "shipping"],
    memoryMb: 96,
    config: { banner: "spring" },
  },
];
/** The entry service. */
export const ENTRY = "gateway";
/** The service behind a relay, which stands for a longer network path. */
export const RELAYED = "pricing";

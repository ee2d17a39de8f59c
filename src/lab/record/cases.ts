import type { Shop } from "../run/supervisor.ts";

/** A change to a service that the change feed reports. */
export type ChangePlan = {
  entity: string;
  kind: "config" | "flag";
  summary: string;
  apply: (shop: Shop) => Promise<void>;
};

/**
 * A recording to make. Its id reveals nothing about the fault; `word` names it for the operator. `begin` starts the
 * fault; `change` is used instead if the fault is a change that the feed reports. `believed`: the times of the person
 * who opens the incident and is wrong about them, in milliseconds after the fault began; absent: the monitor gives the
 * times.
 */
export type CasePlan = {
  id: string;
  word: string;
  /** The fault, for the oracle. */
  what: string;
  /** One list of accepted names for the root cause; empty for a run without fault. */
  entities: readonly string[];
  cause: string | null;
  begin: (shop: Shop) => void;
  change: ChangePlan | null;
  /** Harmless changes before the fault. */
  harmless: readonly ChangePlan[];
  believed?: { quietFromMs: number; windowFromMs: number };
};

const nothing = (): void => {};
const reconfigured = (
  entity: string,
  kind: "config" | "flag",
  summary: string,
  config: Record<string, string | number>,
): ChangePlan => ({
  entity,
  kind,
  summary,
  apply: async (shop) => shop.reconfigure(entity, config),
});
export const banner = reconfigured("gateway", "flag", "banner for the summer campaign switched on", {
  banner: "summer",
});
export const shorterPage = reconfigured("catalog", "config", "product pages shortened from 12 to 10 products", {
  pageSize: 10,
});
export const discount = reconfigured("pricing", "config", "volume discount starts at 500 instead of 600", {
  currency: "EUR",
  discountFromCents: 50_000,
});
export const biggerCarts = reconfigured("cart", "flag", "carts hold 15 items instead of 10", { maxItems: 15 });

export const CASES: readonly CasePlan[] = [
  {
    id: "shop-001",
    word: "pool",
    what: "every other reservation keeps its database connection",
    entities: ["inventory"],
    cause: "connection_pool_exhaustion",
    begin: (shop) => shop.breakWith("inventory", { kind: "leak_connections", oneIn: 2 }),
    change: null,
    harmless: [shorterPage, banner],
  },
  {
    id: "shop-002",
    word: "network",
    what: "a relay in front of the service holds bytes back, 280 ± 120 ms each way",
    entities: ["pricing"],
    cause: "network_delay",
    begin: (shop) => shop.delay({ meanMs: 280, jitterMs: 120 }),
    change: null,
    harmless: [biggerCarts, shorterPage],
  },
  {
    id: "shop-003",
    word: "config",
    what: "redeployed with a rate table that it does not know",
    entities: ["shipping"],
    cause: "bad_config",
    begin: nothing,
    change: {
      entity: "shipping",
      kind: "config",
      summary: "rates moved to table standard-v2",
      apply: (shop) => shop.redeploy("shipping", { rateTable: "standard-v2" }),
    },
    harmless: [discount, banner],
  },
  {
    id: "shop-004",
    word: "memory",
    what: "each request leaves about 220 kB on a heap of 40 MB: V8 runs out, aborts, is restarted, runs out again",
    entities: ["cart"],
    cause: "memory_exhaustion",
    begin: (shop) => shop.breakWith("cart", { kind: "leak_memory", kilobytesPerRequest: 220 }),
    change: null,
    harmless: [banner, discount],
  },
  {
    // the caller is accepted too: it holds the token that became invalid
    id: "shop-005",
    word: "token",
    what: "the accepted token was rotated, the caller still presents the old one",
    entities: ["payment", "checkout"],
    cause: "authentication_failure",
    begin: (shop) => shop.reconfigure("payment", { acceptedTokens: ["shop-token-2"] }),
    change: null,
    harmless: [discount, shorterPage],
  },
  {
    id: "shop-006",
    word: "healthy",
    what: "nothing is wrong",
    entities: [],
    cause: null,
    begin: nothing,
    change: null,
    harmless: [shorterPage, banner],
  },
];

/** One workload of the market, as its manifests are written from it. `secret`, `config`: keys and values. */
export type WorkloadPlan = {
  name: string;
  port: number;
  replicas: number;
  /** Services that it calls: each is an environment variable such as `CACHE_ADDR`. */
  calls: readonly string[];
  config: Readonly<Record<string, string>>;
  secret: Readonly<Record<string, string>>;
  /** False for a program that has no Service, because nobody calls it. */
  isCalled: boolean;
};

const PASSWORDS = { catalog: "k7-cat-9f", stock: "k7-stk-1c", checkout: "k7-chk-5d", fulfilment: "k7-ful-8a" } as const;
/** Logins of the store: they protect only a demo. */
export const STORE_USERS = Object.entries(PASSWORDS)
  .map((pair) => pair.join(":"))
  .join(",");

type Few = Partial<Omit<WorkloadPlan, "name" | "port" | "calls">>;
const workload = (name: string, port: number, calls: readonly string[], few: Few = {}): WorkloadPlan => ({
  name,
  port,
  calls,
  replicas: 1,
  config: {},
  secret: {},
  isCalled: true,
  ...few,
});
const client = (name: keyof typeof PASSWORDS, poolSize: number): Pick<WorkloadPlan, "config" | "secret"> => ({
  config: { POOL_SIZE: String(poolSize), STORE_USER: name },
  secret: { STORE_PASSWORD: PASSWORDS[name] },
});

export const NAMESPACE = "market";
export const ENTRY_SERVICE = "gateway";
/** The workloads, callees before callers. */
export const MARKET: readonly WorkloadPlan[] = [
  workload("store", 5432, [], { config: { MAX_CONNECTIONS: "40" }, secret: { STORE_USERS } }),
  workload("cache", 6379, [], { config: { MAX_ENTRIES: "5000" } }),
  workload("queue", 5672, [], { config: { MAX_LENGTH: "2000" } }),
  workload("flags", 8080, [], { config: { FLAGS: '{"card-check-v2":false,"gift-wrap":true}' } }),
  workload("pricing", 8080, [], { config: { CURRENCY: "EUR" } }),
  workload("shipping", 8080, [], { config: { RATE_TABLE: "standard-v1" } }),
  workload("payment", 8080, ["flags"], { config: { CURRENCY: "EUR" } }),
  workload("stock", 8080, ["store"], client("stock", 4)),
  workload("catalog", 8080, ["store", "cache", "pricing"], {
    ...client("catalog", 6),
    config: { ...client("catalog", 6).config, PAGE_SIZE: "12" },
  }),
  workload("cart", 8080, ["cache"], { config: { MAX_ITEMS: "10" } }),
  workload("checkout", 8080, ["cart", "pricing", "stock", "payment", "store", "queue"], client("checkout", 4)),
  workload("fulfilment", 8080, ["queue", "shipping", "store"], {
    ...client("fulfilment", 3),
    config: { ...client("fulfilment", 3).config, WORKERS: "2" },
    isCalled: false,
  }),
  workload("gateway", 8080, ["catalog", "cart", "checkout", "shipping"], { config: { BANNER: "spring" } }),
];

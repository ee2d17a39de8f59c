import type { SpanContext } from "../process/trace-context.ts";
import { CartItem, Ignored } from "../shop/contracts.ts";
import { badGateway, waitAbout } from "../shop/service.ts";
import { CacheValue, CartLines } from "./contracts.ts";
import { type BuildPodService, reply } from "./pod-service.ts";

const CART_TTL_SECONDS = 300;

const cacheKey = (user: string) => ({ peer: "cache", route: "/keys/{key}", path: `/keys/cart-${user}` }) as const;

/** Keeps the cart of each user, as a value in the cache. */
export const buildCart: BuildPodService = ({ env, call, log, defect, meters }) => {
  const maxItems = env.whole("MAX_ITEMS");
  const history: object[] = [];
  meters.gauge("cart_history_entries", "Entries of the history.", () => history.length);
  /** The defect: a history that is written but never read or trimmed. */
  const remember = (user: string): void => {
    const leak = defect("leak_memory");
    if (leak === null) return;
    const entries = Math.round((leak.kilobytesPerRequest * 1024) / 96);
    history.push(Array.from({ length: entries }, (_, at) => ({ user, at: at + Math.random(), items: [at] })));
  };
  const read = async (user: string, trace: SpanContext) => {
    const found = await call({ ...cacheKey(user), method: "GET", answer: CacheValue, trace });
    if (!found.ok) log("ERROR", "cart not read, cache failed", { user, reason: found.reason }, trace);
    return found;
  };
  return {
    routes: [
      {
        method: "GET",
        path: "/carts/{user}",
        async handle({ params: { user = "" }, trace }) {
          remember(user);
          await waitAbout(2);
          const found = await read(user, trace);
          if (!found.ok) return badGateway("cache", found);
          const items = CartLines.safeParse(found.body.value).data ?? [];
          log("INFO", "cart read", { user, items: items.length }, trace);
          return reply(200, { user, items });
        },
      },
      {
        method: "POST",
        path: "/carts/{user}/items",
        async handle({ params: { user = "" }, body, trace }) {
          remember(user);
          const item = CartItem.parse(body);
          const found = await read(user, trace);
          if (!found.ok) return badGateway("cache", found);
          const value = [...(CartLines.safeParse(found.body.value).data ?? []), item].slice(-maxItems);
          const stored = await call({
            ...cacheKey(user),
            method: "PUT",
            body: { value, ttlSeconds: CART_TTL_SECONDS },
            answer: Ignored,
            trace,
          });
          if (!stored.ok) {
            log("ERROR", "cart not stored, cache failed", { user, reason: stored.reason }, trace);
            return badGateway("cache", stored);
          }
          log("INFO", "item added to cart", { user, sku: item.sku, items: value.length }, trace);
          return reply(200, { user, items: value });
        },
      },
      {
        method: "DELETE",
        path: "/carts/{user}",
        async handle({ params: { user = "" }, trace }) {
          remember(user);
          const emptied = await call({ ...cacheKey(user), method: "DELETE", answer: Ignored, trace });
          if (!emptied.ok) return badGateway("cache", emptied);
          return reply(200, { user });
        },
      },
    ],
  };
};

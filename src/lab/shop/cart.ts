import type { z } from "zod";
import { Ignored, CartItem } from "./contracts.ts";
import { answer, badGateway, type BuildService, every, numberSetting, waitAbout } from "./service.ts";

const IDLE_MS = 20_000;

/** Keeps the cart of each user in memory: a restart empties every cart. */
export const buildCart: BuildService = ({ config, defect, log, call, meters }) => {
  const carts = new Map<string, { items: z.infer<typeof CartItem>[]; touchedMs: number }>();
  const kept: object[] = [];
  /** The defect: a history that is written but never read or trimmed. */
  const remember = (user: string): void => {
    const present = defect();
    if (present?.kind !== "leak_memory") return;
    const entries = Math.round((present.kilobytesPerRequest * 1024) / 96);
    kept.push(Array.from({ length: entries }, (_, at) => ({ user, at: at + Math.random(), items: [at] })));
  };
  meters.gauge("cart_open_carts", "Carts with something in them.", () => carts.size);
  every(15_000, () => {
    const idle = [...carts].filter(([, { touchedMs }]) => performance.now() - touchedMs > IDLE_MS);
    for (const [user] of idle) carts.delete(user);
    log("INFO", "idle carts swept", { swept: idle.length, kept: carts.size });
  });
  return [
    {
      method: "GET",
      path: "/carts/{user}",
      async handle({ params: { user = "" }, trace }) {
        remember(user);
        await waitAbout(2);
        const { items } = carts.get(user) ?? { items: [] };
        log("INFO", "cart read", { user, items: items.length }, trace);
        return answer(200, { user, items });
      },
    },
    {
      method: "POST",
      path: "/carts/{user}/items",
      async handle({ params: { user = "" }, body, trace }) {
        const item = CartItem.parse(body);
        remember(user);
        const found = await call({
          peer: "catalog",
          method: "GET",
          route: "/products/{sku}/summary",
          path: `/products/${item.sku}/summary`,
          answer: Ignored,
          trace,
        });
        if (!found.ok) {
          log("ERROR", "item not added, product lookup failed", { user, sku: item.sku, reason: found.reason }, trace);
          return badGateway("catalog", found);
        }
        await waitAbout(2);
        const items = [...(carts.get(user)?.items ?? []), item].slice(-numberSetting(config(), "maxItems"));
        carts.set(user, { items, touchedMs: performance.now() });
        log("INFO", "item added to cart", { user, sku: item.sku, quantity: item.quantity, items: items.length }, trace);
        return answer(200, { user, items });
      },
    },
    {
      method: "DELETE",
      path: "/carts/{user}",
      async handle({ params: { user = "" }, trace }) {
        remember(user);
        carts.delete(user);
        log("INFO", "cart emptied", { user }, trace);
        return answer(200, { user });
      },
    },
  ];
};

import type { z } from "zod";
import { Ignored, Item } from "./contracts.ts";
import { answer, badGateway, type BuildService, every, waitAbout } from "./service.ts";

/** Keeps what each user means to buy, in memory: a restart empties every cart. */
export const buildCart: BuildService = ({ defect, log, call, meters }) => {
  const carts = new Map<string, z.infer<typeof Item>[]>();
  const kept: object[] = [];
  /** The defect: a "history" that is written and never read or trimmed. */
  const remember = (user: string): void => {
    const present = defect();
    if (present?.kind !== "leak_memory") return;
    const entries = Math.round((present.kilobytesPerRequest * 1024) / 96);
    kept.push(Array.from({ length: entries }, (_, at) => ({ user, at: at + Math.random(), items: [at] })));
  };
  meters.gauge("cart_open_carts", "Carts with something in them.", () => carts.size);
  every(15_000, () => log("INFO", "idle carts swept", { kept: carts.size }));
  return [
    {
      method: "GET",
      path: "/carts/{user}",
      async handle({ params: { user = "" }, trace }) {
        remember(user);
        await waitAbout(2);
        const items = carts.get(user) ?? [];
        log("INFO", "cart read", { user, items: items.length }, trace);
        return answer(200, { user, items });
      },
    },
    {
      method: "POST",
      path: "/carts/{user}/items",
      async handle({ params: { user = "" }, body, trace }) {
        const item = Item.parse(body);
        remember(user);
        const found = await call({ peer: "catalog", method: "GET", route: "/products/{sku}/summary", path: `/products/${item.sku}/summary`, answer: Ignored, trace });
        if (!found.ok) {
          log("ERROR", "item not added, product lookup failed", { user, sku: item.sku, reason: found.reason }, trace);
          return badGateway("catalog", found);
        }
        await waitAbout(2);
        const items = [...(carts.get(user) ?? []), item].slice(-10);
        carts.set(user, items);
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

import type { CallResult } from "../process/http-client.ts";
import type { RouteAnswer, RouteRequest, Route } from "../process/http-server.ts";
import { Cart, Delivery, Ignored, Order, ProductPage } from "./contracts.ts";
import { answer, badGateway, type BuildService, textSetting } from "./service.ts";

/** Passes on the success or the refusal of a callee; reports its failure as an error of the gateway. */
const passOn = <T>(peer: string, result: CallResult<T>): RouteAnswer => {
  if (result.ok) return answer(result.status, result.body);
  return result.status !== null && result.status < 500
    ? answer(result.status, { error: result.reason })
    : badGateway(peer, result);
};

/** The entry: passes each request to the service that owns it. */
export const buildGateway: BuildService = ({ config, log, call }) => {
  /** Writes the access log line. */
  const logged = ({ method, path, handle }: Route): Route => ({
    method,
    path,
    async handle(request) {
      const startedMs = performance.now();
      const answered = await handle(request);
      const fields = {
        method,
        route: path,
        status: answered.status,
        durationMs: Math.round(performance.now() - startedMs),
      };
      log(
        answered.status >= 500 ? "ERROR" : "INFO",
        answered.status >= 500 ? "request failed" : "request completed",
        fields,
        request.trace,
      );
      return answered;
    },
  });

  const showProducts = async ({ query, trace }: RouteRequest) => {
    const path = `/products?category=${query.get("category") ?? ""}`;
    const page = await call({ peer: "catalog", method: "GET", route: "/products", path, answer: ProductPage, trace });
    return page.ok ? answer(200, { ...page.body, banner: textSetting(config(), "banner") }) : passOn("catalog", page);
  };
  const showProduct = async ({ params: { sku = "" }, trace }: RouteRequest) =>
    passOn(
      "catalog",
      await call({
        peer: "catalog",
        method: "GET",
        route: "/products/{sku}",
        path: `/products/${sku}`,
        answer: Ignored,
        trace,
      }),
    );
  const addItem = async ({ params: { user = "" }, body, trace }: RouteRequest) =>
    passOn(
      "cart",
      await call({
        peer: "cart",
        method: "POST",
        route: "/carts/{user}/items",
        path: `/carts/${user}/items`,
        body,
        answer: Ignored,
        trace,
      }),
    );
  const checkOut = async ({ body, trace }: RouteRequest) =>
    passOn(
      "checkout",
      await call({ peer: "checkout", method: "POST", route: "/orders", body, timeoutMs: 6000, answer: Order, trace }),
    );
  const showCart = async ({ params: { user = "" }, query, trace }: RouteRequest) => {
    const cart = await call({
      peer: "cart",
      method: "GET",
      route: "/carts/{user}",
      path: `/carts/${user}`,
      answer: Cart,
      trace,
    });
    if (!cart.ok) return passOn("cart", cart);
    const path = `/options?zone=${query.get("zone") ?? "north"}`;
    const delivery = await call({ peer: "shipping", method: "GET", route: "/options", path, answer: Delivery, trace });
    if (!delivery.ok) log("WARN", "cart shown without delivery estimate", { user, reason: delivery.reason }, trace);
    return answer(200, { ...cart.body, delivery: delivery.ok ? delivery.body : null });
  };

  return [
    { method: "GET", path: "/products", handle: showProducts },
    { method: "GET", path: "/products/{sku}", handle: showProduct },
    { method: "POST", path: "/carts/{user}/items", handle: addItem },
    { method: "GET", path: "/carts/{user}", handle: showCart },
    { method: "POST", path: "/checkout", handle: checkOut },
  ].map(logged);
};

import type { CallResult } from "../process/http-client.ts";
import type { RouteAnswer, Route, RouteRequest } from "../process/http-server.ts";
import { Delivery, Ignored } from "../shop/contracts.ts";
import { badGateway } from "../shop/service.ts";
import { type BuildPodService, reply } from "./pod-service.ts";

const CHECKOUT_MS = 5_000;

/** Passes on the success or the refusal of a callee; reports its failure as an error of the gateway. */
const passOn = (peer: string, result: CallResult<unknown>): RouteAnswer => {
  if (result.ok) return reply(result.status, result.body);
  return result.status !== null && result.status < 500
    ? reply(result.status, { error: result.reason })
    : badGateway(peer, result);
};

/** The entry: passes each request to the service that owns it. */
export const buildGateway: BuildPodService = ({ env, log, call }) => {
  const banner = env.text("BANNER");
  const logged = ({ method, path, handle }: Route): Route => ({
    method,
    path,
    async handle(request) {
      const startedMs = performance.now();
      const answered = await handle(request);
      const durationMs = Math.round(performance.now() - startedMs);
      const isFailure = answered.status >= 500;
      const fields = { method, route: path, status: answered.status, durationMs };
      log(isFailure ? "ERROR" : "INFO", isFailure ? "request failed" : "request completed", fields, request.trace);
      return answered;
    },
  });
  type Target = { peer: string; method: "GET" | "POST"; route: string; timeoutMs?: number };
  const forward =
    ({ peer, method, route, timeoutMs }: Target) =>
    async ({ params, query, body, trace }: RouteRequest) => {
      const place = route.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ""));
      const path = query.size > 0 ? `${place}?${query.toString()}` : place;
      const sent = method === "POST" ? { body } : {};
      const limit = timeoutMs === undefined ? {} : { timeoutMs };
      return passOn(peer, await call({ peer, method, route, path, ...sent, ...limit, answer: Ignored, trace }));
    };
  const showCart = async (request: RouteRequest) => {
    const cart = await forward({ peer: "cart", method: "GET", route: "/carts/{user}" })(request);
    if (cart.status !== 200) return cart;
    const { trace, query } = request;
    const path = `/options?zone=${query.get("zone") ?? "north"}`;
    const delivery = await call({ peer: "shipping", method: "GET", route: "/options", path, answer: Delivery, trace });
    if (delivery.ok) return reply(200, { cart: cart.body, delivery: delivery.body, banner });
    log("ERROR", "cart not shown, no delivery estimate", { peer: "shipping", reason: delivery.reason }, trace);
    return badGateway("shipping", delivery);
  };
  return {
    routes: [
      {
        method: "GET",
        path: "/products",
        handle: forward({ peer: "catalog", method: "GET", route: "/products" }),
      },
      {
        method: "GET",
        path: "/products/{sku}",
        handle: forward({ peer: "catalog", method: "GET", route: "/products/{sku}" }),
      },
      {
        method: "POST",
        path: "/carts/{user}/items",
        handle: forward({ peer: "cart", method: "POST", route: "/carts/{user}/items" }),
      },
      { method: "GET", path: "/carts/{user}", handle: showCart },
      {
        method: "POST",
        path: "/checkout",
        handle: forward({ peer: "checkout", method: "POST", route: "/orders", timeoutMs: CHECKOUT_MS }),
      },
      {
        method: "GET",
        path: "/orders/{id}",
        handle: forward({ peer: "checkout", method: "GET", route: "/orders/{id}" }),
      },
    ].map((route) => logged(route as Route)),
  };
};

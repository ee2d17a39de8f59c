import { type Connection, undiciForm } from "./connection.ts";
import type { FailureContext } from "./failure-context.ts";
import { isRedirect, redirectTarget, type RedirectRule } from "./redirects.ts";

/** `fetch` over the door's connection, for SDKs: they pass addresses and bring their own credentials and deadlines. */
export const sdkFetch =
  (
    connection: () => Promise<Connection>,
    { contextOf, ...rule }: RedirectRule & { contextOf: (address: URL) => FailureContext },
  ): typeof globalThis.fetch =>
  async (input, init = {}) => {
    if (input instanceof Request) throw new TypeError("this fetch takes an address, not a Request");
    const { undici, dispatcher } = await connection();
    const { method = "GET", headers, body, signal = null } = init;
    let from = new URL(input);
    for (let hops = 0; ; hops += 1) {
      const answer = await undici.fetch(from, {
        method,
        ...(headers === undefined ? {} : { headers: [...new Headers(headers)] }),
        body: body instanceof FormData ? undiciForm(body, undici) : (body ?? null),
        signal,
        dispatcher,
        redirect: "manual",
      });
      const to = answer.headers.get("location");
      if (!isRedirect(answer.status, to)) return answer;
      await answer.body?.cancel();
      from = redirectTarget({ from, to, hops, method }, rule, contextOf(from));
    }
  };

import type { Dispatcher } from "undici";
import { proxyOptions } from "./proxy.ts";
import { readTls } from "./tls.ts";
import type { HttpServer, HttpTimeouts } from "./types.ts";

type Undici = typeof import("undici");
/** undici, and the pool that holds a server's proxy, certificates and connect timeout. */
export type Connection = { undici: Undici; dispatcher: Dispatcher };

/**
 * Loads undici, which takes a while, with the first request.
 *
 * @throws {IncidentError} CONFIG for unreadable TLS files
 */
export async function connect(
  { tls = {}, proxy = null }: Pick<HttpServer, "tls" | "proxy">,
  { connectMs }: HttpTimeouts,
): Promise<Connection> {
  const material = await readTls(tls);
  const undici = await import("undici");
  const options = { connect: { ...material, timeout: connectMs } };
  const proxies = proxyOptions(proxy);
  const dispatcher =
    proxies === null
      ? new undici.Agent(options)
      : new undici.EnvHttpProxyAgent({ ...options, ...proxies, requestTls: material });
  return { undici, dispatcher };
}

/** undici takes forms of its own class only. */
export function undiciForm(form: FormData, { FormData: UndiciForm }: Undici): InstanceType<Undici["FormData"]> {
  const own = new UndiciForm();
  for (const [name, value] of form)
    if (typeof value === "string") own.append(name, value);
    else own.append(name, value, value.name);
  return own;
}

import { BlockList, isIP } from "node:net";
import { getConnInfo } from "@hono/node-server/conninfo";
import type { Context } from "hono";
import type { AppEnv } from "./app-env.ts";

/** What is known of the other end of a request. `isSecure`: the browser came by https, as a trusted proxy says. */
export type Client = { address: string; isSecure: boolean };

/** Hops that are looked at. A longer list is not a proxy's. */
const MAX_HOPS = 20;

/**
 * Reads who sent a request: the peer of the socket. If that is a trusted proxy, `X-Forwarded-For` counts: its last
 * address that no trusted proxy has. Whatever stands before that address was sent by the client itself, and may be made
 * up. From anybody else, the headers of proxies are ignored.
 *
 * @param trusted addresses and networks (`10.0.0.0/8`).
 */
export function clientReader(trusted: readonly string[]): (c: Context<AppEnv>) => Client {
  const proxies = new BlockList();
  for (const network of trusted) {
    const [address = "", bits] = network.split("/");
    const family = isIP(address) === 6 ? "ipv6" : "ipv4";
    if (bits === undefined) proxies.addAddress(address, family);
    else proxies.addSubnet(address, Number(bits), family);
  }
  const isProxy = (address: string): boolean =>
    isIP(address) !== 0 && proxies.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");

  return (c) => {
    const peer = peerOf(c);
    if (!isProxy(peer)) return { address: networkOf(peer), isSecure: false };
    const hops = (c.req.header("x-forwarded-for") ?? "").split(",").slice(-MAX_HOPS).map(bareAddress);
    const client = hops.findLast((hop) => !isProxy(hop));
    const proto = (c.req.header("x-forwarded-proto") ?? "").split(",").at(-1)?.trim().toLowerCase();
    return {
      address: networkOf(client !== undefined && isIP(client) !== 0 ? client : peer),
      isSecure: proto === "https",
    };
  };
}

/** The address of the socket's peer. */
const peerOf = (c: Context<AppEnv>): string =>
  c.env?.incoming === undefined ? "nowhere" : bareAddress(getConnInfo(c).remote.address ?? "unknown");

/** Without port, brackets, zone, and the prefix of an IPv4 address in IPv6 form. */
function bareAddress(text: string): string {
  const one = text.trim();
  const bare = /^\[(.+)\](?::\d+)?$/.exec(one)?.[1] ?? (isIP(one) === 0 ? one.replace(/:\d+$/, "") : one);
  return bare.replace(/%.*$/, "").replace(/^::ffff:(?=\d+\.)/i, "");
}

/** One customer has a whole IPv6 network of 64 bits: limits count that as one address. */
function networkOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = "", tail] = address.toLowerCase().split("::");
  const groups = head.split(":").filter((group) => group !== "");
  if (groups.length < 4 && tail === undefined) return address;
  const missing = 8 - groups.length - (tail ?? "").split(":").filter((group) => group !== "").length;
  const whole = [...groups, ...Array<string>(tail === undefined ? 0 : missing).fill("0"), ...(tail ?? "").split(":")];
  return `${whole.slice(0, 4).join(":")}::/64`;
}

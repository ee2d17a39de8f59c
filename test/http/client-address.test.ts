import { Hono } from "hono";
import { expect, it } from "vitest";
import type { AppEnv } from "../../src/http/app-env.ts";
import { clientReader } from "../../src/http/client-address.ts";

const PROXIES = ["10.0.0.0/8", "2001:db8:ff::/48", "127.0.0.1"];

async function read(peer: string, headers: Record<string, string> = {}, trusted: readonly string[] = PROXIES) {
  const clientOf = clientReader(trusted);
  const app = new Hono<AppEnv>();
  app.get("/", (c) => c.json(clientOf(c)));
  const incoming = { socket: { remoteAddress: peer, remotePort: 1, remoteFamily: "IPv4" } } as never;
  return (await app.request("/", { headers }, { incoming })).json();
}
const addressOf = async (peer: string, forwarded: string): Promise<string> =>
  ((await read(peer, { "x-forwarded-for": forwarded })) as { address: string }).address;

it("ignores what anybody but a trusted proxy says", async () => {
  const headers = { "x-forwarded-for": "203.0.113.7", "x-forwarded-proto": "https" };
  expect(await read("198.51.100.1", headers)).toEqual({ address: "198.51.100.1", isSecure: false });
  expect(await read("10.1.2.3", headers, [])).toEqual({ address: "10.1.2.3", isSecure: false });
  expect(await read("10.1.2.3", headers)).toEqual({ address: "203.0.113.7", isSecure: true });
  expect(await read("::ffff:10.1.2.3", headers)).toEqual({ address: "203.0.113.7", isSecure: true });
});

it.each([
  ["203.0.113.7", "203.0.113.7"],
  ["1.1.1.1, 203.0.113.7", "203.0.113.7"], // the client made up the first
  ["1.1.1.1, 203.0.113.7, 10.9.9.9", "203.0.113.7"], // two proxies
  ["203.0.113.7, 127.0.0.1", "203.0.113.7"],
  ["203.0.113.7:4711", "203.0.113.7"],
  ["[2001:db8:1:2:3:4:5:6]:443", "2001:db8:1:2::/64"],
  ["2001:db8:1:2::1", "2001:db8:1:2::/64"],
  ["::ffff:203.0.113.7", "203.0.113.7"],
  ["1.1.1.1, made up", "10.1.2.3"], // no address: the proxy itself
  ["", "10.1.2.3"],
  ["10.5.5.5, 10.6.6.6", "10.1.2.3"],
  [Array.from({ length: 5_000 }, () => "1.1.1.1").join(","), "1.1.1.1"],
])("reads %j as the last address that is no trusted proxy", async (forwarded, expected) => {
  expect(await addressOf("10.1.2.3", forwarded)).toBe(expected);
});

it("counts an IPv6 network of 64 bits as one address", async () => {
  const addresses = await Promise.all(
    ["2001:db8:1:2::1", "2001:DB8:1:2:ffff::", "2001:db8:1:2:3:4:5:6"].map(
      async (peer) => (await read(peer)) as { address: string },
    ),
  );
  expect(new Set(addresses.map(({ address }) => address))).toEqual(new Set(["2001:db8:1:2::/64"]));
});

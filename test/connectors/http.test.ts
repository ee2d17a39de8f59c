import { readFileSync } from "node:fs";
import type { RequestListener, ServerResponse } from "node:http";
import { join } from "node:path";
import { inspect } from "node:util";
import { gzipSync } from "node:zlib";
import { describe, expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { openHttpDoor } from "../../src/connectors/http.ts";
import type { HttpDoor, HttpExchange, HttpServer } from "../../src/connectors/http/types.ts";
import { serveLocally } from "./http/server.ts";

const Answer = z.object({ ok: z.boolean() });

function doorTo(server: Partial<HttpServer> & { url: string | null }): HttpDoor {
  const door = openHttpDoor({
    label: "Shopwatch",
    settings: { address: "SHOPWATCH_URL", credentials: "SHOPWATCH_TOKEN" },
    ...server,
  });
  onTestFinished(() => door.close());
  return door;
}
async function serving(answer: RequestListener, server: Partial<HttpServer> = {}) {
  const local = await serveLocally(answer);
  return { ...local, door: doorTo({ ...server, url: `${local.origin}/base` }) };
}
const json = (response: ServerResponse, body: unknown, status = 200, headers: Record<string, string> = {}): void =>
  void response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
const failureOf = (asking: Promise<unknown>): Promise<unknown> =>
  asking.then(
    () => "no error",
    (error: unknown) => error,
  );

describe("a request", () => {
  it("goes below the base address, with its query, and returns JSON that fits the schema", async () => {
    const { door, origin, received } = await serving((_, response) => json(response, { ok: true, more: 1 }));
    expect(
      await door.json({ path: "/api/query", query: { q: "a b", match: ["x", "y"], no: undefined } }, Answer),
    ).toEqual({ ok: true });
    expect(received[0]?.url).toBe("/base/api/query?q=a+b&match=x&match=y");
    expect(door.name).toBe(`${origin}/base`);
  });
  it("has the query of the base address, which is never shown", async () => {
    const { origin, received } = await serveLocally((_, response) => json(response, { ok: true }));
    const door = doorTo({ url: `${origin}/base/?tenant=shop` });
    await door.text({ path: "/api/query", query: { q: "up" } });
    expect(received[0]?.url).toBe("/base/api/query?tenant=shop&q=up");
    expect(door.name).toBe(`${origin}/base`);
  });
  it.each<[string, Partial<HttpServer>, Record<string, string>]>([
    ["nothing", {}, {}],
    ["a bearer token", { auth: { kind: "bearer", token: "t-123456" } }, { authorization: "Bearer t-123456" }],
    [
      "basic auth",
      { auth: { kind: "basic", username: "me", password: "pw-123456" } },
      { authorization: "Basic bWU6cHctMTIzNDU2" },
    ],
    ["an API key header", { auth: { kind: "header", name: "api-key", value: "k-1" } }, { "api-key": "k-1" }],
    ["extra headers", { headers: { "X-Scope-OrgID": "team-a" } }, { "x-scope-orgid": "team-a" }],
    ["a traceparent", { traceparent: () => "00-1-2-01" }, { traceparent: "00-1-2-01" }],
  ])("carries %s", async (_, server, headers) => {
    const { door, received } = await serving((_request, response) => json(response, { ok: true }), server);
    await door.json({ method: "POST", json: { a: 1 } }, Answer);
    expect(received[0]?.headers).toMatchObject({ ...headers, "content-type": "application/json" });
    expect(received[0]?.headers.authorization).toBe(headers.authorization);
  });
  it("turns user info in the address into basic auth", async () => {
    const { origin, received } = await serveLocally((_, response) => json(response, { ok: true }));
    await doorTo({ url: origin.replace("//", "//me:p%40ss@") }).json({ path: "/" }, Answer);
    expect(received[0]?.headers.authorization).toBe(`Basic ${Buffer.from("me:p@ss").toString("base64")}`);
  });
  it("takes user info with a stray percent sign as it is, and hides it", async () => {
    const { origin, received } = await serveLocally((_, response) => void response.writeHead(400).end("no 100%sure"));
    const door = doorTo({ url: origin.replace("//", "//me:100%sure@") });
    expect(await failureOf(door.text({ path: "/" }))).toMatchObject({
      message: expect.not.stringContaining("100%sure"),
    });
    expect(received[0]?.headers.authorization).toBe(`Basic ${Buffer.from("me:100%sure").toString("base64")}`);
  });
  it.each(["t-12345678\nx: y", "t-12345678\r\n", "t-12345678\0"])(
    "refuses a credential that no header can carry",
    async (token) => {
      const { origin, received } = await serveLocally((_, response) => json(response, { ok: true }));
      const door = doorTo({ url: origin, auth: { kind: "bearer", token } });
      const error = await failureOf(door.text({ path: "/", retry: { times: 2, on: "unavailable" } }));
      expect(error).toMatchObject({ code: "CONFIG", hint: expect.stringContaining("SHOPWATCH_TOKEN") });
      expect(inspect(error)).not.toContain("12345678");
      expect(received).toHaveLength(0);
    },
  );
  it("reads compressed bodies, and streams bytes", async () => {
    const { door } = await serving((_, response) =>
      response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("hello ".repeat(1000))),
    );
    expect(await door.text({})).toHaveLength(6000);
    let bytes = 0;
    for await (const chunk of await door.stream({})) bytes += chunk.length;
    expect(bytes).toBe(6000);
  });
  it("reports each exchange, without its query", async () => {
    const seen: HttpExchange[] = [];
    const { door, origin } = await serving((_, response) => json(response, { ok: true }), {
      onExchange: (exchange) => void seen.push(exchange),
    });
    await door.json({ path: "/x", query: { token: "t-123456" } }, Answer);
    expect(seen).toEqual([{ method: "GET", url: `${origin}/base/x`, status: 200, ms: expect.any(Number) }]);
  });
});

describe("a failure", () => {
  it.each([
    [401, "REJECTED", "SHOPWATCH_TOKEN"],
    [403, "REJECTED", "SHOPWATCH_TOKEN"],
    [400, "REJECTED", "version"],
    [404, "NOT_FOUND", "SHOPWATCH_URL"],
    [500, "UNAVAILABLE", "log"],
    [501, "REJECTED", "version"],
    [304, "BAD_RESPONSE", "SHOPWATCH_URL"],
  ])("with HTTP %d is %s", async (status, code, hint) => {
    const { door, origin } = await serving((_, response) => response.writeHead(status).end());
    expect(await failureOf(door.json({ path: "/x" }, Answer))).toMatchObject({
      code,
      message: expect.stringMatching(new RegExp(`^Shopwatch .*GET ${origin}/base/x.*HTTP ${status}`)),
      hint: expect.stringContaining(hint),
    });
  });
  it.each([
    ["of seconds", () => "2", 2000],
    ["of a time", () => new Date(Date.now() + 3_600_000).toUTCString(), expect.closeTo(3_600_000, -5)],
    ["that is none", () => "soon", null],
  ])("with HTTP 429 and a Retry-After %s says when to try again", async (_, value, retryAfterMs) => {
    const { door } = await serving((_request, response) => json(response, {}, 429, { "retry-after": value() }));
    expect(await failureOf(door.text({}))).toMatchObject({ code: "UNAVAILABLE", retryAfterMs });
  });
  it("never shows a secret, wherever the server repeats it", async () => {
    const { origin } = await serveLocally((request, response) =>
      response
        .writeHead(400)
        .end(`cannot serve ${request.url} for ${request.headers.authorization}, tenant ${request.headers["x-tenant"]}`),
    );
    const door = doorTo({
      url: `${origin.replace("//", "//me:url-password@")}/base?sig=sig-in-url`,
      headers: { "x-tenant": "tenant-secret" },
    });
    const error = await failureOf(door.text({ path: "/x", query: { token: "query-secret", q: "up" } }));
    expect(error).toMatchObject({ code: "REJECTED", message: expect.stringContaining("cannot serve") });
    const shown = inspect(error, { depth: 10, showHidden: true });
    for (const secret of [
      "url-password",
      "sig-in-url",
      "tenant-secret",
      "query-secret",
      Buffer.from("me:url-password").toString("base64"),
    ])
      expect(shown).not.toContain(secret);
  });
  it("names not more than a few of many fields that do not fit", async () => {
    const { door } = await serving((_, response) => json(response, Array(50_000).fill("\u001b[31mno")));
    const error = await failureOf(door.json({}, z.array(z.number())));
    expect((error as Error).message.length).toBeLessThan(1_500);
    expect(inspect(error).length).toBeLessThan(20_000);
  });
  it("of a body that decompresses to more than the limit is a bad response, and soon", async () => {
    const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024));
    const { door } = await serving(
      (_, response) => void response.writeHead(200, { "content-encoding": "gzip" }).end(bomb),
    );
    expect(await failureOf(door.text({}))).toMatchObject({
      code: "BAD_RESPONSE",
      message: expect.stringContaining("more than 32768 KiB"),
    });
  });
  it("quotes one line of the body, and not much of it", async () => {
    const { door } = await serving((_, response) => response.writeHead(502).end(`<html>\n${"x".repeat(100_000)}`));
    const error = await failureOf(door.text({}));
    expect(error).toMatchObject({ code: "UNAVAILABLE", message: expect.stringContaining(": <html> xxx") });
    expect(String(error).length).toBeLessThan(500);
  });
  it.each([
    ["is truncated", '{"ok":tr', "it is not JSON"],
    ["is empty", "", "it is empty"],
    ["is a login page", "<html>Sign in</html>", "it is not JSON: <html>Sign in"],
    ["does not fit", '{"ok":"yes"}', "at ok"],
  ])("of JSON that %s is a bad response", async (_, body, why) => {
    const { door } = await serving((_request, response) => response.end(body));
    expect(await failureOf(door.json({}, Answer))).toMatchObject({
      code: "BAD_RESPONSE",
      message: expect.stringContaining(why),
      hint: expect.stringContaining("SHOPWATCH_URL"),
    });
  });
  it("of a broken compressed body is a bad response", async () => {
    const { door } = await serving((_, response) =>
      response.writeHead(200, { "content-encoding": "gzip" }).end("oops"),
    );
    expect(await failureOf(door.text({}))).toMatchObject({ code: "BAD_RESPONSE" });
  });
  it("of a body cut off by the connection is UNAVAILABLE", async () => {
    const { door } = await serving((_, response) =>
      response.writeHead(200, { "content-length": "100" }).write("begun", () => response.destroy()),
    );
    expect(await failureOf(door.text({}))).toMatchObject({ code: "UNAVAILABLE" });
  });
  it.each<[string, RequestListener]>([
    ["announced", (_, response) => void response.end("x".repeat(5000))],
    ["not announced", (_, response) => void (response.write("x".repeat(3000)), response.end("x".repeat(2000)))],
    [
      "compressed",
      (_, response) => void response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("x".repeat(5000))),
    ],
  ])("of a body larger than the cap, %s, is a bad response", async (_, answer) => {
    const { door } = await serving(answer, { maxBytes: 4096 });
    expect(await failureOf(door.text({}))).toMatchObject({
      code: "BAD_RESPONSE",
      message: expect.stringContaining("more than 4 KiB"),
    });
  });
  it.each<[string, RequestListener, Partial<HttpServer>, string]>([
    ["late headers", () => undefined, { timeouts: { headersMs: 50 } }, "no response headers within 50 ms"],
    [
      "a body that stalls",
      (_, response) => void response.write("begun"),
      { timeouts: { bodyMs: 50 } },
      "stopped sending its response for 50 ms",
    ],
    ["no answer in all", () => undefined, { timeouts: { totalMs: 50 } }, "did not answer within 50 ms"],
    [
      "a body without end",
      (_, response) => void setInterval(() => response.write(" "), 10).unref(),
      { timeouts: { totalMs: 80 } },
      "did not answer within 80 ms",
    ],
  ])("by %s is UNAVAILABLE and names the limit", async (_, answer, server, message) => {
    const { door } = await serving(answer, server);
    expect(await failureOf(door.text({}))).toMatchObject({
      code: "UNAVAILABLE",
      message: expect.stringContaining(message),
    });
  });
  it("by a server that is down is UNAVAILABLE and names the setting", async () => {
    const { door, stop } = await serving(() => undefined);
    await stop();
    expect(await failureOf(door.text({}))).toMatchObject({
      code: "UNAVAILABLE",
      message: expect.stringContaining("ECONNREFUSED"),
      hint: expect.stringContaining("SHOPWATCH_URL"),
    });
  });
  it("by the caller's own signal is the signal's reason", async () => {
    const { door } = await serving((_, response) => void response.write("begun"));
    const reason = new Error("enough");
    const stopped = new AbortController();
    const asking = door.text({ signal: stopped.signal });
    stopped.abort(reason);
    await expect(asking).rejects.toBe(reason);
    await expect(door.text({ signal: stopped.signal })).rejects.toBe(reason);
  });
  it("is read by the vendor's own rule first", async () => {
    const { door } = await serving((_, response) => response.writeHead(418).end("short and stout"), {
      refusal: ({ body }, place) => Object.assign(new Error(`${place}: ${body}`), { code: "CONFIG" }) as never,
    });
    expect(await failureOf(door.text({}))).toMatchObject({ message: expect.stringMatching(/base: short and stout$/) });
  });
});

describe("a redirect", () => {
  const moving =
    (to: string): RequestListener =>
    ({ url }, response) =>
      void (url === "/new" ? json(response, { ok: true }) : response.writeHead(302, { location: to }).end());

  it("within the host is followed, with the credentials", async () => {
    const { door, received } = await serving(moving("/new"), { auth: { kind: "bearer", token: "t-123456" } });
    expect(await door.json({ path: "/old" }, Answer)).toEqual({ ok: true });
    expect(received[1]?.headers.authorization).toBe("Bearer t-123456");
  });
  it("to another host is refused, or followed without the credentials where it is allowed", async () => {
    const other = await serveLocally((_, response) => json(response, { ok: true }));
    const server: Partial<HttpServer> = { auth: { kind: "bearer", token: "t-123456" } };
    const { door, origin } = await serving(moving(`${other.origin}/new`), server);
    expect(await failureOf(door.text({}))).toMatchObject({
      code: "REJECTED",
      message: expect.stringContaining(`to ${new URL(other.origin).host}, which is not allowed`),
    });
    expect(other.received).toEqual([]);
    const open = doorTo({ ...server, url: origin, allowsRedirect: () => true });
    expect(await open.json({ path: "/old" }, Answer)).toEqual({ ok: true });
    expect(other.received[0]?.headers.authorization).toBeUndefined();
  });
  it.each(["file:///etc/passwd", "http://["])("to %s is refused whatever is allowed", async (to) => {
    const { door } = await serving(moving(to), { allowsRedirect: () => true });
    expect(await failureOf(door.text({}))).toMatchObject({ code: "REJECTED" });
  });
  it("without end, or of a POST, is refused", async () => {
    const { door, received } = await serving(moving("/round"));
    expect(await failureOf(door.text({}))).toMatchObject({ message: expect.stringContaining("more than 3 times") });
    expect(received).toHaveLength(4);
    expect(await failureOf(door.text({ method: "POST", json: {} }))).toMatchObject({ code: "REJECTED" });
    expect(received).toHaveLength(5);
  });
});

describe("a retry", () => {
  const failingOnce = (refuse: (response: ServerResponse) => void) => {
    let count = 0;
    return serving((_, response) => ((count += 1) === 1 ? refuse(response) : json(response, { ok: true })));
  };
  it("is not made unless the request allows it", async () => {
    const { door, received } = await failingOnce((response) => void response.writeHead(503).end());
    expect(await failureOf(door.text({}))).toMatchObject({ code: "UNAVAILABLE" });
    expect(received).toHaveLength(1);
  });
  it.each<[string, (response: ServerResponse) => void]>([
    ["503", (response) => void response.writeHead(503).end()],
    ["429 with Retry-After", (response) => void response.writeHead(429, { "retry-after": "0" }).end()],
    ["a closed connection", (response) => void response.socket?.destroy()],
  ])("follows %s", async (_, refuse) => {
    const { door, received } = await failingOnce(refuse);
    expect(await door.json({ retry: { times: 1, on: "unavailable" } }, Answer)).toEqual({ ok: true });
    expect(received).toHaveLength(2);
  });
  it.each(["0", "Wed, 21 Oct 2015 07:28:00 GMT"])("pauses, though Retry-After is %s", async (after) => {
    const { door, received } = await serving(
      (_, response) => void response.writeHead(503, { "retry-after": after }).end(),
    );
    const started = performance.now();
    await failureOf(door.text({ retry: { times: 2, on: "unavailable" } }));
    expect(received).toHaveLength(3);
    expect(performance.now() - started).toBeGreaterThan(550);
  });
  it.each(["1000000000", "9".repeat(400)])("does not wait for Retry-After: %s", async (after) => {
    const { door, received } = await serving(
      (_, response) => void response.writeHead(429, { "retry-after": after }).end(),
    );
    const error = await failureOf(door.text({ retry: { times: 2, on: "unavailable" } }));
    expect(error).toMatchObject({ code: "UNAVAILABLE" });
    expect(Number.isFinite((error as { retryAfterMs: number }).retryAfterMs)).toBe(true);
    expect(received).toHaveLength(1);
  });
  it("is bounded, and waits no longer than it may", async () => {
    const { door, received } = await serving((_, response) => response.writeHead(503, { "retry-after": "60" }).end());
    expect(await failureOf(door.text({ retry: { times: 5, on: "unavailable" } }))).toMatchObject({
      retryAfterMs: 60_000,
    });
    expect(received).toHaveLength(1);
    const closing = await serving((_, response) => void response.socket?.destroy());
    await failureOf(closing.door.text({ retry: { times: 2, on: "closed" } }));
    expect(closing.received).toHaveLength(3);
  });
  it("of a closed connection does not follow a refusal", async () => {
    const { door, received } = await failingOnce((response) => void response.writeHead(503).end());
    await failureOf(door.text({ retry: { times: 1, on: "closed" } }));
    expect(received).toHaveLength(1);
  });
});

describe("TLS", () => {
  const file = (name: string): string => join(import.meta.dirname, "http/certificates", name);
  const pem = (name: string): Buffer => readFileSync(file(name));
  const server = { cert: pem("server.pem"), key: pem("server.key"), ca: pem("ca.pem"), requestCert: true };
  const serveTls = () =>
    serveLocally((_, response) => json(response, { ok: true }), { ...server, rejectUnauthorized: true });

  it("trusts the CA file and proves itself with the client certificate", async () => {
    const { origin } = await serveTls();
    const tls = { caFile: file("ca.pem"), certFile: file("client.pem"), keyFile: file("client.key") };
    expect(await doorTo({ url: origin, tls }).json({ path: "/" }, Answer)).toEqual({ ok: true });
  });
  it("refuses a server whose CA it does not know, and names the remedy", async () => {
    const { origin } = await serveTls();
    expect(await failureOf(doorTo({ url: origin }).text({}))).toMatchObject({
      code: "REJECTED",
      message: expect.stringContaining("an authority that is not trusted"),
      hint: expect.stringContaining("NODE_EXTRA_CA_CERTS"),
    });
  });
  it("is refused without a client certificate", async () => {
    const { origin } = await serveTls();
    const error = await failureOf(doorTo({ url: origin, tls: { caFile: file("ca.pem") } }).text({}));
    expect(error).toMatchObject({ name: "IncidentError" });
  });
  it.each([
    [{ caFile: "/nowhere/ca.pem" }, "caFile names /nowhere/ca.pem"],
    [{ certFile: "/nowhere/client.pem" }, "both certFile and keyFile"],
  ])("names the setting for %o", async (tls, message) => {
    expect(await failureOf(doorTo({ url: "https://127.0.0.1:1", tls }).text({}))).toMatchObject({
      code: "CONFIG",
      message: expect.stringContaining(message),
    });
  });
});

describe("a proxy", () => {
  const proxied = async (noProxy: string[] = []) => {
    const proxy = await serveLocally((_, response) => json(response, { ok: true }));
    return { proxy, settings: { http: proxy.origin, https: null, noProxy } };
  };
  it("is used for other hosts", async () => {
    const { proxy, settings } = await proxied();
    await doorTo({ url: "http://shop.invalid", proxy: settings }).json({ path: "/x" }, Answer);
    expect(proxy.received[0]?.url).toBe("http://shop.invalid/x");
  });
  it("is not used for loopback, nor for a host in NO_PROXY", async () => {
    const { proxy, settings } = await proxied([".invalid"]);
    const { origin } = await serveLocally((_, response) => json(response, { ok: true }));
    await doorTo({ url: origin, proxy: settings }).json({ path: "/x" }, Answer);
    expect(await failureOf(doorTo({ url: "http://shop.invalid", proxy: settings }).text({}))).toMatchObject({
      code: "UNAVAILABLE",
    });
    expect(proxy.received).toEqual([]);
  });
});

describe("the fetch for SDKs", () => {
  it("sends text and forms, and adds no credentials of its own", async () => {
    const bodies: string[] = [];
    const { door, origin, received } = await serving(
      async (request, response) => {
        bodies.push((await request.toArray()).map(String).join(""));
        json(response, { ok: true });
      },
      { auth: { kind: "bearer", token: "t-123456" } },
    );
    const form = new FormData();
    form.append("file", new Blob(["content"]), "a.txt");
    const headers = { authorization: "Bearer sdk" };
    expect(await (await door.fetch(`${origin}/v1`, { method: "POST", headers, body: "text" })).json()).toEqual({
      ok: true,
    });
    await door.fetch(new URL(`${origin}/v1`), { method: "POST", body: form });
    expect(received.map((request) => request.headers.authorization)).toEqual(["Bearer sdk", undefined]);
    expect(bodies).toEqual(["text", expect.stringContaining('filename="a.txt"')]);
  });
  it("does not follow a redirect to another host", async () => {
    const other = await serveLocally((_, response) => json(response, { ok: true }));
    const { door, origin } = await serving((_, response) =>
      response.writeHead(307, { location: `${other.origin}/v1` }).end(),
    );
    expect(await failureOf(door.fetch(origin))).toMatchObject({ code: "REJECTED" });
    expect(other.received).toEqual([]);
  });
});

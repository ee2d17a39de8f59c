import { createServer, type RequestListener } from "node:http";
import { type CryptoKey, decodeJwt, exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from "jose";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { browser } from "./browser.ts";
import { type OidcWorld, SECRET, signInByOidc, startOidcWorld } from "./oidc-server.ts";

type Forge = (claims: JWTPayload) => Promise<string> | string;

let world: OidcWorld;
let key: CryptoKey;
let otherKey: CryptoKey;
let forge: Forge | null = null;
let nowMs = Date.now();
beforeAll(async () => {
  const pair = await generateKeyPair("RS256", { extractable: true });
  key = pair.privateKey;
  otherKey = (await generateKeyPair("RS256")).privateKey;
  const jwk = { ...(await exportJWK(pair.privateKey)), use: "sig", alg: "RS256", kid: "k1" };
  world = await startOidcWorld({ inIdToken: true, jwks: { keys: [jwk] }, intercept: forged, now: () => nowMs });
});
afterAll(() => world.stop());
beforeEach(() => {
  nowMs += 60_000; // sign-ins from one address are limited
});

const signed = (claims: JWTPayload, by = key): Promise<string> =>
  new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: "k1" }).sign(by);

const without = (claims: JWTPayload, name: string): JWTPayload =>
  Object.fromEntries(Object.entries(claims).filter(([one]) => one !== name));

/** Replaces the ID token in the answer of the token endpoint. */
const forged =
  (next: RequestListener): RequestListener =>
  (request, response) => {
    if (forge === null || request.url !== "/token") return next(request, response);
    const end = response.end.bind(response);
    response.end = ((body: Buffer | string) => {
      const answer = JSON.parse(String(body)) as { id_token: string };
      void Promise.resolve(forge?.(decodeJwt(answer.id_token)) ?? "").then((token) => {
        const text = JSON.stringify({ ...answer, id_token: token });
        response.setHeader("content-length", Buffer.byteLength(text));
        end(text);
      });
      return response;
    }) as typeof response.end;
    return next(request, response);
  };

const SECONDS = () => Math.floor(Date.now() / 1_000);

it("takes a token that the provider signed", async () => {
  forge = (claims) => signed(claims);
  expect((await signInByOidc(browser(world.server.url), "ana", world)).answer.status).toBe(303);
});

it.each<[string, Forge]>([
  ["that has expired", (claims) => signed({ ...claims, iat: SECONDS() - 7_200, exp: SECONDS() - 3_600 })],
  ["that is valid only later", (claims) => signed({ ...claims, nbf: SECONDS() + 3_600 })],
  ["for another client", (claims) => signed({ ...claims, aud: "grafana" })],
  ["for several clients, from another one", (claims) => signed({ ...claims, aud: ["causeway", "x"], azp: "x" })],
  ["of another issuer", (claims) => signed({ ...claims, iss: "https://evil.example" })],
  ["without a nonce", (claims) => signed(without(claims, "nonce"))],
  ["without a subject", (claims) => signed(without(claims, "sub"))],
  ["with an empty subject", (claims) => signed({ ...claims, sub: "" })],
  ["with a subject of 10,000 characters", (claims) => signed({ ...claims, sub: "a".repeat(10_000) })],
  ["without a time of expiry", (claims) => signed(without(claims, "exp"))],
  ["signed with another key", (claims) => signed(claims, otherKey)],
  ["without a signature", (claims) => new UnsecuredJWT(claims).encode()],
  [
    "signed with the client's secret",
    (claims) => new SignJWT(claims).setProtectedHeader({ alg: "HS256" }).sign(new TextEncoder().encode(SECRET)),
  ],
  [
    "whose claims were changed after it was signed",
    async (claims) => {
      const [head, , signature] = (await signed(claims)).split(".");
      return [
        head,
        Buffer.from(JSON.stringify({ ...claims, groups: ["platform"] })).toString("base64url"),
        signature,
      ].join(".");
    },
  ],
  ["that is no token", () => "x.y.z"],
])("refuses an ID token %s", async (_, forgery) => {
  forge = forgery;
  const ana = browser(world.server.url);
  const { answer } = await signInByOidc(ana, "ana", world);
  expect([answer.status, ana.cookies.has("causeway-session")]).toEqual([502, false]);
  expect(answer.text).toContain("Shop login gave");
  forge = null;
});

it("does not follow a provider that names another issuer than the settings", async () => {
  const server = createServer((_, response) => {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ issuer: "https://evil.example", authorization_endpoint: "https://evil.example/a" }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const other = await startOidcWorld({
    intercept: () => (request, response) => server.emit("request", request, response),
  });
  const answer = await browser(other.server.url).open("/sign-in/oidc");
  expect([answer.status, answer.headers.get("location")]).toEqual([502, null]);
  await other.stop();
  await new Promise((resolve) => server.close(resolve));
});

import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Provider } from "oidc-provider";
import { startServer, type TestServer } from "../http/server.ts";
import { type Browser, browser } from "./browser.ts";

/** People at the provider: subject → claims. */
const ACCOUNTS: Readonly<Record<string, Record<string, unknown>>> = {
  ana: { name: "Ana Ruiz", groups: ["everyone", "sre"] },
  bo: { name: "Bo <img src=x onerror=alert(1)>", groups: ["everyone"] },
  cy: { name: "Cy", groups: ["visitors", "__proto__", "constructor"] },
  dee: { name: "Dee", groups: "platform" },
  eve: { name: "Ana Ruiz", groups: ["sre"] },
};
export const SECRET = "the-secret-of-causeway-at-the-provider";

export type OidcWorld = { server: TestServer; issuer: string; stopProvider(): Promise<void>; stop(): Promise<void> };
type WorldOptions = {
  /** Claims in the ID token, or only at the userinfo endpoint. */
  inIdToken?: boolean;
  /** What the client sends as its secret. */
  clientSecret?: string;
  settings?: object;
  /** The provider's signing keys, private; absent: its own. */
  jwks?: object;
  /** Sits in front of the provider. */
  intercept?: (next: RequestListener) => RequestListener;
  now?: () => number;
};

const listen = async (handler: () => RequestListener): Promise<Server> => {
  const server = createServer((request, response) => handler()(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
};
const closed = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

/** Causeway, and a real OpenID Connect provider (oidc-provider) that knows it. */
export async function startOidcWorld({
  inIdToken = false,
  clientSecret = SECRET,
  settings = {},
  jwks,
  intercept = (next) => next,
  now,
}: WorldOptions = {}): Promise<OidcWorld> {
  let handler: RequestListener = (_, response) => response.writeHead(503).end();
  const front = await listen(() => handler);
  const issuer = `http://127.0.0.1:${(front.address() as AddressInfo).port}`;
  const server = await startServer({
    demo: true,
    env: { CAUSEWAY_OIDC_CLIENT_SECRET: clientSecret },
    settings: {
      web: {
        oidc: {
          issuer,
          clientId: "causeway",
          scopes: ["openid", "profile", "groups"],
          roles: { sre: "approve", everyone: "read", platform: "admin" },
          label: "Shop login",
        },
      },
      ...settings,
    },
    ...(now === undefined ? {} : { now }),
  });
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: "causeway",
        client_secret: SECRET,
        redirect_uris: [`${server.url}/sign-in/oidc/callback`],
        post_logout_redirect_uris: [`${server.url}/sign-in`],
      },
    ],
    claims: { openid: ["sub"], profile: ["name"], groups: ["groups"] },
    scopes: ["openid", "profile", "groups"],
    ...(jwks === undefined ? {} : { jwks }),
    conformIdTokenClaims: !inIdToken,
    cookies: { keys: ["test"] },
    findAccount: async (_, id) =>
      Object.hasOwn(ACCOUNTS, id) ? { accountId: id, claims: () => ({ sub: id, ...ACCOUNTS[id] }) } : undefined,
  });
  handler = intercept(provider.callback());
  const stopProvider = () => closed(front);
  return {
    server,
    issuer,
    stopProvider,
    async stop() {
      await stopProvider();
      await server.stop();
    },
  };
}

/** Walks through the provider's own pages as a person does. @returns the address to which it sends the browser */
export async function signInAtProvider(from: string, login: string, there: Browser): Promise<string> {
  let answer = await there.open(from);
  for (let steps = 0; steps < 12; steps += 1) {
    const to = answer.headers.get("location");
    if (to !== null && new URL(to, from).origin !== new URL(from).origin) return to;
    if (to !== null) answer = await there.open(new URL(to, from).href);
    else {
      const [, action = ""] = /<form[^>]*action="([^"]+)"/.exec(answer.text) ?? [];
      const [, prompt = ""] = /name="prompt" value="(\w+)"/.exec(answer.text) ?? [];
      if (action === "")
        throw new Error(`the provider shows no form: HTTP ${answer.status} ${answer.text.slice(0, 300)}`);
      answer = await there.post(action, { prompt, login, password: "any" });
    }
  }
  throw new Error("the provider goes round in circles");
}

/** Signs in at Causeway by way of the provider. @returns the last answer of Causeway */
export async function signInByOidc(here: Browser, login: string, { server, issuer }: OidcWorld, to = "/") {
  const begun = await here.open(`/sign-in/oidc?to=${encodeURIComponent(to)}`);
  const back = await signInAtProvider(begun.headers.get("location") ?? "", login, browser(issuer));
  return { back, answer: await here.open(back.slice(server.url.length)) };
}

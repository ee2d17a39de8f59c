import type { Context } from "hono";
import type { IdentityProvider } from "../../domain/identity-provider.ts";
import type { AppEnv } from "../../http/app-env.ts";
import type { Surface } from "../../http/surface.ts";
import type { SessionGrounds, SignedInPerson } from "../../service/web-sessions.ts";
import type { PageCookies } from "./cookies.ts";

/** What the routes of signing in need besides what all pages need. `isSecure`: the browser came by https. */
export type SignInParts = Pick<Surface, "service" | "access" | "clientOf" | "log" | "now"> & {
  cookies: PageCookies;
  grounds: SessionGrounds;
  provider: IdentityProvider | null;
  isSecure(c: Context<AppEnv>): boolean;
  publicUrl: string | null;
};

/** Starts a session, and gives the browser its secret. One that the browser had before ends. */
export async function startSession(
  c: Context<AppEnv>,
  { service, cookies, grounds, log, clientOf }: SignInParts,
  person: SignedInPerson,
): Promise<void> {
  const { session, token } = await service.sessions.open(person, {
    ...grounds,
    client: c.req.header("user-agent") ?? "",
    earlierToken: cookies.session.read(c),
  });
  cookies.session.write(c, token);
  cookies.visitor.clear(c);
  log.info(
    { sessionId: session.id, by: session.name, personId: session.personId, from: clientOf(c).address },
    "signed in",
  );
}

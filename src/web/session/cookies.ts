import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { AppEnv } from "../../http/app-env.ts";

export type PageCookie = {
  read(c: Context<AppEnv>): string | null;
  /** @param seconds how long the browser keeps it; absent: until it is closed. */
  write(c: Context<AppEnv>, value: string, seconds?: number): void;
  clear(c: Context<AppEnv>): void;
};

/** `session`: the secret of a session. `visitor`: of a browser without one. `attempt`: of a sign-in in progress. */
export type PageCookies = Record<"session" | "visitor" | "attempt", PageCookie>;

/**
 * Cookies that scripts cannot read and other sites cannot send with a form. Over https they are for https only, and
 * their `__Host-` prefix keeps subdomains from setting them.
 *
 * @param isSecure whether the browser reached this server by https.
 * @see RFC 6265bis, 4.1.3.2
 */
export function pageCookies(isSecure: (c: Context<AppEnv>) => boolean): PageCookies {
  const prefixOf = (c: Context<AppEnv>) => (isSecure(c) ? ({ prefix: "host" } as const) : {});
  const cookie = (name: string): PageCookie => {
    return {
      // Over https a cookie without the prefix is not looked at: anybody on the network may have set it.
      read: (c) => (isSecure(c) ? getCookie(c, name, "host") : getCookie(c, name)) || null,
      write: (c, value, seconds) =>
        setCookie(c, name, value, {
          path: "/",
          httpOnly: true,
          sameSite: "Lax",
          secure: isSecure(c),
          ...prefixOf(c),
          ...(seconds === undefined ? {} : { maxAge: seconds }),
        }),
      clear: (c) => void deleteCookie(c, name, { path: "/", secure: isSecure(c), ...prefixOf(c) }),
    };
  };
  return {
    session: cookie("causeway-session"),
    visitor: cookie("causeway-visitor"),
    attempt: cookie("causeway-sign-in"),
  };
}

import { setCookie } from "hono/cookie";
import { ownPath } from "../own-path.ts";
import { THEME_COOKIE, THEMES } from "../page-context.ts";
import type { Pages } from "../pages.ts";

const YEAR_SECONDS = 365 * 24 * 3_600;

/** The choice of light or dark. It changes nothing but a cookie of this browser, so it needs no user. */
export function addThemeRoutes({ app, takeFromAnybody }: Pages): void {
  app.post("/theme", async (c) => {
    const { form } = await takeFromAnybody(c);
    const theme = THEMES.find((one) => one === form.get("theme")) ?? "auto";
    setCookie(c, THEME_COOKIE, theme, { path: "/", maxAge: YEAR_SECONDS, sameSite: "Lax", httpOnly: true });
    return c.redirect(ownPath(form.get("back")), 303);
  });
}

import type { Context } from "hono";
import { getCookie } from "hono/cookie";
import type { AppEnv } from "../http/app-env.ts";
import type { WebVisit } from "./page-door.ts";
import type { StaticFiles } from "./static-files.ts";

/** `auto` follows the system. */
export const THEMES = ["auto", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

/** What every page needs besides its content. */
export type PageContext = WebVisit & {
  files: StaticFiles;
  theme: Theme;
  /** The path and the query of this page, to come back to. */
  here: string;
  /** Unix milliseconds. */
  nowMs: number;
};

export const THEME_COOKIE = "causeway_theme";

export function themeOf(c: Context<AppEnv>): Theme {
  const chosen = getCookie(c, THEME_COOKIE);
  return THEMES.find((theme) => theme === chosen) ?? "auto";
}

/** The path and the query of a request. */
export function hereOf(c: Context<AppEnv>): string {
  const { pathname, search } = new URL(c.req.url);
  return pathname + search;
}

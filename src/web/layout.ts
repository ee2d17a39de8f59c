import { html } from "hono/html";
import { type Markup, NOTHING, shown } from "./html.ts";
import { type PageContext, THEMES } from "./page-context.ts";
import type { StaticName } from "./static-files.ts";

export type PageContent = {
  title: string;
  /** The entry of the navigation that this page belongs to. */
  section: NavSection | null;
  main: Markup;
  /** Scripts and styles besides those of every page. */
  needs?: readonly StaticName[];
  /** Whether the keys of `page.js` move through a list here. */
  hasKeys?: boolean;
  /** Loads the page again after this time, in browsers without scripts: with them, events say when. */
  refreshSeconds?: number;
};

const SECTIONS = [
  { id: "incidents", path: "/", label: "Incidents" },
  { id: "try", path: "/try", label: "Try it" },
  { id: "sources", path: "/sources", label: "Sources" },
] as const;
export type NavSection = (typeof SECTIONS)[number]["id"];

const KEYS = html`<span class="keys"
  >Keys: <kbd>/</kbd> search, <kbd>j</kbd> <kbd>k</kbd> next and previous, <kbd>Enter</kbd> open</span
>`;

/** A whole page. Reads well without a script or a style: headings, links, lists and forms. */
export function layout(
  context: PageContext,
  { title, section, main, needs = [], hasKeys = false, refreshSeconds }: PageContent,
): Markup {
  const { files, theme } = context;
  const style = (name: StaticName) => html`<link rel="stylesheet" href="${files.path(name)}" />`;
  const script = (name: StaticName) => html`<script src="${files.path(name)}" defer></script>`;
  return html`<!doctype html>
    <html lang="en" data-theme="${theme}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="${theme === "auto" ? "light dark" : theme}" />
        <title>${title} · Causeway</title>
        ${
          refreshSeconds === undefined
            ? NOTHING
            : html`<noscript><meta http-equiv="refresh" content="${refreshSeconds}" /></noscript>`
        }
        <link rel="icon" href="${files.path("favicon.svg")}" type="image/svg+xml" />
        ${needs.filter((name) => name.endsWith(".css")).map(style)} ${style("page.css")}
        ${needs.filter((name) => name.endsWith(".js")).map(script)} ${script("page.js")}
      </head>
      <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header class="top">
          <a class="brand" href="/">Causeway</a>
          <nav aria-label="Pages">
            ${SECTIONS.map(
              ({ id, path, label }) =>
                html`<a href="${path}" ${section === id ? html`aria-current="page"` : NOTHING}>${label}</a>`,
            )}
          </nav>
          ${userPart(context)}
        </header>
        <main id="main" tabindex="-1">${main}</main>
        <footer class="foot">
          <span>All times are UTC.</span>
          <a href="/docs">API</a>
          ${hasKeys ? KEYS : NOTHING} ${themeForm(context)}
        </footer>
      </body>
    </html>`;
}

/** Who is signed in. */
function userPart({ user, csrfField, here }: PageContext): Markup {
  if (user.id === "")
    return html`<div class="user"><a href="/sign-in?to=${encodeURIComponent(here)}">Sign in</a></div>`;
  if (user.sessionId === null)
    return html`<div class="user"><a href="/sign-in">No sign-in: this machine only</a></div>`;
  return html`<div class="user">
    <a href="/sessions">${shown(user.name, 80)}</a>
    <form method="post" action="/sign-out">${csrfField}<button class="quiet">Sign out</button></form>
  </div>`;
}

/** The choice of light or dark, as a form: it works without a script. */
const themeForm = ({ theme, here, csrfField }: PageContext): Markup =>
  html`<form class="themes" method="post" action="/theme">
    ${csrfField}<input type="hidden" name="back" value="${here}" />
    <span id="theme-label">Colours</span>
    <span role="group" aria-labelledby="theme-label"
      >${THEMES.map(
        (one) =>
          html`<button class="quiet" name="theme" value="${one}" aria-pressed="${String(one === theme)}">
            ${one}
          </button>`,
      )}</span
    >
  </form>`;

import { html, raw } from "hono/html";
import { NAV } from "./nav.ts";

export type SitePage = { title: string; content: string; path: string };
/** `titles`: of every page, by path. */
export type SiteFrame = { titles: ReadonlyMap<string, string>; decisions: readonly string[] };

/** A whole page: navigation on the left, the text beside it. Reads without a script. */
export function pageOf({ title, content, path }: SitePage, { titles, decisions }: SiteFrame): string {
  const up = "../".repeat(path.split("/").length - 1);
  const link = (to: string) =>
    html`<li>
      <a href="${up}${to}.html" ${raw(to === path ? 'aria-current="page"' : "")}>${titles.get(to) ?? to}</a>
    </li>`;
  return `<!doctype html>\n${String(
    html`<html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · Causeway</title>
        <link rel="stylesheet" href="${up}site.css" />
      </head>
      <body>
        <a class="skip" href="#text">Skip to the text</a>
        <a class="to-pages" href="#pages">Causeway: all pages</a>
        <nav id="pages" aria-label="Pages">
          <p class="brand"><a href="${up}index.html">Causeway</a></p>
          ${NAV.map(
            (group) =>
              html`<h2>${group.title}</h2>
                <ul>
                  ${group.pages.map(link)}
                </ul>`,
          )}
          <h2>Project</h2>
          <ul>
            ${["map", "changelog", "contributing"].map(link)}
          </ul>
          <details ${raw(path.startsWith("decisions/") ? "open" : "")}>
            <summary>Decisions</summary>
            <ul>
              ${decisions.map(link)}
            </ul>
          </details>
        </nav>
        <main id="text">${raw(content)}</main>
      </body>
    </html>`,
  )}\n`;
}

import { posix } from "node:path";
import type MarkdownIt from "markdown-it";
import { drawSvg, mermaidDrawing } from "./draw.ts";

/** The id of a heading as GitHub makes it, so that links between pages work in both places. */
export const headingId = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(" ", "-");

type Tokens = ReturnType<MarkdownIt["parse"]>;

/**
 * Makes Markdown that was written for GitHub fit a site: headings get ids, links to pages end with `.html`, links to
 * other files of the repository become plain text, and mermaid drawings become SVG.
 *
 * @param siteAddress the address in the site of a file of the repository; null if it is no page.
 */
export function fitForSite(
  markdown: MarkdownIt,
  siteAddress: (file: string) => string | null,
  fileOf: (env: unknown) => string,
): void {
  markdown.core.ruler.push("site", ({ tokens, env }: { tokens: Tokens; env: unknown }) => {
    const seen = new Map<string, number>();
    for (const [at, token] of tokens.entries()) {
      if (token.type === "heading_open") {
        const id = headingId((tokens[at + 1]?.children ?? []).map(({ content }) => content).join(""));
        const count = seen.get(id) ?? 0;
        seen.set(id, count + 1);
        token.attrSet("id", count === 0 ? id : `${id}-${count}`);
      }
      for (const [place, child] of (token.children ?? []).entries())
        if (child.type === "link_open") fitLink(child, token.children ?? [], place, fileOf(env), siteAddress);
    }
  });
  const fence = markdown.renderer.rules.fence;
  markdown.renderer.rules.fence = (tokens, at, options, env, self) => {
    const token = tokens[at];
    return token?.info.trim() === "mermaid"
      ? drawSvg(mermaidDrawing(token.content))
      : (fence?.(tokens, at, options, env, self) ?? "");
  };
}

function fitLink(
  token: Tokens[number],
  all: Tokens,
  place: number,
  file: string,
  siteAddress: (file: string) => string | null,
): void {
  const href = String(token.attrGet("href") ?? "");
  if (href === "" || href.startsWith("#") || /^[a-z]+:/.test(href)) return;
  const [path = "", hash] = href.split("#");
  const target = posix.normalize(posix.join(posix.dirname(file), path));
  const address = siteAddress(target);
  if (address !== null) {
    const here = siteAddress(file) ?? "index.html";
    token.attrSet("href", posix.relative(posix.dirname(here), address) + (hash === undefined ? "" : `#${hash}`));
    return;
  }
  token.tag = "span";
  token.attrs = [["title", `${target} in the repository`]];
  const close = all.slice(place).find(({ type }) => type === "link_close");
  if (close !== undefined) close.tag = "span";
}

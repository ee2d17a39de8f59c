import { neutral } from "../../render/neutral.ts";

/**
 * Text that is HTML already. Only the functions of this file make it, so no text of others gets into a page unescaped.
 */
export type Html = { readonly html: string };

/** Of one text on the page. */
const MAX_TEXT = 1500;
const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
const escaped = (text: string): string =>
  neutral(text, MAX_TEXT).replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? "");

type Part = Html | string | number | readonly Html[];

const htmlOf = (part: Part): string => {
  if (typeof part === "string") return escaped(part);
  if (typeof part === "number") return String(part);
  return "html" in part ? part.html : part.map(({ html }) => html).join("");
};

/** A template whose values are escaped, unless they are HTML. */
export const html = (texts: TemplateStringsArray, ...parts: readonly Part[]): Html => ({
  html: texts.map((text, at) => text + (at < parts.length ? htmlOf(parts[at] ?? "") : "")).join(""),
});

export const NOTHING: Html = { html: "" };

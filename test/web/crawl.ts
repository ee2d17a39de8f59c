import { type Browser, elementsOf } from "./browser.ts";

export type CrawledPage = { path: string; status: number; type: string; text: string };

/** Paths that end the visit, or are not pages of this surface. */
const NOT_FOLLOWED = /^\/(?:docs|openapi\.json|sign-in|sign-out|assets)/;

/** Opens every page that links lead to, as a person would who follows each of them. */
export async function crawl(one: Browser, starts: readonly string[], limit: number): Promise<CrawledPage[]> {
  const known = new Set(starts);
  const pages: CrawledPage[] = [];
  for (const path of known) {
    if (pages.length >= limit) break;
    const { status, headers, text } = await one.open(path);
    const type = headers.get("content-type") ?? "";
    pages.push({ path, status, type, text });
    const to = headers.get("location");
    const links = type.startsWith("text/html") ? elementsOf(text).map(({ attribs }) => attribs.href ?? "") : [];
    for (const link of [...links, to ?? ""]) {
      const url = URL.canParse(link, "http://here") && link !== "" ? new URL(link, `http://here${path}`) : null;
      if (url?.origin === "http://here" && !NOT_FOLLOWED.test(url.pathname)) known.add(url.pathname + url.search);
    }
  }
  return pages;
}

/** Elements that have no place on a page, whatever they hold. */
const FORBIDDEN = [
  "iframe",
  "object",
  "embed",
  "base",
  "style",
  "template",
  "math",
  "marquee",
  "foreignobject",
  "use",
  "animate",
  "set",
  "video",
  "audio",
  "applet",
  "frame",
];
const ADDRESS = new Set([
  "href",
  "src",
  "action",
  "formaction",
  "xlink:href",
  "data",
  "poster",
  "srcset",
  "cite",
  "ping",
  "background",
]);

/** What is wrong with a page: anything that runs, loads from elsewhere or leads to a script. */
export function troubleIn(html: string): string[] {
  return elementsOf(html).flatMap(({ name, attribs }) => [
    ...(FORBIDDEN.includes(name.toLowerCase()) ? [`<${name}>`] : []),
    ...(name === "script" && !/^\/assets\/[\w.-]+$/.test(attribs.src ?? "") ? ["<script> of somebody else"] : []),
    ...(name === "link" && !/^\/assets\/[\w.-]+$/.test(attribs.href ?? "") ? ["<link> to elsewhere"] : []),
    ...(name === "meta" && "http-equiv" in attribs && !isReload(attribs) ? ["<meta http-equiv>"] : []),
    ...(/^[a-z][a-z0-9]*$/i.test(name) || name === "!doctype" ? [] : [`element ${name}`]),
    ...Object.entries(attribs).flatMap(([attribute, value]) => attributeTrouble(name, attribute, value)),
  ]);
}

/** A page that loads itself again, and no other. */
const isReload = (attribs: Record<string, string>): boolean =>
  attribs["http-equiv"] === "refresh" && /^\d{1,3}$/.test(attribs.content ?? "");

const words = (text: string): Set<string> => new Set(text.split(/\s+/));
/** Attributes that pages use. A text that breaks out of its place adds others. */
const PLAIN = words(`accept action alt autocomplete charset checked class cols colspan content datetime defer disabled
  download enctype for height href http-equiv id lang max maxlength method min minlength multiple name open pattern placeholder rel
  required role rows rowspan scope selected spellcheck src step target title type value width`);
const PLAIN_NAMES = /^(?:aria|data|hx)-[a-z-]+$/;
const SVG = words(`svg g path rect line circle ellipse polyline polygon text tspan title desc defs marker clippath`);
const SVG_PLAIN = words(`xmlns viewbox preserveaspectratio x y x1 y1 x2 y2 dx dy cx cy r rx ry d points transform
  text-anchor dominant-baseline markerwidth markerheight refx refy orient marker-start marker-end pathlength clip-path
  focusable`);

function isPlain(element: string, attribute: string, value: string): boolean {
  if (attribute === "tabindex") return value === "-1" || value === "0";
  if (PLAIN.has(attribute) || PLAIN_NAMES.test(attribute) || element === "!doctype") return true;
  return SVG.has(element.toLowerCase()) && SVG_PLAIN.has(attribute);
}

function attributeTrouble(element: string, attribute: string, value: string): string[] {
  const lower = attribute.toLowerCase();
  if (/^on|^(?:data-)?hx-on|^style$|^srcdoc$|^is$/.test(lower)) return [`<${element} ${attribute}>`];
  if (!/^[a-z][a-z0-9:-]*$/.test(lower)) return [`<${element}> with the attribute ${JSON.stringify(attribute)}`];
  if (/^(?:data-)?hx-(?:vals|headers|vars)$/.test(lower) && /^\s*(?:js|javascript):/i.test(value))
    return [`<${element} ${attribute}> that runs`];
  if (!isPlain(element, lower, value)) return [`<${element} ${attribute}=${JSON.stringify(value.slice(0, 60))}>`];
  if (!ADDRESS.has(lower) || value.startsWith("#")) return [];
  // as a browser reads it: without control characters at the ends, tabs and line breaks
  const read = value.replaceAll(/[\t\n\r]/g, "").trimStart();
  if (/^\/(?![/\\])/.test(read) || read.startsWith("?")) return [];
  const isOutwardLink = element === "a" && lower === "href" && /^https?:\/\//i.test(read);
  return isOutwardLink ? [] : [`<${element} ${attribute}=${JSON.stringify(value.slice(0, 60))}>`];
}

import { redactSecrets } from "../domain/redact.ts";
import { isoTime, type TimeWindow } from "../domain/time.ts";
import { percentEncoded, webAddress } from "../domain/web-address.ts";

/**
 * Templates of the pages of one source. `query`: shows the result of a query. `trace`: shows one trace. Null: the page
 * of the server itself, if it has one.
 */
export type PageTemplates = { query: string | null; trace: string | null };
export const NO_PAGES: PageTemplates = { query: null, trace: null };

/** What a template may name. `service`: the first entity of the query. */
export type PageValues = { range: TimeWindow; query?: string; service?: string; traceId?: string };

/**
 * The names of placeholders. With `Json` or `Rison` behind it, a value is escaped for inside a string of that notation.
 */
export const PAGE_PLACEHOLDERS = [
  "query",
  "service",
  "trace_id",
  "from",
  "to",
  "fromIso",
  "toIso",
  "seconds",
  "startMs",
  "endMs",
] as const;
const PLACEHOLDER = new RegExp(String.raw`\{(${PAGE_PLACEHOLDERS.join("|")})(Json|Rison)?\}`, "g");

/** Separates the parts of a template: the places in it, and the address with each place as `x`. */
export const templateParts = (template: string): { names: string[]; probe: string; before: string } => ({
  names: [...template.matchAll(PLACEHOLDER)].map(([, name = ""]) => name),
  probe: template.replaceAll(PLACEHOLDER, "x"),
  before: template.slice(0, Math.max(0, template.search(PLACEHOLDER))),
});

/**
 * Fills a template of a page. Every value is percent-encoded, so that text from logs, alerts and labels can change
 * neither the server nor the path nor another parameter; secrets in it are masked. Null if the template names a trace
 * that is not known, or if the address would be no link that is safe to show.
 */
export function filledPage(template: string, values: PageValues): string | null {
  const { range } = values;
  const known: Readonly<Record<string, string | undefined>> = {
    query: values.query === undefined ? "" : redactSecrets(values.query),
    service: values.service === undefined ? "" : redactSecrets(values.service),
    trace_id: values.traceId,
    from: String(Math.floor(range.startMs)),
    to: String(Math.ceil(range.endMs)),
    fromIso: isoTime(range.startMs),
    toIso: isoTime(range.endMs),
    seconds: String(Math.max(1, Math.round((range.endMs - range.startMs) / 1_000))),
    startMs: String(Math.floor(range.startMs)),
    endMs: String(Math.ceil(range.endMs)),
  };
  let isWhole = true;
  const address = template.replaceAll(PLACEHOLDER, (_, name: string, notation?: string) => {
    const value = known[name];
    // `..` in a path leads to another page, encoded or not
    if (value === undefined || /^\.{1,2}$/.test(value)) isWhole = false;
    return encoded(escaped(value ?? "", notation));
  });
  return isWhole ? webAddress(address) : null;
}

function escaped(value: string, notation: string | undefined): string {
  if (notation === "Json") return JSON.stringify(value).slice(1, -1);
  return notation === "Rison" ? value.replaceAll(/[!']/g, "!$&") : value;
}

const encoded = (value: string): string =>
  encodeURIComponent(value.toWellFormed()).replaceAll(/[!'()*]/g, percentEncoded);

/** The address of a server, for links: without user info, parameters and a slash at its end. */
export function pageBase(url: string): string {
  const page = new URL(url);
  [page.username, page.password, page.search, page.hash] = ["", "", "", ""];
  return page.href.replace(/\/+$/, "");
}

/** The page of a query: by the template of the configuration, else by the server's own. */
export function queryPage({ query }: PageTemplates, own: string | null, values: PageValues): string | null {
  const template = query ?? own;
  return template === null ? null : filledPage(template, values);
}

/** The page of one trace; null unless the id has the form of one. */
export function tracePage({ trace }: PageTemplates, own: string | null, values: PageValues): string | null {
  const template = trace ?? own;
  if (template === null || !/^[0-9a-f]{1,32}$/i.test(values.traceId ?? "")) return null;
  return filledPage(template, values);
}

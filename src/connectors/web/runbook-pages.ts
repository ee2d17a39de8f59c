import { IncidentError } from "../../domain/errors.ts";
import type { RunbookPageSource } from "../../domain/ports.ts";
import { openHttpDoor } from "../http.ts";
import type { ProxySettings } from "../http/proxy.ts";
import type { HttpAnswer } from "../http/types.ts";
import { allowedAddress } from "./allowed-address.ts";

/** A runbook that a person reads at night is far shorter. */
const MAX_BYTES = 1024 * 1024;
const TIMEOUT_MS = 5_000;
const TEXT_TYPES = ["text/markdown", "text/x-markdown", "text/plain"];
const HTML_TYPES = ["text/html", "application/xhtml+xml"];
const ACCEPT = [...TEXT_TYPES, ...HTML_TYPES.map((type) => `${type};q=0.5`)].join(", ");
const HINT =
  "Open the page by hand from this machine. `runbooks.urls` in config.yaml lists the addresses that may be read.";

/**
 * Reads runbooks from web pages: Markdown, plain text, or HTML, which becomes Markdown. It reads only below the given
 * prefixes, and follows a redirect only when its target lies below one of them.
 *
 * @param prefixes http(s) addresses without user info, query or fragment; none allows nothing.
 * @param options `timeoutMs`: for one page, redirects included.
 */
export function runbookPages(
  prefixes: readonly string[],
  { timeoutMs = TIMEOUT_MS, proxy = null }: { timeoutMs?: number; proxy?: ProxySettings | null } = {},
): RunbookPageSource {
  const allowed = (address: string): string | null => allowedAddress(address, prefixes)?.href ?? null;
  const http = openHttpDoor({
    url: null,
    label: "its server",
    settings: { address: "`runbooks.urls` in config.yaml" },
    proxy,
    timeouts: { connectMs: timeoutMs, headersMs: timeoutMs, bodyMs: timeoutMs, totalMs: timeoutMs },
    maxBytes: MAX_BYTES,
    allowsRedirect: (to) => allowed(to.href) !== null,
  });

  return {
    allowed,
    async fetchPage(address, signal) {
      const url = allowed(address);
      if (url === null)
        throw new IncidentError("REJECTED", "its address is not below any prefix in `runbooks.urls`", { hint: HINT });
      const text = await textOf(await http.send({ url, headers: { accept: ACCEPT }, signal }));
      return text === null ? null : { url, text };
    },
  };
}

/** The text of a page; null when the page does not exist. */
async function textOf(answer: HttpAnswer): Promise<string | null> {
  const { status, headers } = answer;
  const type = (headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  const problem = problemWith(status, type);
  if (problem !== null) answer.discard();
  if (status === 404 || status === 410) return null;
  if (problem !== null)
    throw new IncidentError(status === 429 || status >= 500 ? "UNAVAILABLE" : "BAD_RESPONSE", problem, { hint: HINT });
  const text = decoded(await answer.bytes());
  if (!HTML_TYPES.includes(type)) return text;
  const { htmlText } = await import("./html-text.ts"); // loads its parser only when a page needs it
  const markdown = htmlText(text);
  if (markdown !== "") return markdown;
  throw new IncidentError("BAD_RESPONSE", "its HTML holds no text without its scripts", { hint: HINT });
}

function problemWith(status: number, type: string): string | null {
  if (status !== 200) return `HTTP ${status}`;
  if (TEXT_TYPES.includes(type) || HTML_TYPES.includes(type)) return null;
  return `its content type is ${type === "" ? "missing" : type.slice(0, 80)}; Causeway reads Markdown, text and HTML`;
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new IncidentError("BAD_RESPONSE", "it is not UTF-8 text", { hint: HINT, cause });
  }
}

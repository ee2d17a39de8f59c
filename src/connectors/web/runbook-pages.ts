import { IncidentError } from "../../domain/errors.ts";
import type { RunbookPageSource } from "../../domain/ports.ts";
import { allowedAddress } from "./allowed-address.ts";

/** A page that a person reads at night is far shorter. */
const MAX_BYTES = 1024 * 1024;
const MAX_REDIRECTIONS = 3;
const TIMEOUT_MS = 5_000;
/** What is text as it stands. */
const TEXTS = ["text/markdown", "text/x-markdown", "text/plain"];
const HTML = ["text/html", "application/xhtml+xml"];
const ACCEPT = [...TEXTS, ...HTML.map((type) => `${type};q=0.5`)].join(", ");
const HINT = "Open it from this machine by hand; `runbooks.urls` of the configuration says what is read.";

/**
 * Runbooks on web pages (Markdown, plain text, or HTML, which is told as Markdown) from below the given prefixes and nowhere else: what a redirection leads to
 * is held against them as well.
 *
 * @param prefixes http(s) addresses without user info, query and fragment; none allows nothing.
 * @param options `timeoutMs`: for all of one page, redirections included.
 */
export function runbookPages(
  prefixes: readonly string[],
  { timeoutMs = TIMEOUT_MS }: { timeoutMs?: number } = {},
): RunbookPageSource {
  const allowed = (address: string): string | null => allowedAddress(address, prefixes)?.href ?? null;

  /** Asks for one page, which may be elsewhere: within what is allowed. */
  async function ask(address: string, signal: AbortSignal): Promise<Response> {
    let at = address;
    for (let hops = 0; hops <= MAX_REDIRECTIONS; hops += 1) {
      const response = await fetch(at, { redirect: "manual", signal, headers: { accept: ACCEPT } });
      const to = response.headers.get("location");
      if (response.status < 300 || response.status > 399 || to === null) return response;
      await response.body?.cancel();
      const next = URL.canParse(to, at) ? allowed(new URL(to, at).href) : null;
      if (next === null)
        throw new IncidentError("REJECTED", "it redirects to where runbooks may not be read from", { hint: HINT });
      at = next;
    }
    throw new IncidentError("REJECTED", `it redirects more than ${MAX_REDIRECTIONS} times`, { hint: HINT });
  }

  return {
    allowed,
    async fetchPage(address, signal) {
      const url = allowed(address);
      if (url === null)
        throw new IncidentError("REJECTED", "its address is not one that runbooks may be read from", { hint: HINT });
      const deadline = AbortSignal.timeout(timeoutMs);
      try {
        const response = await ask(url, signal === undefined ? deadline : AbortSignal.any([signal, deadline]));
        const text = await textOf(response);
        return text === null ? null : { url, text };
      } catch (cause) {
        signal?.throwIfAborted(); // our caller gave up: not the server's fault
        if (cause instanceof IncidentError) throw cause;
        throw new IncidentError(
          "UNAVAILABLE",
          deadline.aborted ? `no answer within ${timeoutMs} ms` : "its server cannot be reached",
          { hint: HINT, cause },
        );
      }
    },
  };
}

/** The text of an answer; null where nothing is there. Whatever is not read is called off. */
async function textOf(response: Response): Promise<string | null> {
  const { status, headers, body } = response;
  const type = (headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  const why = refusal(status, type);
  if (why !== null) await body?.cancel();
  if (status === 404 || status === 410) return null;
  if (why !== null)
    throw new IncidentError(status === 429 || status >= 500 ? "UNAVAILABLE" : "BAD_RESPONSE", why, { hint: HINT });
  const text = decoded(await bytesOf(response));
  if (!HTML.includes(type)) return text;
  const { htmlText } = await import("./html-text.ts"); // its parser is loaded where a page needs it
  const told = htmlText(text);
  if (told === "") throw new IncidentError("BAD_RESPONSE", "its HTML says nothing without its scripts", { hint: HINT });
  return told;
}

function refusal(status: number, type: string): string | null {
  if (status !== 200) return `HTTP ${status}`;
  if (TEXTS.includes(type) || HTML.includes(type)) return null;
  return `it is ${type === "" ? "of no stated type" : type.slice(0, 80)}; Markdown, plain text and HTML are read`;
}

async function bytesOf({ body }: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES)
      throw new IncidentError("BAD_RESPONSE", `it is longer than ${MAX_BYTES / 1024} KiB`, { hint: HINT });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new IncidentError("BAD_RESPONSE", "it is not UTF-8 text", { hint: HINT, cause });
  }
}

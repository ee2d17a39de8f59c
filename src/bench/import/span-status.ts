import { sampleOf } from "./times.ts";

/**
 * The status of a span, from a word (OK, Error, true for success) or a number: an HTTP status, or one of gRPC, which
 * ends at 16. A client's mistake (4xx) is not the server's failure.
 */
export function statusOf(text: string): string {
  const code = sampleOf(text);
  if (code === null) return statusOfWord(text);
  if (code === 0 || (code >= 100 && code < 400)) return "OK";
  return code >= 500 || code <= 16 ? `ERROR: ${code}` : "";
}

function statusOfWord(text: string): string {
  if (/^(true|(status_code_)?ok|success)$/i.test(text.trim())) return "OK";
  return /^(false|(status_code_)?error|fail(ed|ure)?)$/i.test(text.trim()) ? "ERROR" : "";
}

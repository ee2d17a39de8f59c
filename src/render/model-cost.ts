import type { Report } from "../domain/report.ts";

/** "$0.0021": two digits that count, at least cents. */
export function dollars(usd: number): string {
  if (usd === 0) return "$0";
  const digits = usd >= 1 ? 2 : Math.min(8, Math.max(2, 1 - Math.floor(Math.log10(usd))));
  return `$${usd.toFixed(digits)}`;
}

/**
 * "3 calls · 4,120 tokens · $0.0021": what the models of an analysis used. Null if none was called, or in reports of
 * older versions.
 */
export function modelUseText({ cost }: Report): string | null {
  const { calls = 0, cached_calls: cached = 0, input_tokens: input, output_tokens: output, usd } = cost;
  if (calls + cached === 0) return null;
  const answered = cached === 0 ? "" : `${calls === 0 ? "" : ", "}${cached} from the cache`;
  const made = calls === 0 ? "" : calls === 1 ? "1 call" : `${calls.toLocaleString("en")} calls`;
  const price = usd === null ? "cost unknown" : dollars(usd);
  return [`${made}${answered}`, `${(input + output).toLocaleString("en")} tokens`, price].join(" · ");
}

import type { MiddlewareHandler } from "hono";
import { maskerOf } from "../domain/redact-values.ts";
import type { AppEnv } from "./app-env.ts";

const { values } = maskerOf();
const JSON_TYPE = /^application\/(?:problem\+)?json\b/;

/**
 * The last gate of the API: no answer holds a secret or personal data, even if an earlier gate let one through. Texts
 * of errors quote what callers and other systems sent.
 */
export const maskAnswers = (): MiddlewareHandler<AppEnv> => async (c, next) => {
  await next();
  if (!JSON_TYPE.test(c.res.headers.get("content-type") ?? "")) return;
  const text = await c.res.clone().text();
  const masked = maskedJson(text);
  if (masked === text) return;
  const headers = new Headers(c.res.headers);
  headers.delete("content-length");
  c.res = new Response(masked, { status: c.res.status, headers });
};

/** Text that is not JSON stays: it is no answer of ours. */
function maskedJson(text: string): string {
  try {
    return JSON.stringify(values(JSON.parse(text)));
  } catch {
    return text;
  }
}

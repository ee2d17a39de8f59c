import type { Context } from "hono";
import type { AppEnv } from "../http/app-env.ts";
import { readBytes } from "../http/body.ts";
import { refusal } from "../http/problem.ts";

const FORM_TYPES = ["application/x-www-form-urlencoded", "multipart/form-data"];

/**
 * Reads a posted form within the limits of every body.
 *
 * @throws {HTTPException} 415 when it is no form; 413 and 408 as `readBytes`; 400 when it cannot be parsed.
 */
export async function readForm(
  c: Context<AppEnv>,
  { timeoutMs, maxBytes }: { timeoutMs: number; maxBytes?: number | undefined },
): Promise<FormData> {
  const type = c.req.header("content-type") ?? "";
  if (!FORM_TYPES.includes((type.split(";")[0] ?? "").trim().toLowerCase()))
    throw refusal(415, "This address takes a form.", { hint: "Use the form on the page." });
  const body = await readBytes(c, timeoutMs, maxBytes);
  try {
    return await new Response(new Uint8Array(body), { headers: { "content-type": type } }).formData();
  } catch {
    throw refusal(400, "The form could not be read.");
  }
}

/** The text of a field; null if it is absent, blank or a file. Line ends are those of Unix. */
export function fieldOf(form: FormData, name: string): string | null {
  const value = form.get(name);
  if (typeof value !== "string" || value.trim() === "") return null;
  return value.replaceAll(/\r\n?/g, "\n").trim();
}

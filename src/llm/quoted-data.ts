import { redactSecrets } from "../domain/redact.ts";

/**
 * Cleans foreign text: no control or invisible characters, no secrets, at most `longest` characters. Masks secrets
 * before it cuts, so that no part of one stays.
 */
export function quotedText(text: string, longest: number): string {
  const visible = text
    .slice(0, longest * 4)
    .toWellFormed()
    .replaceAll(/[\p{Cc}\s]+/gu, " ")
    .replaceAll(/\p{Cf}/gu, "");
  const masked = redactSecrets(visible).trim();
  return masked.length <= longest ? masked : `${masked.slice(0, longest - 1).toWellFormed()}…`;
}

/** JSON without angle brackets, so that text in it cannot close the block that it is in. */
export const quotedJson = (data: unknown): string =>
  JSON.stringify(data)
    .replaceAll("<", String.raw`\u003c`)
    .replaceAll(">", String.raw`\u003e`);

/** ISO 8601; null for null and for times that no calendar has. */
export const quotedTime = (ms: number | null): string | null =>
  ms === null || Number.isNaN(new Date(ms).getTime()) ? null : new Date(ms).toISOString();

import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from "node:crypto";

const TOKEN_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** The secret of a session, which only the browser's cookie holds: 256 random bits. */
export const newSessionToken = (): string => randomBytes(TOKEN_BYTES).toString("base64url");
export const isSessionToken = (text: string): boolean => /^[\w-]{43}$/.test(text);

/** 256 random bits cannot be guessed, so they need no salt and no slow hash. */
export const tokenHash = (token: string): string => createHash("sha256").update(token).digest("hex");

/**
 * A value that only who holds the token can compute. `purpose` keeps values for one use from working in another.
 *
 * @returns 43 characters of base64url
 */
export const derived = (token: string, purpose: string): string =>
  createHmac("sha256", token).update(`causeway ${purpose}`).digest("base64url");

/** Shows later that a key is still this one, without keeping anything by which it could be guessed. */
export const keyProofOf = (token: string, key: string): string => derived(token, `configured key ${key}`);

const sealingKey = (token: string): Buffer => Buffer.from(derived(token, "seal"), "base64url");

/** Encrypts a text so that only who holds the token can read it (AES-256-GCM). */
export function seal(token: string, text: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv("aes-256-gcm", sealingKey(token), iv);
  return Buffer.concat([iv, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]).toString("base64url");
}

/** @returns null if the text was sealed with another token, or changed */
export function unseal(token: string, sealed: string): string | null {
  const bytes = Buffer.from(sealed, "base64url");
  if (bytes.length < IV_BYTES + TAG_BYTES) return null;
  const decipher = createDecipheriv("aes-256-gcm", sealingKey(token), bytes.subarray(0, IV_BYTES));
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]).toString("utf8");
  } catch {
    return null;
  }
}

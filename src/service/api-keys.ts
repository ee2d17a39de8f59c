import { createHash, randomBytes } from "node:crypto";
import { newKeyId } from "../app/new-ids.ts";
import { IncidentError } from "../domain/errors.ts";
import { type ApiKey, Scope } from "../domain/service.ts";
import type { ServiceStore } from "../domain/service-store.ts";

/** Marks the secret wherever it leaks, so that secret scanners recognise it. */
const PREFIX = "cwk_";
const SECRET_BYTES = 32;
const MAX_NAME = 100;

/** 256 random bits cannot be guessed, so they need no salt and no slow hash. */
const hashOf = (secret: string): string => createHash("sha256").update(secret).digest("hex");

export type ApiKeys = {
  /** `secret` is shown this once. @throws {IncidentError} BAD_INPUT without a name or a known scope. */
  createKey(request: { name: string; scopes: readonly Scope[] }): Promise<{ key: ApiKey; secret: string }>;
  listKeys(): Promise<ApiKey[]>;
  /** False when the key was revoked before. @throws {IncidentError} NOT_FOUND */
  revokeKey(keyId: string): Promise<boolean>;
  /** The key with this secret; null for a wrong or revoked one. */
  verifyKey(secret: string): Promise<ApiKey | null>;
};

/**
 * API keys. Only the hash of a secret is stored, and keys are found by it: the time of a look-up does not depend on the
 * secret.
 */
export const apiKeys = (
  service: Pick<ServiceStore, "addKey" | "listKeys" | "revokeKey" | "findKey">,
  now: () => number,
): ApiKeys => ({
  async createKey({ name, scopes }) {
    const wrong = scopes.find((scope) => !Scope.safeParse(scope).success);
    if (name.trim() === "" || name.length > MAX_NAME || scopes.length === 0 || wrong !== undefined) {
      throw new IncidentError(
        "BAD_INPUT",
        wrong === undefined ? "a key needs a name and a scope" : `there is no scope "${wrong}"`,
        { hint: `Give a name of at most ${MAX_NAME} characters, and scopes among ${Scope.options.join(", ")}.` },
      );
    }
    const secret = PREFIX + randomBytes(SECRET_BYTES).toString("base64url");
    const key: ApiKey = {
      id: newKeyId(),
      name,
      scopes: Scope.options.filter((scope) => scopes.includes(scope)),
      createdAtMs: now(),
      revokedAtMs: null,
    };
    await service.addKey(key, hashOf(secret));
    return { key, secret };
  },
  listKeys: () => service.listKeys(),
  async revokeKey(keyId) {
    if ((await service.listKeys()).every(({ id }) => id !== keyId))
      throw new IncidentError("NOT_FOUND", `there is no key ${keyId.slice(0, 80)}`, {
        hint: "Revoke a key by its id (key-…), because names may repeat. `causeway keys list` shows the ids.",
      });
    return service.revokeKey(keyId, now());
  },
  async verifyKey(secret) {
    if (!secret.startsWith(PREFIX) || secret.length > 200) return null;
    const key = await service.findKey(hashOf(secret));
    return key === null || key.revokedAtMs !== null ? null : key;
  },
});

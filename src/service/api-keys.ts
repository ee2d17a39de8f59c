import { createHash, randomBytes } from "node:crypto";
import { IncidentError } from "../domain/errors.ts";
import { type ApiKey, Scope } from "../domain/service.ts";
import type { ServiceStore } from "../domain/service-store.ts";
import { newKeyId } from "../app/new-ids.ts";
import type { CausewayService } from "./service.ts";

/** Says what it is where it is found, so that scanners for secrets know it. */
const PREFIX = "cwk_";
const SECRET_BYTES = 32;
const MAX_NAME = 100;

/** 256 random bits need no salt and no slow hash: nobody guesses them. */
const hashOf = (secret: string): string => createHash("sha256").update(secret).digest("hex");

/** Keys of the service. Of a secret only its hash is kept; it is looked up by that, so how long a look takes says nothing of it. */
export const apiKeys = (
  service: Pick<ServiceStore, "addKey" | "listKeys" | "revokeKey" | "findKey">,
  now: () => number,
): Pick<CausewayService, "createKey" | "listKeys" | "revokeKey" | "verifyKey"> => ({
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
        hint: "`causeway keys list` lists them: a key is revoked by its id (key-…), since names may repeat.",
      });
    return service.revokeKey(keyId, now());
  },
  async verifyKey(secret) {
    if (!secret.startsWith(PREFIX) || secret.length > 200) return null;
    const key = await service.findKey(hashOf(secret));
    return key === null || key.revokedAtMs !== null ? null : key;
  },
});

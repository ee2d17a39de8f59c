import { z } from "zod";
import { IncidentError } from "../domain/errors.ts";
import { type Env, fromEnv, maskedSecret, secret } from "./env.ts";

const Switch = z.union([
  z.boolean(),
  z.enum(["true", "false", "1", "0"]).transform((text) => text === "true" || text === "1"),
]);
const SHORTEST_KEY = 16;

export const MaskingFile = z.strictObject({
  raw: z.boolean().optional(),
  ip: z.boolean().optional(),
  mac: z.boolean().optional(),
  reveal: z.boolean().optional(),
});

/**
 * What the store keeps of secrets and personal data. `raw`: everything, as telemetry has it. `ip`, `mac`: network
 * addresses are masked too. `reveal`: a person at this machine may look up what a mark stands for. `key`: makes the
 * marks equal in all processes; null: each home folder has its own key.
 */
export type MaskingConfig = { raw: boolean; ip: boolean; mac: boolean; reveal: boolean; key: string | null };

/** @throws {IncidentError} CONFIG */
export function readMasking(env: Env, file: z.infer<typeof MaskingFile> = {}): MaskingConfig {
  const key = secret(env, "CAUSEWAY_MASKING_KEY") ?? null;
  if (key !== null && key.length < SHORTEST_KEY)
    throw new IncidentError("CONFIG", `CAUSEWAY_MASKING_KEY has fewer than ${SHORTEST_KEY} characters`, {
      hint: "Set it to a random text, such as the output of `openssl rand -hex 32`.",
    });
  return {
    raw: fromEnv(env, "CAUSEWAY_MASKING_RAW", Switch) ?? file.raw ?? false,
    ip: fromEnv(env, "CAUSEWAY_MASKING_IP", Switch) ?? file.ip ?? false,
    mac: fromEnv(env, "CAUSEWAY_MASKING_MAC", Switch) ?? file.mac ?? false,
    reveal: fromEnv(env, "CAUSEWAY_MASKING_REVEAL", Switch) ?? file.reveal ?? true,
    key,
  };
}

export const maskMasking = (masking: MaskingConfig): MaskingConfig => ({ ...masking, key: maskedSecret(masking.key) });

import type { Config, MaskingConfig } from "../config.ts";
import { openMaskVault } from "../connectors/files/mask-vault.ts";
import { type Masker, maskerOf, NO_MASKER } from "../domain/redact-values.ts";
import { makeHome } from "./make-home.ts";

/** `masker`: for what is stored. `reveal`: puts back what marks stand for, for a person at this machine only. */
export type Masking = { masker: Masker; reveal(text: string): string };

/** @throws {IncidentError} CONFIG if the home folder or its key cannot be used. */
export async function openMasking({ home, masking }: Pick<Config, "home" | "masking">): Promise<Masking> {
  if (masking.raw) return { masker: NO_MASKER, reveal: (text) => text };
  await makeHome(home);
  const { mark, reveal } = openMaskVault({ home, keyText: masking.key, reveal: masking.reveal });
  return { masker: maskerOf(mark, masking), reveal };
}

/** The same masks in another thread, once the home folder exists. */
export const maskerOfHome = ({ home, ...masking }: MaskingConfig & { home: string }): Masker =>
  masking.raw
    ? NO_MASKER
    : maskerOf(openMaskVault({ home, keyText: masking.key, reveal: masking.reveal }).mark, masking);

import type { Config } from "../config.ts";
import type { AuditLog } from "../domain/audit.ts";
import { openStores } from "./stores.ts";

export type OpenAudit = { log: AuditLog; close(): Promise<void> };

/** Opens the audit log only. @throws {IncidentError} CONFIG, UNAVAILABLE */
export async function openAudit(config: Config): Promise<OpenAudit> {
  const { store, close } = await openStores(config);
  return { log: store, close };
}

import { existsSync } from "node:fs";
import { chmod, copyFile } from "node:fs/promises";
import { join } from "node:path";
import type { Config } from "../config.ts";
import { backupSqlite } from "../connectors/sqlite/backup.ts";
import { makeHome } from "./make-home.ts";

/** Databases of the home folder. Received telemetry may be lost. */
const DATABASES = ["causeway.db", "checkpoints.db", "memory.db", "aiopslab.db"];
/** Small files without which the rest cannot be used as before. */
const FILES = ["masking.key", "masking.vault", "policy.yaml", "config.yaml"];
const OWNER_ONLY = 0o600;

/**
 * Copies the state of the home folder into a new folder, while other processes may write it.
 *
 * @returns the names of what was copied.
 * @throws {IncidentError} REJECTED if the folder already holds a backup; otherwise as SQLite does.
 */
export async function backupHome({ home }: Pick<Config, "home">, folder: string): Promise<string[]> {
  await makeHome(folder);
  const present = (name: string): boolean => existsSync(join(home, name));
  for (const name of DATABASES.filter(present)) {
    await backupSqlite(join(home, name), join(folder, name));
    await chmod(join(folder, name), OWNER_ONLY);
  }
  for (const name of FILES.filter(present)) {
    await copyFile(join(home, name), join(folder, name));
    await chmod(join(folder, name), OWNER_ONLY);
  }
  return [...DATABASES, ...FILES].filter(present);
}

import { existsSync } from "node:fs";
import type { CausewayParts } from "../app/causeway.ts";
import type { Config } from "../config.ts";
import { hasChanged, recordedIn } from "../connectors/executors/private-folder.ts";
import type { ServiceStore } from "../domain/service-store.ts";
import { hasDied, newOwner } from "../service/lease.ts";
import { type OpenedExecutor, openExecutor } from "./executor.ts";
import { stillAllowed } from "./still-allowed.ts";

export type ExecutionSettings = Pick<Config, "execution" | "home" | "proxy" | "http" | "slack" | "service" | "web">;

/** What executes approved scripts. The executor is opened when it is first needed. */
export function openExecution(
  config: ExecutionSettings,
  service: Pick<ServiceStore, "listKeys">,
  now: () => number,
): { execution: CausewayParts["execution"]; close(): Promise<void> } {
  const { start, executor, timeoutMs, verifyMs } = config.execution;
  let opened: OpenedExecutor | null = null;
  return {
    execution: {
      openExecutor: () => (opened ??= openExecutor(config, now)).executor,
      isStillAllowed: stillAllowed(config, service),
      async changedOf({ folder }) {
        if (folder === null || !existsSync(folder)) return null;
        return recordedIn(folder).then(hasChanged, () => null);
      },
      owners: { newOwner, hasDied },
      execution: { timeoutMs, verifyMs },
      startsByApproval: start === "after_approval" && executor !== "off",
      drainMs: config.service.drainMs,
    },
    close: async () => opened?.close(),
  };
}

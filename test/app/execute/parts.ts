import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { ExecutionParts } from "../../../src/app/execute/parts.ts";
import { hasChanged, recordedIn } from "../../../src/connectors/executors/private-folder.ts";
import { shellExecutor } from "../../../src/connectors/executors/shell-executor.ts";
import { safePolicy } from "../../../src/domain/policy.ts";
import type { AnalysisStore } from "../../../src/domain/ports.ts";
import { maskerOf } from "../../../src/domain/redact-values.ts";
import { hasDied, newOwner } from "../../../src/service/lease.ts";
import { writeKubectl } from "./kubectl-stub.ts";

export const programAt = (name: string): string =>
  execFileSync("bash", ["-c", `type -P ${name}`], { encoding: "utf8" }).trim();

/** What executions in `home` need, with a kubectl that notes its calls there. */
export function partsIn(
  home: string,
  store: AnalysisStore,
  { extra = "", ...more }: Partial<ExecutionParts> & { extra?: string } = {},
): ExecutionParts & { notes: string } {
  const { program, notes, kubeconfig } = writeKubectl(home, { context: "prod", extra });
  const executor = shellExecutor({
    kind: "kubectl",
    root: join(home, "executions"),
    bash: programAt("bash"),
    programs: [programAt("sha256sum"), programAt("date"), programAt("sleep"), program],
    context: "prod",
    kubeconfig,
    graceMs: 1_000,
  });
  return {
    notes,
    store,
    incidents: { openTelemetry: async () => [] },
    policy: safePolicy(),
    proposerOf: async () => null,
    openExecutor: () => executor,
    isStillAllowed: async () => true,
    changedOf: async ({ folder }) => (folder === null ? null : hasChanged(await recordedIn(folder))),
    owners: { newOwner, hasDied },
    execution: { timeoutMs: 30_000, verifyMs: 200, pauseMs: 10 },
    mask: maskerOf().text,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    now: Date.now,
    onEnd: async () => undefined,
    ...more,
  };
}

export const ada = { surface: "cli", id: "ada", name: "ada" } as const;

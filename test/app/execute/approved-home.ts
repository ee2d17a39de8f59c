import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { openAudit } from "../../../src/compose/audit.ts";
import { auditLines, checkAudit, lastAuditLines } from "../../../src/app/audit.ts";
import type { Causeway } from "../../../src/app/causeway.ts";
import { loadConfig } from "../../../src/config.ts";
import { openCauseway } from "../../../src/compose/open-causeway.ts";
import { silentLog } from "../../agent/fakes.ts";
import { tempDir, writeCase } from "../../compose/recorded-suite.ts";
import { writeKubectl } from "./kubectl-stub.ts";

const CONTEXT = "prod";

export type HomeOptions = {
  env?: Record<string, string>;
  policy?: string | null;
  approve?: boolean;
  /** Bash lines of the stub before it answers. */
  kubectl?: string;
  verifyMs?: number;
};

/** A home folder with an approved action, and a kubectl that notes its calls. */
export async function approvedHome({
  env = {},
  policy = null,
  approve = true,
  kubectl = "",
  verifyMs,
}: HomeOptions = {}) {
  const dir = await tempDir();
  await writeCase(dir, "inc-1");
  const home = join(dir, "home");
  mkdirSync(home, { mode: 0o700 });
  if (policy !== null) writeFileSync(join(home, "policy.yaml"), policy);
  const { program, notes, kubeconfig } = writeKubectl(dir, { context: CONTEXT, extra: kubectl });
  const settings = {
    PATH: process.env.PATH ?? "",
    CAUSEWAY_EXECUTOR: "kubectl",
    CAUSEWAY_EXECUTOR_PROGRAMS: program,
    CAUSEWAY_EXECUTOR_KUBECONFIG: kubeconfig,
    CAUSEWAY_EXECUTOR_CONTEXT: CONTEXT,
    ...(verifyMs === undefined ? {} : { CAUSEWAY_EXECUTION_VERIFY_MS: String(verifyMs) }),
    ...env,
  };
  const clock = { aheadMs: 0 };
  const configOf = (more: Record<string, string> = {}) => loadConfig({ home, data: [dir] }, { ...settings, ...more });
  const open = async (more: Record<string, string> = {}): Promise<Causeway> => {
    const causeway = await openCauseway(configOf(more), { log: silentLog, now: () => Date.now() + clock.aheadMs });
    onTestFinished(() => causeway.close());
    return causeway;
  };
  const causeway = await open();
  const { report } = await causeway.analyse("inc-1", { by: "zoe" });
  const [action] = report.actions;
  if (!action) throw new Error("the fixture no longer yields an action");
  const ada = { surface: "cli", id: "ada", name: "ada" } as const;
  if (approve)
    await causeway.decide({ actionId: action.id, decision: "approved", by: "ada", note: null, approver: ada });
  const execute = async (through: Causeway = causeway, more: { expected?: Record<string, string> } = {}) => {
    const { ended } = await through.execute({ actionId: action.id, by: ada, ...more });
    return ended;
  };
  const calls = (): string[] =>
    existsSync(notes) ? readFileSync(notes, "utf8").trim().split("\n").filter(Boolean) : [];
  const changes = (): string[] =>
    calls().filter(
      (call) =>
        /rollout (restart|undo)|scale|patch|set |delete/.test(call) &&
        !call.includes("--dry-run") &&
        !call.includes("rollout status"),
    );
  const audit = async () => {
    const { log, close } = await openAudit(configOf());
    const { problems } = await checkAudit(auditLines(log), []);
    const lines = await lastAuditLines(log, 50);
    await close();
    return { problems, lines };
  };
  return {
    dir,
    home,
    notes,
    program,
    causeway,
    open,
    action,
    execute,
    calls,
    changes,
    audit,
    clock,
    settings,
    configOf,
  };
}

export const makeExecutable = (path: string): void => chmodSync(path, 0o755);

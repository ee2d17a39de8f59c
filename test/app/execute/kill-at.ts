import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { auditLines, checkAudit } from "../../../src/app/audit.ts";
import { executions } from "../../../src/app/execute/executions.ts";
import { sqliteAnalysisStore } from "../../../src/connectors/sqlite/analysis-store.ts";
import { readAuditLine } from "../../../src/domain/audit.ts";
import type { ExecutionState } from "../../../src/domain/execution.ts";
import { storeApproved } from "./approved-action.ts";
import { ada, partsIn } from "./parts.ts";

/**
 * What was found after a worker was killed. `left`: the state that the kill left; null if nothing was claimed.
 * `settled`: what became of it. `changes`: how often the change command was called, over all attempts.
 */
export type AfterKill = {
  delayMs: number;
  left: ExecutionState | null;
  settled: ExecutionState | null;
  changes: number;
  again: string;
  executionLines: number;
  resultLines: number;
  problems: number;
  isStillRunning: boolean;
};

const CHANGE = /scale deployment\/orders --current-replicas=2 --replicas=3$/;

/** What the delay counts from: the start of the checks, or the claim. */
export type KillFrom = "begins" | "claimed";

/** Kills the process of an execution after a delay, then executes the action again. */
export async function killAt(home: string, delayMs: number, from: KillFrom = "begins"): Promise<AfterKill> {
  mkdirSync(home, { mode: 0o700, recursive: true });
  const store = await sqliteAnalysisStore(join(home, "causeway.db"));
  await storeApproved(store, Date.now());
  const child = spawn(process.execPath, [join(import.meta.dirname, "killed-process.ts"), home], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const gone = new Promise((resolve) => child.once("exit", resolve));
  let printed = "";
  await new Promise<void>((resolve) => {
    child.stdout.on("data", (chunk: Buffer) => {
      printed += chunk.toString();
      if (printed.includes(from)) resolve();
    });
    child.stdout.once("end", resolve);
  });
  await sleep(delayMs);
  child.kill("SIGKILL");
  await gone;
  const left = (await store.getExecution("A1-a1"))?.state ?? null;
  const parts = partsIn(home, store);
  const callsOf = (): string[] => (existsSync(parts.notes) ? readFileSync(parts.notes, "utf8").split("\n") : []);
  // the script ends with its worker
  let before = callsOf().length;
  await sleep(300);
  for (let tries = 0; callsOf().length !== before && tries < 20; tries += 1) {
    before = callsOf().length;
    await sleep(300);
  }
  const isStillRunning = callsOf().length !== before;
  const uses = executions(parts, 60_000);
  const again = await uses.execute({ actionId: "A1-a1", by: ada }).then(
    async ({ ended }) => (await ended).state,
    (error: Error) => (/executed_before/.test(error.message) ? "refused" : error.message),
  );
  const lines = [];
  for await (const { text } of auditLines(store)) {
    const read = readAuditLine(text);
    if (read.ok) lines.push(read.line.kind);
  }
  const { problems } = await checkAudit(auditLines(store), []);
  const settled = (await store.getExecution("A1-a1"))?.state ?? null;
  await store.close();
  return {
    delayMs,
    left,
    settled,
    changes: callsOf().filter((call) => CHANGE.test(call)).length,
    again,
    executionLines: lines.filter((kind) => kind === "execution").length,
    resultLines: lines.filter((kind) => kind === "result").length,
    problems: problems.length,
    isStillRunning,
  };
}

/** Why a kill broke a promise; empty if it broke none. */
export function brokenPromises(after: AfterKill): string[] {
  const { left, settled, changes, again, executionLines, resultLines, problems, isStillRunning } = after;
  return [
    ...(changes > 1 ? [`the change ran ${changes} times`] : []),
    ...(problems > 0 ? ["the audit log is broken"] : []),
    ...(executionLines !== 1 || resultLines !== 1 ? [`${executionLines} begins, ${resultLines} results`] : []),
    ...(isStillRunning ? ["the script outlived its worker"] : []),
    ...(left === null && again !== "succeeded" ? [`nothing was claimed, and the next attempt: ${again}`] : []),
    ...(left !== null && again !== "refused" ? [`it was ${left}, and the next attempt: ${again}`] : []),
    ...(left !== null && left !== "succeeded" && settled !== "unknown" ? [`${left} became ${settled}`] : []),
  ];
}

import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { ScriptOutcome } from "../../domain/executor.ts";
import { boundedOutput } from "./bounded-output.ts";

/** `marker`: unique for this run; a variable of that value is in the environment of every process that it starts. */
export type GroupRequest = {
  bash: string;
  args: readonly string[];
  cwd: string;
  env: Readonly<Record<string, string>>;
  marker: string;
  timeoutMs: number;
  /** Between TERM and KILL. */
  graceMs: number;
  signal: AbortSignal;
};
export type GroupResult = Pick<ScriptOutcome, "ended" | "exitCode" | "output" | "outputBytes">;

/** Name of the variable that marks the processes of a run. */
export const MARKER = "CAUSEWAY_EXECUTION";
/** How long output may still come after the script has ended, milliseconds. */
const DRAIN_MS = 500;

/**
 * Runs bash with these arguments in a session and process group of its own. A time-out or `signal` ends the group by
 * TERM, then KILL. Whatever the script leaves running is killed too: its group, and on Linux every process that has the
 * marker, also one in a session of its own. If this process dies, a watcher in the group ends the group.
 *
 * @throws {Error} of `spawn` if bash cannot be started.
 */
export async function runGroup(request: GroupRequest): Promise<GroupResult> {
  const { bash, args, cwd, env, marker, timeoutMs, graceMs, signal } = request;
  signal.throwIfAborted();
  const child = spawn(bash, ["-c", guarded(graceMs), bash, bash, ...args], {
    cwd,
    env: { ...env, [MARKER]: marker },
    detached: true,
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
  const output = boundedOutput();
  child.stdout?.on("data", (chunk: Buffer) => output.add(chunk));
  child.stderr?.on("data", (chunk: Buffer) => output.add(chunk));
  child.stdio[3]?.on("error", () => undefined); // the watcher is gone before us
  const exit = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve(code));
  });
  const stop = new AbortController();
  const limit = new Promise<"timed_out" | "stopped">((resolve) => {
    const timer = setTimeout(() => resolve("timed_out"), timeoutMs);
    const onAbort = (): void => resolve("stopped");
    signal.addEventListener("abort", onAbort, { once: true });
    stop.signal.addEventListener("abort", () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
    });
  });
  try {
    const first = await Promise.race([exit.then((exitCode) => ({ exitCode })), limit]);
    if (typeof first === "object") {
      await killAll(child, marker);
      await closed(child);
      return { ended: "exited", exitCode: first.exitCode, ...output.end() };
    }
    signalGroup(child, "SIGTERM");
    await Promise.race([exit.catch(() => null), sleep(graceMs)]);
    await killAll(child, marker);
    await closed(child);
    return { ended: first, exitCode: null, ...output.end() };
  } finally {
    stop.abort();
  }
}

/**
 * Starts the program in "$@" beside a watcher, which holds descriptor 3. The other end is in the process that started
 * it: when that dies, the watcher reads the end and stops the group.
 */
const guarded = (graceMs: number): string =>
  [
    "(trap '' TERM; exec </dev/null >/dev/null 2>&1; while read -r _ <&3; do :; done",
    "kill -TERM -- -$$",
    // a pause without a program: nothing is ever written to this pipe
    `read -r -t ${Math.max(1, Math.round(graceMs / 1000))} _ <> <(:)`,
    "kill -KILL -- -$$) &",
    'exec 3<&- "$@"',
  ].join("\n");

function signalGroup({ pid }: ChildProcess, name: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, name);
  } catch {
    // the group has ended
  }
}

/** A process may have started another one while it was killed. */
const PASSES = 3;

async function killAll(child: ChildProcess, marker: string): Promise<void> {
  signalGroup(child, "SIGKILL");
  for (let pass = 0; pass < PASSES; pass += 1) {
    const left = markedProcesses(marker);
    if (left.length === 0) return;
    for (const pid of left) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // it has ended
      }
    }
    await sleep(10);
  }
}

/** Processes of this user with the marker in their environment. Empty where there is no `/proc`. */
function markedProcesses(marker: string): number[] {
  const wanted = `${MARKER}=${marker}`;
  try {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name) && environmentOf(name).includes(wanted))
      .map(Number);
  } catch {
    return [];
  }
}

function environmentOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
  } catch {
    return []; // it has ended, or is not ours
  }
}

async function closed(child: ChildProcess): Promise<void> {
  const isOpen = child.stdout?.closed === false || child.stderr?.closed === false;
  if (isOpen) await Promise.race([new Promise((resolve) => child.once("close", resolve)), sleep(DRAIN_MS)]);
  child.stdout?.destroy();
  child.stderr?.destroy();
  child.stdio[3]?.destroy();
}

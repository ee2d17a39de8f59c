import { type ChildProcess, fork } from "node:child_process";
import { IncidentError } from "../../domain/errors.ts";
import { Notice, type ProcessCommand } from "../process/messages.ts";

export type Exit = { code: number | null; signal: NodeJS.Signals | null };
export type ProcessPlan = { name: string; script: string; argument: string; memoryMb: number; folder: string };
/**
 * A child process that listens on a port. `stop` ends it gracefully, then by force, and resolves when the process is
 * gone.
 */
export type ManagedProcess = {
  port: number;
  pid: number;
  exited: Promise<Exit>;
  /** Sends a command; false if the process can no longer receive it. */
  tell: (order: ProcessCommand) => boolean;
  stop: () => Promise<Exit>;
};

const START_TIMEOUT_MS = 20_000;
/** A process that still runs this long after SIGTERM is killed. */
const STOP_TIMEOUT_MS = 4000;

/**
 * Starts a script with this Node and waits until it listens. `onStderr` receives its error output, line by line.
 * @throws {IncidentError} UNAVAILABLE if it cannot listen (a busy port), ends first, or does not report in time.
 */
export async function startProcess(plan: ProcessPlan, onStderr: (line: string) => void): Promise<ManagedProcess> {
  const child = fork(plan.script, [plan.argument], {
    execArgv: [`--max-old-space-size=${plan.memoryMb}`],
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    env: {}, // an inherited NODE_OPTIONS would change what is recorded
    cwd: plan.folder,
  });
  readLines(child, onStderr);
  const exited = new Promise<Exit>((resolve) => void child.once("exit", (code, signal) => resolve({ code, signal })));
  try {
    const port = await untilListening(plan.name, child, exited);
    return {
      port,
      pid: child.pid ?? 0,
      exited,
      tell: (order) => child.connected && child.send(order),
      stop: () => stop(child, exited),
    };
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  }
}

function untilListening(name: string, child: ChildProcess, exited: Promise<Exit>): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (why: string, hint: string) =>
      reject(new IncidentError("UNAVAILABLE", `${name} did not start: ${why}`, { hint }));
    const timer = setTimeout(
      () =>
        fail(`it did not report within ${START_TIMEOUT_MS} ms`, "This computer may be overloaded. Try fewer --jobs."),
      START_TIMEOUT_MS,
    );
    child.once("error", (error) => fail(error.message, "Can this Node be run from here?"));
    child.once("message", (message) => {
      clearTimeout(timer);
      const notice = Notice.parse(message);
      if (notice.kind === "listening") resolve(notice.port);
      else fail(notice.reason, "Another process took the port: run it again, and it gets new ones.");
    });
    void exited.then(({ code, signal }) => {
      clearTimeout(timer);
      fail(`it exited with ${code ?? signal}`, "What it wrote to stderr says why.");
    });
  });
}

async function stop(child: ChildProcess, exited: Promise<Exit>): Promise<Exit> {
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
  const exit = await exited;
  clearTimeout(timer);
  return exit;
}

function readLines(child: ChildProcess, onLine: (line: string) => void): void {
  let rest = "";
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    lines.forEach((line) => void (line.trim() !== "" && onLine(line)));
  });
}

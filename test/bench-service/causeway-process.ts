import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

const PROGRAM = join(import.meta.dirname, "../../bin/causeway.js");

/** A process of Causeway, and what it said on stderr. */
export type Causeway = {
  child: ChildProcess;
  stderrLines: string[];
  kill(): Promise<void>;
  end(): Promise<number | null>;
};

/** Starts `causeway <args>`. @param until resolves when a line of stderr fits; rejects when the process ends before. */
export async function startCauseway(
  args: readonly string[],
  env: Record<string, string>,
  until: RegExp,
): Promise<Causeway & { match: RegExpExecArray }> {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "inherit", "pipe"],
  });
  const stderrLines: string[] = [];
  const match = await new Promise<RegExpExecArray>((found, failed) => {
    createInterface({ input: child.stderr ?? process.stdin }).on("line", (line) => {
      stderrLines.push(line);
      const fits = until.exec(line);
      if (fits) found(fits);
    });
    child.once("exit", (code, signal) =>
      failed(new Error(`causeway ${args.join(" ")} ended (${code ?? signal}):\n${stderrLines.join("\n")}`)),
    );
  });
  const gone = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const stop = async (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal);
    if (!gone()) await once(child, "exit");
    return child.exitCode;
  };
  return {
    child,
    stderrLines,
    match,
    kill: async () => void (await stop("SIGKILL")),
    end: () => stop("SIGTERM"),
  };
}

export async function startServer(
  env: Record<string, string>,
  args: readonly string[] = [],
): Promise<Causeway & { url: string }> {
  const started = await startCauseway(["serve", "--port", "0", ...args], env, /listens on (http:\S+)/);
  return { ...started, url: started.match[1] ?? "" };
}

export const startWorker = (env: Record<string, string>): Promise<Causeway> =>
  startCauseway(["worker"], env, /^Causeway worker/);

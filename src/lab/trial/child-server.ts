import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { IncidentError } from "../../domain/errors.ts";

/** A server that runs as a child of this process. */
export type ChildServer = { url: string; stop: () => Promise<void> };
type ServerCommand = {
  name: string;
  command: readonly [binary: string, ...args: string[]];
  folder: string;
  env: Readonly<Record<string, string | undefined>>;
  url: string;
  /** Answers 2xx once the server is ready. */
  readyPath: string;
};

const READY_WITHIN_MS = 60_000;
const KEPT_OUTPUT = 2_000;
/** Ends the server when its input ends: it must not outlive a killed parent. */
const SUPERVISED = `
exec 3<&0
"$0" "$@" 3<&- & server=$!
( read -r word <&3; kill -9 $server ) &
wait $server`;

/** @throws {IncidentError} UNAVAILABLE if it does not become ready; what it wrote is in the message. */
export async function startChildServer(options: ServerCommand): Promise<ChildServer> {
  const { name, command, folder, env, url, readyPath } = options;
  const child = spawn("sh", ["-c", SUPERVISED, ...command], { cwd: folder, env, stdio: ["pipe", "ignore", "pipe"] });
  let written = "";
  child.stderr?.on("data", (chunk: Buffer) => (written = (written + chunk.toString()).slice(-KEPT_OUTPUT)));
  const stop = () => stopped(child);
  const deadlineMs = Date.now() + READY_WITHIN_MS;
  while (Date.now() < deadlineMs && child.exitCode === null) {
    const isReady = await fetch(`${url}${readyPath}`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return { url, stop };
    await sleep(50);
  }
  await stop();
  throw new IncidentError("UNAVAILABLE", `${name} was not ready at ${url}. It wrote:\n${written}`, {
    hint: "Is the program the right one, and is this computer not overloaded?",
  });
}

async function stopped(child: ChildProcess): Promise<void> {
  const gone = child.exitCode === null && child.signalCode === null ? once(child, "exit") : null;
  child.stdin?.end();
  await gone;
}

/** A port that is free now. */
export async function unusedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise<void>((resolve) => void server.close(() => resolve()));
  if (address === null || typeof address === "string") throw new TypeError("not listening on a port");
  return address.port;
}

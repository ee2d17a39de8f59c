import { type ChildProcess, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
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

/** Below the ports that Linux gives to outgoing connections, which would take a port before its server starts. */
const PORTS = { first: 15_000, count: 15_000 };

/** A port that is free now. @throws {IncidentError} UNAVAILABLE */
export async function unusedPort(): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const port = PORTS.first + randomInt(PORTS.count);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false)).listen(port, "127.0.0.1", () => resolve(true));
    });
    if (!isFree) continue;
    await new Promise<void>((resolve) => void server.close(() => resolve()));
    return port;
  }
  throw new IncidentError("UNAVAILABLE", "no free port was found", { hint: "Is something else using all of them?" });
}

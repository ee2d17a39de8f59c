import { type ChildProcess, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, statfsSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const STARTS_WITHIN_MS = 300_000;
const SHARED_MEMORY = "/dev/shm";
const FREE_BYTES = 2 ** 31;
/** The end of what a server wrote, for the message of a failed start. */
const KEPT_OUTPUT = 2_000;

/**
 * Runs a server until it ends, or until a line or the end of the input comes: it must not outlive a test run that is
 * killed. Its files go too, unless the line says `keep`. Arguments: the folder of the files, then the command.
 */
const SUPERVISED = `
trap "" INT TERM HUP
exec 3<&0
dir=$0
"$@" 3<&- & server=$!
(
  read -r word <&3
  kill -9 $server
  while kill -0 $server 2>/dev/null; do sleep 0.02; done
  [ "$word" = keep ] || rm -rf "$dir"
) &
wait $server`;

export type ServerProcess = {
  /** All that it keeps. */
  dir: string;
  /** As a crash does it: nothing is flushed. */
  kill(): Promise<void>;
  /** Again over the same files, at the same address. */
  restart(): Promise<void>;
  /** Ends it, and removes its files. */
  stop(): Promise<void>;
};

type ServerCommand = {
  command: readonly [binary: string, ...args: string[]];
  /** All that it keeps: removed when it stops. */
  dir: string;
  env?: Readonly<Record<string, string | undefined>>;
  /** Answers 2xx once the server is ready. */
  readyUrl: string;
  /** Replaces the request to `readyUrl`, where that needs TLS or a password. */
  isReady?: () => Promise<boolean>;
};

/** Starts a server, and waits until it is ready. */
export async function startServer({
  command,
  dir,
  env = process.env,
  readyUrl,
  isReady = () =>
    fetch(readyUrl).then(
      ({ ok }) => ok,
      () => false,
    ),
}: ServerCommand): Promise<ServerProcess> {
  let running: ChildProcess | null = null;
  const start = async (): Promise<void> => {
    running = spawn("sh", ["-c", SUPERVISED, dir, ...command], { cwd: dir, env, stdio: ["pipe", "ignore", "pipe"] });
    await untilReady(readyUrl, isReady, running, command[0]);
  };
  const kill = async (): Promise<void> => {
    const ending = running;
    running = null;
    if (ending === null) return;
    const ended = ending.exitCode === null ? once(ending, "exit") : null;
    ending.stdin?.end("keep\n");
    await ended;
  };
  await start();
  return {
    dir,
    kill,
    restart: start,
    stop: async () => {
      await kill();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** In memory where there is room: each write waits for the disk, which tests do not need to outlive. */
export function freshDir(name: string): string {
  const isRoomy =
    existsSync(SHARED_MEMORY) && statfsSync(SHARED_MEMORY).bavail * statfsSync(SHARED_MEMORY).bsize > FREE_BYTES;
  return mkdtempSync(join(isRoomy ? SHARED_MEMORY : tmpdir(), `causeway-${name}-`));
}

async function untilReady(
  url: string,
  isReady: () => Promise<boolean>,
  server: ChildProcess,
  name: string,
): Promise<void> {
  const deadline = Date.now() + STARTS_WITHIN_MS;
  let written = "";
  server.stderr?.on("data", (chunk: Buffer) => (written = (written + chunk.toString()).slice(-KEPT_OUTPUT)));
  while (Date.now() < deadline && server.exitCode === null) {
    if (await isReady()) return;
    await sleep(20);
  }
  server.stdin?.end();
  const how = server.exitCode === null ? `was not ready within ${STARTS_WITHIN_MS} ms` : "ended before it was ready";
  throw new Error(`${name} ${how} at ${url}. It wrote:\n${written}`);
}

/** The system gives none of these to connections or to servers that ask for any port (Linux: from 32768 on). */
const [FIRST_PORT, PORTS] = [12_000, 20_000];
const MAX_TRIES = 100;

/**
 * A port for a server that has to know its port before it starts. Nothing else takes it meanwhile, which happens to
 * ports that the system chose: other tests open connections and servers all the time.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const port = FIRST_PORT + randomInt(PORTS);
    if (await isFree(port)) return port;
  }
  throw new Error(`${MAX_TRIES} ports from ${FIRST_PORT} on are in use`);
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer().once("error", () => resolve(false));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(true)));
  });

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { debianBinary } from "./debian.ts";
import { freshDir } from "./processes.ts";

/** One entry of a journal. `timeMs`: Unix milliseconds. A value with line breaks is written in binary. */
export type JournalLine = { timeMs: number } & Readonly<Record<string, string | number>>;
export type JournalGateway = { url: string; stop(): Promise<void> };

const BOOT = "c0ffee00c0ffee00c0ffee00c0ffee00";

/**
 * Serves a real journal file through a real systemd-journal-gatewayd, on a socket that it inherits. It ends when this
 * process ends.
 */
export async function startJournalGateway(lines: readonly JournalLine[]): Promise<JournalGateway> {
  const [gateway, remote, ...libraries] = await Promise.all(
    (["journalGateway", "journalRemote", "microHttpd", "systemdShared"] as const).map(debianBinary),
  );
  if (gateway === undefined || remote === undefined) throw new Error("no gateway");
  const env = { ...process.env, LD_LIBRARY_PATH: [...new Set(libraries.map((path) => dirname(path)))].join(":") };
  const dir = freshDir("journal");
  const file = join(dir, "test.journal");
  execFileSync(remote, ["--compress=no", "-o", file, "-"], {
    env,
    input: exported(lines),
    stdio: ["pipe", "ignore", "pipe"],
  });

  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no free port");
  const { fd } = (server as unknown as { _handle: { fd: number } })._handle;
  const child = spawn("sh", ["-c", INHERITING, gateway, "--file", file], {
    env,
    stdio: ["pipe", "ignore", "ignore", fd],
  });
  server.close();
  return {
    url: `http://127.0.0.1:${address.port}`,
    async stop() {
      child.stdin?.end();
      if (child.exitCode === null) await once(child, "exit");
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** systemd's protocol for sockets: descriptor 3, and the process that it is for. Ends with the input of the shell. */
const INHERITING = `
sh -c 'LISTEN_PID=$$ LISTEN_FDS=1 exec "$0" "$@"' "$0" "$@" <&- & server=$!
exec 3<&-
read -r _
kill -9 $server
wait $server
exit 0`;

/** @see https://systemd.io/JOURNAL_EXPORT_FORMATS/ */
function exported(lines: readonly JournalLine[]): Buffer {
  const [first = { timeMs: 0 }] = lines;
  return Buffer.concat(
    lines.flatMap(({ timeMs, ...fields }) => {
      const own = {
        __REALTIME_TIMESTAMP: Math.round(timeMs * 1_000),
        __MONOTONIC_TIMESTAMP: Math.round((timeMs - first.timeMs) * 1_000) + 1_000_000,
        _BOOT_ID: BOOT,
      };
      return [...Object.entries({ ...own, ...fields }).map(field), Buffer.from("\n")];
    }),
  );
}

function field([name, value]: [string, string | number]): Buffer {
  const bytes = Buffer.from(String(value));
  if (!bytes.includes("\n")) return Buffer.from(`${name}=${value}\n`);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(bytes.length));
  return Buffer.concat([Buffer.from(`${name}\n`), length, bytes, Buffer.from("\n")]);
}

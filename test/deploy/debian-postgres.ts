import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, globSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort } from "../servers/processes.ts";

const run = promisify(execFile);
/** Postgres refuses to be run by root: `nobody` runs it then. */
const NOBODY = 65_534;

/** The folder with `initdb`, `postgres`, `pg_dump` and `pg_restore` of one version. Tests fail without; never skip. */
export function postgresPrograms(): string {
  const given = process.env.CAUSEWAY_TEST_POSTGRES_BIN;
  const found = given ?? globSync("/usr/lib/postgresql/*/bin").toSorted().at(-1);
  if (
    found !== undefined &&
    ["initdb", "postgres", "pg_dump", "pg_restore"].every((name) => existsSync(join(found, name)))
  )
    return found;
  throw new Error(
    "These tests need a Postgres with its own pg_dump and pg_restore, such as Debian's package postgresql. " +
      "Set CAUSEWAY_TEST_POSTGRES_BIN to the folder of these programs.",
  );
}

/** A Postgres of this machine's packages. @param config the text of postgresql.conf's additions: a file to include. */
export async function startDebianPostgres(config: string | null = null) {
  const bin = postgresPrograms();
  const dir = mkdtempSync(join(tmpdir(), "causeway-pg-"));
  const isRoot = process.getuid?.() === 0;
  const as = isRoot ? { uid: NOBODY, gid: NOBODY } : {};
  if (isRoot) chownSync(dir, NOBODY, NOBODY);
  const data = join(dir, "data");
  await run(join(bin, "initdb"), ["-D", data, "-U", "causeway", "-A", "trust", "-E", "UTF8", "--no-sync"], {
    ...as,
    cwd: dir,
  });
  const port = await freePort();
  const local = ["-c", "listen_addresses=127.0.0.1", "-c", `unix_socket_directories=${dir}`, "-c", "fsync=off"];
  const settings = config === null ? local : ["-c", `config_file=${config}`, ...local];
  const child = spawn(join(bin, "postgres"), ["-D", data, "-p", String(port), ...settings], {
    ...as,
    cwd: dir,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let log = "";
  await new Promise<void>((resolve, reject) => {
    child.stderr.on("data", (chunk) => {
      log += String(chunk);
      if (log.includes("ready to accept connections")) resolve();
    });
    child.once("exit", () => reject(new Error(`Postgres ended:\n${log}`)));
  });
  const addressOf = (database: string): string => `postgres://causeway@127.0.0.1:${port}/${database}`;
  const stop = async (): Promise<void> => {
    child.kill("SIGINT");
    if (child.exitCode === null) await once(child, "exit");
    rmSync(dir, { recursive: true, force: true });
  };
  return { bin, dir, addressOf, stop };
}

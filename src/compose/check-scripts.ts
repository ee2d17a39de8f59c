import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { text } from "node:stream/consumers";

/** A script to check, and where it comes from. */
export type ScriptToCheck = { where: string; script: string };
export type ScriptFault = { where: string; what: string };
/** `shellcheck`: its version; null if the program is not installed, and the scripts were checked by bash alone. */
export type ScriptCheck = { faults: ScriptFault[]; shellcheck: string | null };

/**
 * Findings that are no faults here. SC2016: a value in single quotes is not expanded, on purpose. SC2034, SC2317,
 * SC2329: the fixed part uses the settings and calls the functions.
 */
const NOT_FAULTS = ["SC2016", "SC2034", "SC2317", "SC2329"];

/**
 * Checks scripts with `bash -n` and with shellcheck, where it is installed. Nothing of them runs.
 *
 * @param program shellcheck, by name or path.
 */
export async function checkScripts(
  scripts: readonly ScriptToCheck[],
  program: string,
  signal: AbortSignal,
): Promise<ScriptCheck> {
  if (scripts.length === 0) return { faults: [], shellcheck: null };
  const folder = await mkdtemp(join(tmpdir(), "causeway-lint-"));
  try {
    const byName = new Map<string, string>();
    for (const [at, { where, script }] of scripts.entries()) {
      byName.set(`${at}.sh`, where);
      await writeFile(join(folder, `${at}.sh`), script);
    }
    const faults: ScriptFault[] = [];
    for (const [name, where] of byName) {
      const ran = await call("bash", ["-n", join(folder, name)], signal);
      if (ran === null)
        return { faults: [{ where, what: "bash is not installed, so no script was checked" }], shellcheck: null };
      if (ran.status !== 0) faults.push({ where, what: `bash -n: ${ran.stderr.trim().replaceAll(`${folder}/`, "")}` });
    }
    const version = await call(program, ["--version"], signal);
    if (version === null) return { faults, shellcheck: null };
    const files = [...byName.keys()].map((name) => join(folder, name));
    const ran = await call(
      program,
      ["--shell=bash", "--format=gcc", `--exclude=${NOT_FAULTS.join(",")}`, ...files],
      signal,
    );
    for (const line of (ran?.stdout ?? "").split("\n")) {
      const [, file = "", at = "", what = ""] = /^(.+?):(\d+):\d+: (.+)$/.exec(line) ?? [];
      const where = byName.get(basename(file));
      if (where !== undefined) faults.push({ where, what: `shellcheck, line ${at} of the script: ${what}` });
    }
    return { faults, shellcheck: /version: (\S+)/.exec(version.stdout)?.[1] ?? "unknown" };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type Called = { status: number | null; stdout: string; stderr: string };

/** Null if the program is not installed. */
async function call(program: string, args: readonly string[], signal: AbortSignal): Promise<Called | null> {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], signal });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  try {
    const [stdout, stderr, status] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
    return { status, stdout, stderr };
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}

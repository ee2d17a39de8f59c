import { execFile } from "node:child_process";
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The programs that tests run, from Debian's packages. Git ignores this folder. */
const CACHE = join(import.meta.dirname, ".debian");
export const DEBIAN_CACHE = CACHE;
/**
 * Debian's Alertmanager reads its templates from this folder, which exists only where the package is installed. A path
 * of the same length, relative to the working directory, takes its place in the binary.
 */
const TEMPLATES = { inPackage: "/usr/share/prometheus/alertmanager", relative: "./././././././././././alertmanager" };
/** The unpacked templates. */
export const ALERTMANAGER_TEMPLATES = join(CACHE, "alertmanager");

/** `variable`: names another binary to use instead. */
const PROGRAMS = {
  prometheus: { package: "prometheus", path: "./usr/bin/prometheus", variable: "CAUSEWAY_TEST_PROMETHEUS_BIN" },
  promtool: { package: "prometheus", path: "./usr/bin/promtool", variable: "CAUSEWAY_TEST_PROMTOOL_BIN" },
  alertmanager: {
    package: "prometheus-alertmanager",
    path: "./usr/bin/prometheus-alertmanager",
    variable: "CAUSEWAY_TEST_ALERTMANAGER_BIN",
  },
  amtool: { package: "prometheus-alertmanager", path: "./usr/bin/amtool", variable: "CAUSEWAY_TEST_AMTOOL_BIN" },
  victoriaMetrics: {
    package: "victoria-metrics",
    path: "./usr/bin/victoria-metrics",
    variable: "CAUSEWAY_TEST_VICTORIAMETRICS_BIN",
  },
  kubectl: { package: "kubernetes-client", path: "./usr/bin/kubectl", variable: "CAUSEWAY_TEST_KUBECTL_BIN" },
  shellcheck: { package: "shellcheck", path: "./usr/bin/shellcheck", variable: "CAUSEWAY_TEST_SHELLCHECK_BIN" },
  journalGateway: {
    package: "systemd-journal-remote",
    path: "./{usr/,}lib/systemd/systemd-journal-gatewayd",
    variable: "CAUSEWAY_TEST_JOURNAL_GATEWAYD_BIN",
  },
  journalRemote: {
    package: "systemd-journal-remote",
    path: "./{usr/,}lib/systemd/systemd-journal-remote",
    variable: "CAUSEWAY_TEST_JOURNAL_REMOTE_BIN",
  },
  // libraries of the two before
  microHttpd: {
    package: "libmicrohttpd12",
    path: "./usr/lib/*/libmicrohttpd.so.12",
    variable: "CAUSEWAY_TEST_LIBMICROHTTPD",
  },
  systemdShared: {
    package: "libsystemd-shared",
    path: "./usr/lib/*/systemd/libsystemd-shared-252.so",
    variable: "CAUSEWAY_TEST_LIBSYSTEMD_SHARED",
  },
} as const;
export type DebianProgram = keyof typeof PROGRAMS;

/**
 * A real program for tests, or a library of one: the binary that its variable names, else Debian's, downloaded once
 * and unpacked beside this file. It needs no root.
 *
 * @returns its path.
 * @throws {Error} that says what to set, where neither is possible. Tests then fail; they never skip.
 */
export async function debianBinary(program: DebianProgram): Promise<string> {
  const { package: name, path, variable } = PROGRAMS[program];
  const given = process.env[variable];
  if (given !== undefined && given !== "") {
    if (existsSync(given)) return given;
    throw new Error(`${variable} names ${given}, which does not exist`);
  }
  const binary = join(CACHE, basename(path));
  if (existsSync(binary)) return binary;
  mkdirSync(CACHE, { recursive: true });
  const work = mkdtempSync(join(CACHE, "download-"));
  try {
    await download(name, work);
    const [archive] = globSync("*.deb", { cwd: work });
    if (archive === undefined) throw new Error(`apt-get downloaded nothing for ${name}`);
    await run("dpkg-deb", ["-x", archive, "unpacked"], { cwd: work });
    if (program === "alertmanager") relocateTemplates(join(work, "unpacked"), path);
    const [unpacked] = globSync(path, { cwd: join(work, "unpacked") });
    if (unpacked === undefined) throw new Error(`${name} has no ${path}`);
    renameSync(realpathSync(join(work, "unpacked", unpacked)), binary); // two test runs may do so at the same time: either may win
    return binary;
  } catch (cause) {
    throw new Error(
      `These tests need a real ${program}. Debian's package ${name} could not be downloaded with apt-get and dpkg-deb. ` +
        `Set ${variable} to a binary of your own.`,
      { cause },
    );
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Unpacks whole packages into a folder, without what they depend on. It needs no root. */
export async function unpackDebian(names: readonly string[], into: string): Promise<void> {
  const work = mkdtempSync(join(into, "download-"));
  try {
    for (const name of names) await download(name, work);
    for (const archive of globSync("*.deb", { cwd: work })) await run("dpkg-deb", ["-x", join(work, archive), into]);
  } catch (cause) {
    throw new Error(`Debian's packages ${names.join(", ")} could not be unpacked with apt-get and dpkg-deb.`, {
      cause,
    });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Uses the machine's package lists, else fetches lists of its own. */
async function download(name: string, work: string): Promise<void> {
  const apt = (...args: string[]): Promise<unknown> =>
    run("apt-get", ["-o", "APT::Sandbox::User=", "-o", "Acquire::Retries=5", "-qq", ...args], { cwd: work });
  try {
    await apt("download", name);
  } catch {
    mkdirSync(join(work, "lists/partial"), { recursive: true });
    mkdirSync(join(work, "archives/partial"), { recursive: true });
    const own = ["-o", `Dir::State::lists=${work}/lists`, "-o", `Dir::Cache=${work}`];
    await apt(...own, "update");
    await apt(...own, "download", name);
  }
}

function relocateTemplates(root: string, path: string): void {
  const { inPackage, relative } = TEMPLATES;
  try {
    renameSync(join(root, inPackage), ALERTMANAGER_TEMPLATES);
  } catch (error) {
    if (!existsSync(ALERTMANAGER_TEMPLATES)) throw error; // else another test run was first
  }
  const binary = readFileSync(join(root, path), "latin1");
  writeFileSync(join(root, path), binary.replaceAll(inPackage, relative), "latin1");
}

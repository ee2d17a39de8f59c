import { execFile } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { debianBinary } from "../../servers/debian.ts";
import { CA_FILE } from "./api-server.ts";

const run = promisify(execFile);

/** Writes a kubeconfig for a server. @returns its path. */
export function kubeconfigFor(url: string, { token = "", namespace = "shop" } = {}): string {
  const path = join(mkdtempSync(join(tmpdir(), "causeway-kubeconfig-")), "config");
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "shop",
    clusters: [{ name: "recorded", cluster: { server: url, "certificate-authority": CA_FILE } }],
    users: [{ name: "viewer", user: token === "" ? {} : { token } }],
    contexts: [{ name: "shop", context: { cluster: "recorded", user: "viewer", namespace } }],
  };
  writeFileSync(path, JSON.stringify(config), { mode: 0o600 });
  return path;
}

/** Runs the real kubectl. Its output counts even if a part of it failed. @returns its standard output. */
export async function kubectl(kubeconfig: string, ...args: string[]): Promise<string> {
  const binary = await debianBinary("kubectl");
  const home = mkdtempSync(join(tmpdir(), "causeway-kubectl-"));
  const options = { env: { PATH: process.env.PATH, HOME: home, KUBECONFIG: kubeconfig }, maxBuffer: 2 ** 30 };
  try {
    return (await run(binary, args, options)).stdout;
  } catch (error) {
    const { stdout } = error as { stdout?: string };
    if (stdout === undefined || stdout === "") throw error;
    return stdout;
  }
}

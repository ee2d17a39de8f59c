import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { debianBinary } from "../../servers/debian.ts";

export type ProgramResult = { code: number; stdout: string; stderr: string };

/** kubectl of this computer, else Debian's. */
async function kubectlBinary(): Promise<string> {
  const plain = "/usr/lib/google-cloud-sdk/bin/kubectl.1.32"; // without the program that picks a version
  const places = [plain, ...(process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, "kubectl"))];
  return places.find((place) => existsSync(place)) ?? debianBinary("kubectl");
}

const folder = mkdtempSync(join(tmpdir(), "causeway-lab-kubectl-"));
mkdirSync(join(folder, "bin"));
symlinkSync(await kubectlBinary(), join(folder, "bin/kubectl"));

/** The environment of a person who uses the lab's cluster. */
export const environmentOf = (kubeconfig: string): NodeJS.ProcessEnv => ({
  PATH: `${join(folder, "bin")}${delimiter}/usr/bin${delimiter}/bin`,
  HOME: folder,
  KUBECONFIG: kubeconfig,
});

export function runProgram(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<ProgramResult> {
  return new Promise((resolve) => {
    execFile(program, args, { env, timeout: 60_000 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : typeof error.code === "number" ? error.code : 1, stdout, stderr });
    });
  });
}

/** Runs the real kubectl. */
export const kubectlWith =
  (kubeconfig: string) =>
  (...args: string[]): Promise<ProgramResult> =>
    runProgram("kubectl", args, environmentOf(kubeconfig));

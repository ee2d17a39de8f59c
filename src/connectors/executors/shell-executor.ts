import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { IncidentError, messageOf } from "../../domain/errors.ts";
import type { Executor, ScriptOutcome, ScriptRequest } from "../../domain/executor.ts";
import {
  hasChanged,
  layOut,
  ownedFolder,
  placesIn,
  recordedIn,
  requireApproved,
  requireOwned,
  UnsafePlace,
} from "./private-folder.ts";
import { type GroupResult, runGroup } from "./run-group.ts";

/**
 * `root`: folder of all executions. `programs`: absolute paths of what a script may call besides bash. `kubeconfig`:
 * path of the file with the access to the cluster; null for none.
 */
export type ShellOptions = {
  kind: "local" | "kubectl";
  root: string;
  bash: string;
  programs: readonly string[];
  context: string | null;
  kubeconfig: string | null;
  /** Between TERM and KILL, milliseconds. */
  graceMs?: number;
};

const GRACE_MS = 5_000;
const LISTING_MS = 20_000;

/**
 * Runs scripts by bash on this host: in a private folder, with nothing on the PATH but the allowed programs, and with an
 * environment of its own, without anything that this process inherited.
 */
export function shellExecutor({ graceMs = GRACE_MS, ...options }: ShellOptions): Executor {
  const { kind, root, bash, programs, context, kubeconfig } = options;
  const folderOf = (executionId: string): string => join(root, executionId);

  async function runIn(
    folder: string,
    args: readonly string[],
    { timeoutMs, signal }: Pick<ScriptRequest, "timeoutMs" | "signal">,
  ): Promise<GroupResult> {
    const { bin, home } = placesIn(folder);
    const env = {
      PATH: bin,
      HOME: home,
      TMPDIR: home,
      LC_ALL: "C",
      ...(kubeconfig === null ? {} : { KUBECONFIG: kubeconfig }),
    };
    const marker = randomBytes(16).toString("hex");
    return runGroup({ bash, args, cwd: home, env, marker, timeoutMs, graceMs, signal });
  }

  async function outcomeIn(folder: string, request: ScriptRequest): Promise<ScriptOutcome> {
    const result = await runIn(folder, [placesIn(folder).script, ...argumentsOf(request, context)], request);
    const recorded = await recordedIn(folder);
    return { ...result, recorded, changed: hasChanged(recorded), why: null };
  }

  return {
    kind,
    context,
    folderOf,

    async requireReady(signal) {
      for (const program of [bash, ...programs, ...(kubeconfig === null ? [] : [kubeconfig])])
        if (!existsSync(program)) throw unusable(`${program} does not exist`);
      await ownedFolder(root).catch((cause: unknown) => {
        throw unusable(`${root} cannot be used: ${messageOf(cause)}`, cause);
      });
      const kubectl = programs.find((program) => program.endsWith("/kubectl"));
      if (kubectl === undefined || context === null) return;
      const contexts = await contextsOf(kubectl, { signal, timeoutMs: LISTING_MS });
      if (!contexts.includes(context))
        throw unusable(`${kubeconfig ?? "kubectl"} has no context ${context}; it has ${contexts.join(", ") || "none"}`);
    },

    async run(request) {
      if (request.part === "check") {
        const folder = join(root, `.check-${randomBytes(8).toString("hex")}`);
        try {
          await layOut(folder, request, programs);
          return await outcomeIn(folder, request);
        } finally {
          await rm(folder, { recursive: true, force: true });
        }
      }
      const folder = folderOf(request.executionId);
      try {
        await requireOwned(root);
        if (request.part === "apply") await layOut(folder, request, programs);
        await requireApproved(folder, request);
      } catch (error) {
        return { ...NOT_STARTED, changed: request.part === "apply" ? false : null, why: placeTrouble(folder, error) };
      }
      return outcomeIn(folder, request);
    },

    async left(executionId) {
      if (!existsSync(folderOf(executionId))) return { changed: null, recorded: null };
      const recorded = await recordedIn(folderOf(executionId));
      return { changed: hasChanged(recorded), recorded };
    },
  };

  async function contextsOf(kubectl: string, limits: Pick<ScriptRequest, "timeoutMs" | "signal">): Promise<string[]> {
    const folder = join(root, `.check-${randomBytes(8).toString("hex")}`);
    try {
      await layOut(folder, { script: "", fixedPart: { fileName: "none", text: "", sha256: "" } }, programs);
      const list = `${quoted(kubectl)} config get-contexts -o name`;
      const { ended, exitCode, output } = await runIn(folder, ["-c", list], limits);
      if (ended !== "exited" || exitCode !== 0)
        throw unusable(`kubectl lists no contexts: ${output.slice(0, 300).trim()}`);
      return output.split("\n").filter((line) => line !== "");
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

const NOT_STARTED = { ended: "not_started", exitCode: null, output: "", outputBytes: 0, recorded: null } as const;

const ARGUMENTS = {
  check: ["apply", "--check"],
  apply: ["apply", "--apply"],
  verify: ["verify", "--check"],
  rollback: ["rollback", "--apply"],
} as const;

/** The arguments of the script for a part of an execution. */
export const argumentsOf = (
  { part, expectations, approver }: Pick<ScriptRequest, "part" | "expectations" | "approver">,
  context: string | null,
): string[] => [
  ...ARGUMENTS[part],
  ...(context === null ? [] : ["--context", context]),
  ...(part === "apply"
    ? Object.entries(expectations).flatMap(([name, value]) => ["--expect", `${name}=${value}`])
    : []),
  ...(part === "apply" && approver != null ? ["--approver", approver] : []),
];

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

const placeTrouble = (folder: string, error: unknown): string =>
  `${folder} cannot be used: ${error instanceof UnsafePlace ? error.message : messageOf(error)}`;

const unusable = (why: string, cause?: unknown): IncidentError =>
  new IncidentError("CONFIG", `scripts cannot be executed: ${why}`, {
    hint: "Nothing was run. Correct the settings of the executor (docs/configuration.md), then execute it again.",
    cause,
  });

import { isAbsolute, resolve } from "node:path";
import { z } from "zod";
import { IncidentError } from "../domain/errors.ts";
import { type Env, fromEnv, maskedSecret, maskedUrl, Milliseconds, pathList, secret, set } from "./env.ts";
import { WebUrl } from "./web-url.ts";

const Kind = z.enum(["off", "local", "kubectl", "webhook"]);
const Start = z.enum(["by_hand", "after_approval"]);
const Context = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:@/-]*$/, "is not the name of a kubectl context");
const Secret = z.string().min(16, "a secret has at least 16 characters");

export const ExecutionFile = z.strictObject({
  executor: Kind.optional(),
  programs: z.array(z.string().min(1)).optional(),
  kubeconfig: z.string().min(1).optional(),
  context: Context.optional(),
  url: WebUrl.optional(),
  secret: Secret.optional(),
  start: Start.optional(),
  timeoutMs: Milliseconds.optional(),
  verifyMs: Milliseconds.optional(),
});

/**
 * How approved scripts are executed. `off`: not at all. `programs`: names on the PATH (`searchPath`), or
 * absolute paths. `start`:
 * whether the last approval starts the execution. `timeoutMs`: for each run of the script. `verifyMs`: how long the
 * symptom may take to go.
 */
export type ExecutionConfig = {
  executor: z.infer<typeof Kind>;
  programs: readonly string[];
  searchPath: string;
  kubeconfig: string | null;
  context: string | null;
  url: string | null;
  secret: string | null;
  start: z.infer<typeof Start>;
  timeoutMs: number;
  verifyMs: number;
};

const TIMEOUT_MS = 600_000;
const VERIFY_MS = 300_000;

/** @throws {IncidentError} CONFIG if the executor lacks a setting that it needs. */
export function readExecution(env: Env, file: z.infer<typeof ExecutionFile> = {}): ExecutionConfig {
  const kubeconfig = set(env.CAUSEWAY_EXECUTOR_KUBECONFIG) ?? file.kubeconfig;
  const hook = secret(env, "CAUSEWAY_EXECUTOR_SECRET") ?? file.secret ?? null;
  const config: ExecutionConfig = {
    executor: fromEnv(env, "CAUSEWAY_EXECUTOR", Kind) ?? file.executor ?? "off",
    programs: pathList(env.CAUSEWAY_EXECUTOR_PROGRAMS) ?? file.programs ?? [],
    searchPath: env.PATH ?? "",
    kubeconfig: kubeconfig === undefined ? null : resolve(kubeconfig),
    context: fromEnv(env, "CAUSEWAY_EXECUTOR_CONTEXT", Context) ?? file.context ?? null,
    url: fromEnv(env, "CAUSEWAY_EXECUTOR_URL", WebUrl) ?? file.url ?? null,
    secret: hook,
    start: fromEnv(env, "CAUSEWAY_EXECUTE", Start) ?? file.start ?? "by_hand",
    timeoutMs: fromEnv(env, "CAUSEWAY_EXECUTION_TIMEOUT_MS", Milliseconds) ?? file.timeoutMs ?? TIMEOUT_MS,
    verifyMs: fromEnv(env, "CAUSEWAY_EXECUTION_VERIFY_MS", Milliseconds) ?? file.verifyMs ?? VERIFY_MS,
  };
  requireSettings(config);
  return config;
}

function requireSettings({ executor, programs, kubeconfig, context, url, secret: hook }: ExecutionConfig): void {
  const missing = {
    off: [],
    local: [],
    kubectl: [
      ...(kubeconfig === null ? ["CAUSEWAY_EXECUTOR_KUBECONFIG"] : []),
      ...(context === null ? ["CAUSEWAY_EXECUTOR_CONTEXT"] : []),
    ],
    webhook: [
      ...(url === null ? ["CAUSEWAY_EXECUTOR_URL"] : []),
      ...(hook === null || hook.length < 16 ? ["CAUSEWAY_EXECUTOR_SECRET (at least 16 characters)"] : []),
    ],
  }[executor];
  if (missing.length > 0)
    throw new IncidentError("CONFIG", `the executor ${executor} needs ${missing.join(" and ")}`, {
      hint: "Set what is missing, or set CAUSEWAY_EXECUTOR=off. Nothing is executed until then.",
    });
  const odd = programs.find((program) => program.includes("/") && !isAbsolute(program));
  if (odd !== undefined)
    throw new IncidentError("CONFIG", `CAUSEWAY_EXECUTOR_PROGRAMS names ${odd.slice(0, 200)}`, {
      hint: "Give names of programs on the PATH, or absolute paths.",
    });
}

export const maskExecution = (config: ExecutionConfig): ExecutionConfig => ({
  ...config,
  url: config.url === null ? null : maskedUrl(config.url),
  secret: maskedSecret(config.secret),
});

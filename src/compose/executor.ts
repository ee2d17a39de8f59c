import { accessSync, constants, realpathSync } from "node:fs";
import { basename, delimiter, join } from "node:path";
import type { Config } from "../config.ts";
import { shellExecutor } from "../connectors/executors/shell-executor.ts";
import { webhookExecutor } from "../connectors/executors/webhook-executor.ts";
import { openHttpDoor } from "../connectors/http.ts";
import { IncidentError } from "../domain/errors.ts";
import type { Executor } from "../domain/executor.ts";

/** `executor`: null if nothing is executed. */
export type OpenedExecutor = { executor: Executor | null; close(): Promise<void> };

/** The folder of executions in the home folder. */
export const EXECUTIONS_FOLDER = "executions";
/** What every script needs besides bash: the hash of its fixed part, and the time on old versions of bash. */
const HASH_PROGRAMS = ["sha256sum", "shasum"];

/** Opens the configured executor. @throws {IncidentError} CONFIG if a program is missing. */
export function openExecutor(
  { execution, home, proxy }: Pick<Config, "execution" | "home" | "proxy">,
  now: () => number,
): OpenedExecutor {
  const { executor: kind, context, kubeconfig, searchPath } = execution;
  if (kind === "off") return { executor: null, close: async () => undefined };
  if (kind === "webhook") {
    const door = openHttpDoor({
      url: execution.url,
      label: "the execution job",
      settings: { address: "CAUSEWAY_EXECUTOR_URL" },
      proxy,
      maxRedirects: 0,
    });
    const executor = webhookExecutor({ door, secret: execution.secret ?? "", context, now });
    return { executor, close: () => door.close() };
  }
  const named = new Map(execution.programs.map((program) => [basename(program), program]));
  if (kind === "kubectl" && !named.has("kubectl")) named.set("kubectl", "kubectl");
  for (const own of ["bash", "date", ...HASH_PROGRAMS]) named.delete(own); // as below
  const [hash] = HASH_PROGRAMS.flatMap((name) => found(name, searchPath) ?? []);
  const executor = shellExecutor({
    kind,
    root: join(home, EXECUTIONS_FOLDER),
    bash: required("bash", searchPath),
    programs: [
      hash ?? required("sha256sum", searchPath),
      required("date", searchPath),
      ...[...named.values()].map((name) => required(name, searchPath)),
    ],
    context,
    kubeconfig,
  });
  return { executor, close: async () => undefined };
}

/** The absolute path of a program: of a name, the first on the PATH. Null if there is none. */
function found(name: string, searchPath: string): string | null {
  const places = name.includes("/") ? [name] : searchPath.split(delimiter).map((dir) => join(dir, name));
  for (const place of places) {
    try {
      accessSync(place, constants.X_OK);
      return name.includes("/") ? place : join(realpathSync(join(place, "..")), name);
    } catch {
      // the next place
    }
  }
  return null;
}

function required(name: string, searchPath: string): string {
  const path = found(name, searchPath);
  if (path !== null) return path;
  throw new IncidentError("CONFIG", `scripts cannot be executed: ${name} is not installed or not on the PATH`, {
    hint: "Install it, name its path in CAUSEWAY_EXECUTOR_PROGRAMS, or set CAUSEWAY_EXECUTOR=off.",
  });
}
